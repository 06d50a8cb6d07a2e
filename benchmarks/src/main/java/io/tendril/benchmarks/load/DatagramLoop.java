package io.tendril.benchmarks.load;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * A closed loop over many datagram sockets: each sends so many datagrams in one call, waits for all
 * of the replies, checks them, and sends again. It never sleeps.
 */
public final class DatagramLoop implements Load {
  private static final int HEADER = 64;
  private static final int VECTOR = 16;
  private static final int LENGTH = 56;

  /** Without a reply for that long, one was lost: the load is too much for the sockets' buffers. */
  private static final long LOST = 2_000_000_000L;

  private static final MethodHandle SENDMMSG = call("sendmmsg", false);
  private static final MethodHandle RECVMMSG = call("recvmmsg", true);

  private final Arena arena = Arena.ofConfined();
  private final Sockets sockets;
  private final Exchange exchange;
  private final int depth;
  private final int[] left;
  private final MemorySegment out;
  private final MemorySegment in;
  private final MemorySegment room;
  private final byte[] reply;

  /**
   * Opens the sockets, and sends the first datagrams.
   *
   * @param depth how many datagrams a socket sends at once
   */
  public DatagramLoop(int port, int count, int depth, Exchange exchange) throws IOException {
    this.sockets = Sockets.ofDatagrams(port, count);
    this.exchange = exchange;
    this.depth = depth;
    this.left = new int[count];
    int size = exchange.request().length;
    MemorySegment request = arena.allocate(size);
    MemorySegment.copy(exchange.request(), 0, request, JAVA_BYTE, 0, size);
    this.reply = new byte[size];
    this.room = arena.allocate((long) size * depth, 8);
    this.out = messages(request, size, false);
    this.in = messages(room, size, true);
    for (int i = 0; i < count; i++) {
      send(i);
    }
  }

  /** An array of {@code mmsghdr}: of one buffer each, or all of the same one. */
  private MemorySegment messages(MemorySegment data, int size, boolean apart) {
    MemorySegment vectors = arena.allocate((long) VECTOR * depth, 8);
    MemorySegment headers = arena.allocate((long) HEADER * depth, 8);
    for (int i = 0; i < depth; i++) {
      vectors.set(JAVA_LONG, (long) i * VECTOR, data.address() + (apart ? (long) i * size : 0));
      vectors.set(JAVA_LONG, (long) i * VECTOR + 8, size);
      headers.set(JAVA_LONG, (long) i * HEADER + 16, vectors.address() + (long) i * VECTOR);
      headers.set(JAVA_LONG, (long) i * HEADER + 24, 1);
    }
    return headers;
  }

  private void send(int i) throws IOException {
    for (int sent = 0; sent < depth; ) {
      sent += transfer(SENDMMSG, i, out, depth - sent);
    }
    left[i] = depth;
  }

  private int transfer(MethodHandle function, int i, MemorySegment messages, int count)
      throws IOException {
    int result;
    try {
      result =
          function == SENDMMSG
              ? (int) SENDMMSG.invokeExact(sockets.descriptor(i), messages, count, 0)
              : (int)
                  RECVMMSG.invokeExact(
                      sockets.descriptor(i), messages, count, 0x40, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (result <= 0) {
      throw new IOException("datagrams are not taken or not there");
    }
    return result;
  }

  @Override
  public long run(long nanos) throws IOException {
    long now = System.nanoTime();
    long end = now + nanos;
    long last = now;
    long count = 0;
    while ((now = System.nanoTime()) < end) {
      int ready = sockets.poll();
      if (ready == 0 && now - last > LOST) {
        throw new IOException("a datagram was lost");
      } else if (ready > 0) {
        last = now;
      }
      for (int at = 0; at < ready; at++) {
        int i = sockets.ready(at);
        int came = transfer(RECVMMSG, i, in, left[i]);
        check(came);
        count += came;
        left[i] -= came;
        if (left[i] == 0) {
          send(i);
        }
      }
    }
    return count;
  }

  private void check(int came) throws IOException {
    for (int i = 0; i < came; i++) {
      MemorySegment.copy(room, JAVA_BYTE, (long) i * reply.length, reply, 0, reply.length);
      if (in.get(JAVA_INT, (long) i * HEADER + LENGTH) != reply.length
          || !exchange.matches(reply, 1)) {
        throw new IOException("a wrong reply: " + Arrays.toString(reply));
      }
    }
  }

  @Override
  public void close() {
    sockets.close();
    arena.close();
  }

  private static MethodHandle call(String name, boolean timed) {
    var descriptor = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow(name),
            timed ? descriptor.appendArgumentLayouts(ADDRESS) : descriptor);
  }
}
