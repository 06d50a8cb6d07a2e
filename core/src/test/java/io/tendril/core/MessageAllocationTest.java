package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.tendril.core.internal.linux.LinuxEngine;
import io.tendril.core.internal.uring.UringEngine;
import io.tendril.spi.EngineFactory;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a message costs in memory: counted, not timed, in the reactor's own thread. */
@EnabledOnOs(OS.LINUX)
class MessageAllocationTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final int ROUND = 2_000;
  private static final int MOST_ROUNDS = 200;
  private static final int SIZE = 128;

  private static boolean required() {
    return "required".equals(System.getenv("TENDRIL_INTEROP"));
  }

  @Test
  void linuxAllocatesNoObjectForAMessage() throws Exception {
    String missing = LinuxEngine.unavailable();
    assumeTrue(missing == null || required(), missing);
    assertThat(perMessage(LinuxEngine::open)).isZero();
  }

  @Test
  void uringAllocatesNoObjectForAMessage() throws Exception {
    String missing = UringEngine.unavailable();
    assumeTrue(missing == null || required(), missing);
    assertThat(perMessage(UringEngine::open)).isZero();
  }

  /** Octets that the reactor's thread allocates for a message that it sends back. */
  private static long perMessage(EngineFactory engine) throws Exception {
    Reactor reactor = Reactor.create(ReactorOptions.defaults().withEngine(engine)).start();
    try {
      int port =
          reactor.blockingCall(
              () ->
                  reactor
                      .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
                      .thenApply(listener -> listener.port()),
              LONGEST);
      long thread =
          reactor.blockingCall(
              () -> Deferred.succeeded(Thread.currentThread().threadId()), LONGEST);
      return perMessage(thread, port);
    } finally {
      reactor.stop();
      reactor.awaitStopped(LONGEST);
    }
  }

  private static long perMessage(long thread, int port) throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) LONGEST.toMillis());
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      byte[] message = new byte[SIZE];
      long least = Long.MAX_VALUE;
      // Until all is compiled: when that is, is the compiler's affair.
      for (int round = 0; round < MOST_ROUNDS && least >= ROUND; round++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < ROUND; i++) {
          out.write(message);
          assertThat(in.readNBytes(message, 0, SIZE)).isEqualTo(SIZE);
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
      }
      return least / ROUND;
    }
  }
}
