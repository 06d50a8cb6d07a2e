package io.tendril.benchmarks.load;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Linux sockets by calls of the C library: connections to one port of this machine, and an epoll
 * that is asked without ever waiting. A generator that goes through these does less per message
 * than any server.
 */
final class Sockets implements AutoCloseable {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CONNECT = call("connect", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle OPTION =
      call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", JAVA_INT);
  private static final MethodHandle EPOLL = call("epoll_create1", JAVA_INT);
  private static final MethodHandle CONTROL =
      call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle WAIT =
      call("epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle SEND = transfer("send");
  private static final MethodHandle RECV = transfer("recv");

  private static final int AF_INET = 2;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int EPOLLIN = 1;
  private static final int EAGAIN = 11;
  private static final int DONT_WAIT = 0x40;
  private static final int NO_SIGNAL = 0x4000;

  /** With this, received bytes are thrown away in the kernel. */
  private static final int TRUNCATE = 0x20;

  /** The kernel packs epoll_event on this processor only. */
  private static final int EVENT = System.getProperty("os.arch").equals("amd64") ? 12 : 16;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(STATE);
  private final MemorySegment events;
  private final List<Integer> descriptors = new ArrayList<>();
  private final int epoll;

  /** Connects so many times to a port of 127.0.0.1. */
  Sockets(int port, int connections) throws IOException {
    this(port, connections, SOCK_STREAM);
  }

  /** Opens so many datagram sockets, connected to a port of 127.0.0.1. */
  static Sockets ofDatagrams(int port, int count) throws IOException {
    return new Sockets(port, count, SOCK_DGRAM);
  }

  private Sockets(int port, int connections, int type) throws IOException {
    events = arena.allocate((long) EVENT * connections, 8);
    epoll = check(invoke(EPOLL, 0), "epoll_create1");
    MemorySegment address = arena.allocate(16, 8);
    address.set(JAVA_SHORT, 0, (short) AF_INET);
    address.set(JAVA_SHORT, 2, Short.reverseBytes((short) port));
    address.set(JAVA_INT, 4, Integer.reverseBytes(0x7f000001));
    MemorySegment one = arena.allocate(JAVA_INT, 1);
    for (int i = 0; i < connections; i++) {
      int socket = check(invoke(SOCKET, AF_INET, type, 0), "socket");
      descriptors.add(socket);
      check(invoke(CONNECT, socket, address, 16), "connect");
      if (type == SOCK_STREAM) {
        check(invoke(OPTION, socket, TCP, TCP_NODELAY, one, 4), "setsockopt");
      }
      MemorySegment event = arena.allocate(EVENT, 8);
      event.set(JAVA_INT, 0, EPOLLIN);
      event.set(JAVA_INT_UNALIGNED, EVENT - 8, i);
      check(invoke(CONTROL, epoll, 1, socket, event), "epoll_ctl");
    }
  }

  /** How many sockets can be read from now; {@link #ready} has their numbers. */
  int poll() throws IOException {
    return check(invoke(WAIT, epoll, events, descriptors.size(), 0), "epoll_wait");
  }

  int ready(int index) {
    return events.get(JAVA_INT_UNALIGNED, (long) EVENT * index + EVENT - 8);
  }

  int descriptor(int number) {
    return descriptors.get(number);
  }

  /** Sends all of it, or throws: nothing here is larger than a socket's buffer. */
  void send(int descriptor, MemorySegment data) throws IOException {
    long sent = transfer(SEND, descriptor, data, NO_SIGNAL | DONT_WAIT);
    if (sent != data.byteSize()) {
      throw new IOException("sent " + sent + " bytes of " + data.byteSize());
    }
  }

  /** Receives what there is: 0 if nothing. */
  int receive(int descriptor, MemorySegment into) throws IOException {
    return received(transfer(RECV, descriptor, into, DONT_WAIT));
  }

  /** Receives what there is and throws it away. */
  int discard(int descriptor, MemorySegment room) throws IOException {
    return received(transfer(RECV, descriptor, room, DONT_WAIT | TRUNCATE));
  }

  private int received(long count) throws IOException {
    if (count > 0) {
      return (int) count;
    }
    if (count < 0 && (int) ERRNO.get(state, 0L) == EAGAIN) {
      return 0;
    }
    throw new IOException(count == 0 ? "the server closed" : "recv: " + error());
  }

  private long transfer(MethodHandle function, int descriptor, MemorySegment data, int flags) {
    try {
      return (long) function.invokeExact(state, descriptor, data, data.byteSize(), flags);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private int invoke(MethodHandle function, Object... arguments) {
    try {
      var all = new ArrayList<Object>(List.of(arguments));
      all.addFirst(state);
      return (int) function.invokeWithArguments(all);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private int check(int result, String what) throws IOException {
    if (result < 0) {
      throw new IOException(what + ": " + error());
    }
    return result;
  }

  private String error() {
    return "error " + (int) ERRNO.get(state, 0L);
  }

  @Override
  public void close() {
    descriptors.forEach(descriptor -> invoke(CLOSE, descriptor));
    invoke(CLOSE, epoll);
    arena.close();
  }

  private static MethodHandle call(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /** A call that moves bytes from or to an array, and never waits. */
  private static MethodHandle transfer(String name) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
        Linker.Option.captureCallState("errno"),
        Linker.Option.critical(true));
  }
}
