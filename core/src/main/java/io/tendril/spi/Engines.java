package io.tendril.spi;

import io.tendril.core.internal.linux.LinuxEngine;
import io.tendril.core.internal.nio.NioEngine;
import io.tendril.core.internal.uring.UringEngine;

/** The engines that core has. */
public final class Engines {
  private Engines() {}

  /** The engine on {@code java.nio}, which runs everywhere. */
  public static EngineFactory nio() {
    return NioEngine::open;
  }

  /**
   * The engine on Linux's epoll, for x86-64 and aarch64 with the GNU C library. It waits to the
   * nanosecond, and its connections take a few dozen bytes each. It calls the C library, which
   * {@code --enable-native-access=io.tendril.core} allows. Where it cannot be had, opening it fails
   * with an {@code IOException} that says what is missing.
   */
  public static EngineFactory linux() {
    return LinuxEngine::open;
  }

  /**
   * The engine on Linux's io_uring, from Linux 6.1 on, where {@link #linux} is, too. Streams of TCP
   * cost less processor time on it than on that: a turn of a busy reactor is one system call. All
   * else is as there. Nothing takes it that has not been asked to. Where the kernel has none or
   * does not allow it, as in many containers, opening it fails with an {@code IOException} that
   * says why.
   */
  public static EngineFactory uring() {
    return UringEngine::open;
  }
}
