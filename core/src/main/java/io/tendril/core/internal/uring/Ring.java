package io.tendril.core.internal.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tendril.core.internal.linux.Errno;
import io.tendril.core.internal.linux.Libc;
import io.tendril.core.internal.uring.Numbers.Layout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The two queues that are shared with the kernel, and what was written into the first one since it
 * was last handed over. The kernel does something only while {@link #enter} runs, and that in the
 * thread that has called it: what it has been asked for touches no memory at any other time.
 *
 * <pre>
 *   DISABLED  the first enter, in whatever thread -> that thread's own
 *   OWNED     an enter in another thread fails with EEXIST, and changes nothing
 * </pre>
 */
final class Ring {
  /** How it is made: nothing is done but while its one thread waits, and it says if there is. */
  static final int FLAGS =
      Numbers.IORING_SETUP_CQSIZE
          | Numbers.IORING_SETUP_R_DISABLED
          | Numbers.IORING_SETUP_SUBMIT_ALL
          | Numbers.IORING_SETUP_TASKRUN_FLAG
          | Numbers.IORING_SETUP_SINGLE_ISSUER
          | Numbers.IORING_SETUP_DEFER_TASKRUN;

  static final int FEATURES =
      Numbers.IORING_FEAT_SINGLE_MMAP
          | Numbers.IORING_FEAT_NODROP
          | Numbers.IORING_FEAT_EXT_ARG
          | Numbers.IORING_FEAT_CQE_SKIP;

  // Operations, as completions name them
  static final int RECEIVE = 1;
  static final int ACCEPT = 2;
  static final int POLL = 3;
  static final int SEND = 4;
  static final int CANCEL = 5;
  static final int FILE = 6;

  /** The most entries that one socket takes in a row. */
  static final int AT_ONCE = 3;

  private static final VarHandle INT = JAVA_INT.varHandle();

  // Automatic, since its segments are passed to calls without a count being taken of each.
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment state = arena.allocate(Libc.state());
  private final MemorySegment wait = arena.allocate(Layout.IO_URING_GETEVENTS_ARG, 8);
  private final MemorySegment time = arena.allocate(Layout.TIMESPEC, 8);
  private final int fd;
  private final int features;

  private final MemorySegment rings;
  private final MemorySegment entries;
  private final long submissionHead;
  private final long submissionTail;
  private final long submissionFlags;
  private final int submissionMask;
  private final long completionHead;
  private final long completionTail;
  private final int completionMask;
  private final long completions;

  /** Who has asked for what, of what has not been handed over. */
  private final @Nullable RingSocket[] askers;

  private final int[] asked;

  /** Where what has not been handed over begins and ends. */
  private int first;

  private int tail;

  /** The next completion. */
  private int head;

  /** Whether a thread has it. */
  private boolean enabled;

  /** A ring that is nobody's. */
  Ring(RingSizes sizes) throws IOException {
    MemorySegment parameters = arena.allocate(Layout.IO_URING_PARAMS, 8);
    parameters.set(JAVA_INT, Layout.IO_URING_PARAMS__FLAGS, FLAGS);
    parameters.set(JAVA_INT, Layout.IO_URING_PARAMS__CQ_ENTRIES, sizes.completions());
    fd = RingCalls.setup(state, sizes.submissions(), parameters);
    if (fd < 0) {
      throw new IOException(Availability.refused(fd));
    }
    try {
      features = parameters.get(JAVA_INT, Layout.IO_URING_PARAMS__FEATURES);
      if ((features & FEATURES) != FEATURES) {
        throw new IOException("the kernel's io_uring lacks a feature that is needed");
      }
      Availability.check(this);
      MemorySegment sq =
          parameters.asSlice(
              Layout.IO_URING_PARAMS__SQ_OFF,
              Layout.IO_URING_PARAMS__CQ_OFF - Layout.IO_URING_PARAMS__SQ_OFF);
      MemorySegment cq = parameters.asSlice(Layout.IO_URING_PARAMS__CQ_OFF);
      int array = sq.get(JAVA_INT, Layout.IO_SQRING_OFFSETS__ARRAY);
      completions = cq.get(JAVA_INT, Layout.IO_CQRING_OFFSETS__CQES);
      rings =
          map(
              Math.max(
                  array + sizes.submissions() * 4L,
                  completions + (long) sizes.completions() * Layout.IO_URING_CQE),
              Numbers.IORING_OFF_SQ_RING);
      try {
        entries = map((long) sizes.submissions() * Layout.IO_URING_SQE, Numbers.IORING_OFF_SQES);
      } catch (IOException e) {
        Libc.unmap(state, rings);
        throw e;
      }
      submissionHead = sq.get(JAVA_INT, Layout.IO_SQRING_OFFSETS__HEAD);
      submissionTail = sq.get(JAVA_INT, Layout.IO_SQRING_OFFSETS__TAIL);
      submissionFlags = sq.get(JAVA_INT, Layout.IO_SQRING_OFFSETS__FLAGS);
      submissionMask = rings.get(JAVA_INT, sq.get(JAVA_INT, Layout.IO_SQRING_OFFSETS__RING_MASK));
      completionHead = cq.get(JAVA_INT, Layout.IO_CQRING_OFFSETS__HEAD);
      completionTail = cq.get(JAVA_INT, Layout.IO_CQRING_OFFSETS__TAIL);
      completionMask = rings.get(JAVA_INT, cq.get(JAVA_INT, Layout.IO_CQRING_OFFSETS__RING_MASK));
      for (int i = 0; i < sizes.submissions(); i++) {
        rings.set(JAVA_INT, array + i * 4L, i); // entries are used in order
      }
    } catch (IOException | RuntimeException e) {
      Libc.close(state, fd);
      throw e;
    }
    askers = new RingSocket[sizes.submissions()];
    asked = new int[sizes.submissions()];
    wait.set(JAVA_LONG, Layout.IO_URING_GETEVENTS_ARG__TS, time.address());
  }

  @SuppressWarnings("restricted") // the kernel has said how large it is
  private MemorySegment map(long size, long offset) throws IOException {
    long address = Libc.map(state, fd, size, offset);
    if (address < 0) {
      throw Errno.of(address);
    }
    return MemorySegment.ofAddress(address).reinterpret(size);
  }

  /** Registers something, in the thread that has the ring or while none has. */
  void register(int operation, MemorySegment argument, int count) throws IOException {
    Errno.check(RingCalls.register(state, fd, operation, argument, count));
  }

  /**
   * Whether a file that is taken out of its table is let go of then. Kernels before 6.13 wait for
   * all that has been asked for meanwhile; the feature is of one release later.
   */
  boolean letsGoAtOnce() {
    return (features & Numbers.Newer.IORING_FEAT_RW_ATTR) != 0;
  }

  /** Has an eventfd tell whenever there is something to be done or taken. */
  void signal(int number) throws IOException {
    MemorySegment descriptor = arena.allocate(JAVA_INT);
    descriptor.set(JAVA_INT, 0, number);
    register(Numbers.IORING_REGISTER_EVENTFD, descriptor, 1);
  }

  // ---- Submissions ----------------------------------------------------------------------------

  /** Whether one more socket may ask for what it wants. */
  boolean hasRoom() {
    return tail - first <= submissionMask + 1 - AT_ONCE;
  }

  /** Receives from now on, into buffers of a group. */
  void receive(RingSocket asker, int socket, int group) {
    put(
        asker,
        RECEIVE,
        Numbers.IORING_OP_RECV,
        Numbers.IOSQE_BUFFER_SELECT,
        Numbers.IORING_RECV_MULTISHOT,
        socket,
        0,
        0,
        0,
        group);
  }

  /** Accepts from now on. */
  void accept(RingSocket asker, int socket, int flags) {
    put(
        asker,
        ACCEPT,
        Numbers.IORING_OP_ACCEPT,
        0,
        Numbers.IORING_ACCEPT_MULTISHOT,
        socket,
        0,
        0,
        flags,
        0);
  }

  /** Waits once until a descriptor is ready. */
  void poll(RingSocket asker, int descriptor, int events) {
    put(asker, POLL, Numbers.IORING_OP_POLL_ADD, 0, 0, descriptor, 0, 0, events, 0);
  }

  /**
   * Sends a message, and does not wait: when it is taken it has been sent, or a completion says how
   * much of it has.
   *
   * @param known whether the socket's file is in the ring's table, at the place of its number
   */
  void send(RingSocket asker, int socket, boolean known, long address, int length) {
    // Less than all is a failure to the kernel, and of those alone it tells.
    int flags = Numbers.MSG_DONTWAIT | Numbers.MSG_WAITALL | Numbers.MSG_NOSIGNAL;
    put(
        asker,
        SEND,
        Numbers.IORING_OP_SEND,
        Numbers.IOSQE_CQE_SKIP_SUCCESS | (known ? Numbers.IOSQE_FIXED_FILE : 0),
        0,
        socket,
        address,
        length,
        flags,
        0);
  }

  /** Changes what is in the ring's table of files, at one place: to what is at an address. */
  void file(RingSocket asker, int place, long address) {
    put(asker, FILE, Numbers.IORING_OP_FILES_UPDATE, 0, 0, place, address, 1, 0, 0);
  }

  /** Ends an operation, which tells of its end as ever. */
  void cancel(RingSocket asker, int descriptor, int operation) {
    put(
        asker,
        CANCEL,
        Numbers.IORING_OP_ASYNC_CANCEL,
        Numbers.IOSQE_CQE_SKIP_SUCCESS,
        0,
        -1,
        name(operation, descriptor),
        0,
        0,
        0);
  }

  private static long name(int operation, int descriptor) {
    return ((long) operation << 32) | descriptor;
  }

  /** Writes an entry, eight bytes at a time, of which the first are the lowest. */
  private void put(
      RingSocket asker,
      int operation,
      int opcode,
      int flags,
      int priority,
      int descriptor,
      long address,
      int length,
      int operationFlags,
      int group) {
    int index = tail & submissionMask;
    askers[index] = asker;
    asked[index] = operation;
    long at = (long) index * Layout.IO_URING_SQE;
    entries.set(
        JAVA_LONG,
        at,
        opcode
            | (flags << (Layout.IO_URING_SQE__FLAGS * 8))
            | (priority << (Layout.IO_URING_SQE__IOPRIO * 8))
            | ((long) descriptor << (Layout.IO_URING_SQE__FD * 8)));
    entries.set(JAVA_LONG, at + Layout.IO_URING_SQE__OFF, operation == FILE ? descriptor : 0);
    entries.set(JAVA_LONG, at + Layout.IO_URING_SQE__ADDR, address);
    entries.set(JAVA_LONG, at + Layout.IO_URING_SQE__LEN, length | ((long) operationFlags << 32));
    entries.set(
        JAVA_LONG,
        at + Layout.IO_URING_SQE__USER_DATA,
        name(operation, operation == CANCEL ? (int) address : descriptor));
    entries.set(JAVA_LONG, at + Layout.IO_URING_SQE__BUF_GROUP, group);
    entries.set(JAVA_LONG, at + Layout.IO_URING_SQE__BUF_GROUP + 8, 0);
    entries.set(JAVA_LONG, at + Layout.IO_URING_SQE__BUF_GROUP + 16, 0);
    tail++;
  }

  // ---- Entering -------------------------------------------------------------------------------

  /** Whether entering would do anything, other than to wait. */
  boolean hasWork() {
    int flags = (int) INT.getAcquire(rings, submissionFlags);
    return tail != first
        || (flags & (Numbers.IORING_SQ_TASKRUN | Numbers.IORING_SQ_CQ_OVERFLOW)) != 0;
  }

  /** Whether completions wait in the kernel for room. */
  boolean hasOverflown() {
    return ((int) INT.getAcquire(rings, submissionFlags) & Numbers.IORING_SQ_CQ_OVERFLOW) != 0;
  }

  /** Has the kernel write the completions that wait for room, between two takings. */
  int flush() {
    return RingCalls.enter(state, fd, 0, 0, Numbers.IORING_ENTER_GETEVENTS, MemorySegment.NULL, 0);
  }

  /**
   * Hands over what was asked for, and does what is to be done. Afterwards {@link #settle} has to
   * be called, when all completions have been taken.
   *
   * @param nanos the longest wait for a completion; 0 not to wait, negative for no limit
   * @return 0, or the error of the kernel, negated
   */
  int enter(long nanos) {
    int result = enterOnce(nanos);
    if (result == -Numbers.EBADFD && !enabled) {
      enabled = true;
      int begun =
          RingCalls.register(
              state, fd, Numbers.IORING_REGISTER_ENABLE_RINGS, MemorySegment.NULL, 0);
      result = begun < 0 ? begun : enterOnce(nanos);
    }
    return switch (-result) {
      case Numbers.EINTR, Numbers.ETIME, Numbers.EAGAIN, Numbers.EBUSY -> 0;
      default -> Math.min(0, result);
    };
  }

  private int enterOnce(long nanos) {
    INT.setRelease(rings, submissionTail, tail);
    int submitted = tail - first;
    int flags = Numbers.IORING_ENTER_GETEVENTS;
    if (nanos <= 0) {
      int least = nanos == 0 ? 0 : 1;
      return RingCalls.enter(state, fd, submitted, least, flags, MemorySegment.NULL, 0);
    }
    time.set(JAVA_LONG, 0, nanos / 1_000_000_000);
    time.set(JAVA_LONG, Layout.TIMESPEC__TV_NSEC, nanos % 1_000_000_000);
    return RingCalls.enter(
        state,
        fd,
        submitted,
        1,
        flags | Numbers.IORING_ENTER_EXT_ARG,
        wait,
        Layout.IO_URING_GETEVENTS_ARG);
  }

  /** Tells those who have asked what the kernel has taken, and takes back what it has not. */
  void settle() {
    int taken = (int) INT.getAcquire(rings, submissionHead);
    int end = tail;
    int at = first;
    first = taken;
    tail = taken;
    INT.setRelease(rings, submissionTail, taken);
    for (; at != end; at++) {
      int index = at & submissionMask;
      RingSocket asker = askers[index];
      askers[index] = null;
      if (asker == null) {
        continue;
      }
      if (at - taken >= 0) {
        asker.refused(asked[index]);
      } else if (asked[index] == SEND) {
        asker.sent();
      }
    }
  }

  // ---- Completions ----------------------------------------------------------------------------

  /** How many completions there are. */
  int completions() {
    return (int) INT.getAcquire(rings, completionTail) - head;
  }

  private long completion() {
    return completions + (long) (head & completionMask) * Layout.IO_URING_CQE;
  }

  /** What the next completion is of. */
  int operation() {
    return rings.get(JAVA_INT, completion() + Layout.IO_URING_CQE__USER_DATA + 4);
  }

  /** Whose it is. */
  int descriptor() {
    return rings.get(JAVA_INT, completion() + Layout.IO_URING_CQE__USER_DATA);
  }

  int result() {
    return rings.get(JAVA_INT, completion() + Layout.IO_URING_CQE__RES);
  }

  int flags() {
    return rings.get(JAVA_INT, completion() + Layout.IO_URING_CQE__FLAGS);
  }

  /** Goes on to the next completion. */
  void next() {
    head++;
  }

  /** Gives the room of those that were gone through back. */
  void giveBack() {
    INT.setRelease(rings, completionHead, head);
  }

  // ---- The end --------------------------------------------------------------------------------

  /** Gives it back; what it was asked for ends, at once or soon, and is not told of. */
  void close() {
    Libc.unmap(state, entries);
    Libc.unmap(state, rings);
    Libc.close(state, fd);
  }
}
