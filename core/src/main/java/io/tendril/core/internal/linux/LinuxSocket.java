package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What all sockets of this engine have: a descriptor, what they are told of, and who is told. */
public abstract class LinuxSocket extends Pollable implements Engine.Socket {
  /** How descriptors are made: they never wait, and no child inherits them. */
  protected static final int FLAGS = Kernel.SOCK_NONBLOCK | Kernel.SOCK_CLOEXEC;

  protected final LinuxEngine engine;
  private int fd;

  /** What is wanted. */
  private int interest;

  /** What the kernel watches for: that, or more, until the next wait. */
  private int watched;

  private boolean listed;
  private boolean shared;
  private Engine.Ready ready;

  LinuxSocket(LinuxEngine engine, int fd, Engine.Ready ready) {
    super(engine, fd);
    this.engine = engine;
    this.fd = fd;
    this.ready = ready;
  }

  /**
   * Opens a socket: of IPv4 if that will do, or else of both families where the system has both.
   */
  static int open(Slab slab, int type, boolean four) throws IOException {
    int fd = Libc.socket(slab.state, four ? Kernel.AF_INET : Kernel.AF_INET6, type | FLAGS, 0);
    if (!four && fd == -Kernel.EAFNOSUPPORT) {
      return open(slab, type, true);
    }
    Errno.check(fd);
    if (!four) {
      set(slab, fd, Kernel.IPPROTO_IPV6, Kernel.IPV6_V6ONLY, 0);
    }
    return fd;
  }

  /** Whether a socket is of both families. */
  static boolean isSix(Slab slab, int fd) throws IOException {
    Errno.check(Libc.local(slab.state, fd, slab.room(), slab.length));
    return slab.address.get(JAVA_SHORT, 0) == Kernel.AF_INET6;
  }

  /** Takes IPv4 away from a socket of both families. */
  static void onlySix(Slab slab, int fd, boolean six) throws IOException {
    if (!six) {
      throw Errno.of(-Kernel.EAFNOSUPPORT);
    }
    set(slab, fd, Kernel.IPPROTO_IPV6, Kernel.IPV6_V6ONLY, 1);
  }

  /** Gives a descriptor back that has no socket yet. */
  static void discard(Slab slab, int fd) {
    Libc.close(slab.state, fd);
  }

  /** Closes a connection that nobody has taken: its peer sees a reset. */
  protected static void refuse(LinuxEngine engine, int fd) {
    try {
      linger(engine.slab, fd, 0);
    } catch (IOException e) {
      System.getLogger("io.tendril.core")
          .log(System.Logger.Level.DEBUG, "a reset becomes a plain close", e);
    }
    discard(engine.slab, fd);
  }

  /** Whether a socket of IPv4 alone will do, which one that stands for all addresses does not. */
  static boolean isInet4(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet
        && internet.getAddress() instanceof Inet4Address four
        && !four.isAnyLocalAddress();
  }

  /** Another process, or a duplicate, may have it, too: so closing it is not the end of it. */
  final void mayBeShared() {
    shared = true;
  }

  // ---- Readiness ------------------------------------------------------------------------------

  /**
   * The kernel is told at once of what is wanted in addition, since it may refuse that, and before
   * the next wait of what is not wanted any more: often it is by then, or there is nothing left to
   * watch.
   */
  @Override
  public void interest(boolean readable, boolean writable) {
    int wanted = (readable ? Kernel.EPOLLIN : 0) | (writable ? Kernel.EPOLLOUT : 0);
    if (fd < 0 || wanted == interest) {
      return;
    }
    if ((wanted & ~watched) != 0) {
      engine.watch(fd, generation, watched, wanted);
      watched = wanted;
    } else if (wanted != watched && !listed) {
      listed = true;
      engine.watchLess(this);
    }
    interest = wanted;
  }

  /** Has the kernel watch for what is wanted, and no more. */
  final void settle() {
    listed = false;
    if (fd >= 0 && watched != interest) {
      engine.change(fd, generation, watched, interest);
      watched = interest;
    }
  }

  public final void ready(Engine.Ready next) {
    ready = next;
  }

  /** Tells of what was found. A failure is found by whichever of reading and writing is wanted. */
  @Override
  final void dispatch() {
    int now = (found & LinuxEngine.FAILED) != 0 ? interest : found & interest;
    if (fd >= 0 && now != 0) {
      found((now & Kernel.EPOLLIN) != 0, (now & Kernel.EPOLLOUT) != 0);
    }
  }

  /** It is ready as it was wanted to be: tells so. */
  protected void found(boolean readable, boolean writable) {
    tell(readable, writable);
  }

  /** Tells whoever is to be told. */
  protected final void tell(boolean readable, boolean writable) {
    ready.ready(readable, writable);
  }

  // ---- The descriptor -------------------------------------------------------------------------

  protected final int fd() throws ClosedChannelException {
    if (fd < 0) {
      throw new ClosedChannelException();
    }
    return fd;
  }

  final Slab slab() {
    return engine.slab;
  }

  @Override
  public void close() {
    if (fd >= 0) {
      Libc.close(slab().state, forget(shared)); // the last close ends the waits itself
    }
  }

  /** Lets go of the descriptor, which stays open. */
  protected final int leave() throws ClosedChannelException {
    var _ = fd();
    return forget(/* leaves= */ true);
  }

  private int forget(boolean leaves) {
    int open = fd;
    if (leaves && watched != 0) {
      engine.change(open, generation, watched, 0);
    }
    fd = -1;
    interest = 0;
    watched = 0;
    engine.forget(open);
    return open;
  }

  @Override
  public SocketAddress local() {
    Slab slab = slab();
    return fd >= 0 && Libc.local(slab.state, fd, slab.room(), slab.length) >= 0
        ? slab.address.get(JAVA_SHORT, 0) == Kernel.AF_UNIX
            ? UnixNames.read(slab)
            : Names.read(slab.address)
        : new InetSocketAddress(0);
  }

  // ---- Options --------------------------------------------------------------------------------

  static void set(Slab slab, int fd, int level, int option, int value) throws IOException {
    slab.option.set(JAVA_INT, 0, value);
    Errno.check(Libc.setOption(slab.state, fd, level, option, slab.option, 4));
  }

  static void set(Slab slab, int fd, int option, boolean on) throws IOException {
    if (on) {
      set(slab, fd, Kernel.SOL_SOCKET, option, 1);
    }
  }

  /** Sets an option unless its value is 0, the system's default. */
  static void set(Slab slab, int fd, int option, int value) throws IOException {
    if (value > 0) {
      set(slab, fd, Kernel.SOL_SOCKET, option, value);
    }
  }

  private static void setTcp(Slab slab, int fd, int option, int value) throws IOException {
    if (value > 0) {
      set(slab, fd, Kernel.IPPROTO_TCP, option, value);
    }
  }

  private static int seconds(Duration time) {
    return (int) Math.min(Integer.MAX_VALUE, time.toSeconds());
  }

  /** Sets the options that streams have, accepted or connected. */
  static void applyStream(Slab slab, int fd, SocketSettings settings) throws IOException {
    setTcp(slab, fd, Kernel.TCP_NODELAY, settings.noDelay() ? 1 : 0);
    if (settings.keepAlive()) {
      set(slab, fd, Kernel.SO_KEEPALIVE, true);
      setTcp(slab, fd, Kernel.TCP_KEEPIDLE, seconds(settings.keepAliveIdle()));
      setTcp(slab, fd, Kernel.TCP_KEEPINTVL, seconds(settings.keepAliveInterval()));
      setTcp(slab, fd, Kernel.TCP_KEEPCNT, settings.keepAliveCount());
    }
    if (settings.linger() >= 0) {
      linger(slab, fd, settings.linger());
    }
    set(slab, fd, Kernel.SO_SNDBUF, settings.sendBuffer());
  }

  /** How a close ends: at once with a reset for 0 seconds. */
  static void linger(Slab slab, int fd, int seconds) throws IOException {
    slab.option.set(JAVA_INT, 0, 1);
    slab.option.set(JAVA_INT, Kernel.Layout.LINGER__L_LINGER, seconds);
    Errno.check(
        Libc.setOption(
            slab.state,
            fd,
            Kernel.SOL_SOCKET,
            Kernel.SO_LINGER,
            slab.option,
            Kernel.Layout.LINGER));
  }

  /** The error that the kernel has noted, and forgets then; 0 for none. */
  static int error(Slab slab, int fd) throws IOException {
    slab.length.set(JAVA_INT, 0, 4);
    Errno.check(
        Libc.option(slab.state, fd, Kernel.SOL_SOCKET, Kernel.SO_ERROR, slab.option, slab.length));
    return slab.option.get(JAVA_INT, 0);
  }
}
