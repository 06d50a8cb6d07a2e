package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
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
class RingAllocationTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final int ROUNDS = 10_000;
  private static final int SIZE = 128;

  @Test
  void allocatesNoObjectForAMessage() throws Exception {
    String missing = UringEngine.unavailable();
    assumeTrue(missing == null || "required".equals(System.getenv("TENDRIL_INTEROP")), missing);
    Reactor reactor =
        Reactor.create(ReactorOptions.defaults().withEngine(UringEngine::open)).start();
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
      assertThat(perMessage(thread, port)).isZero();
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
      // The least of several rounds: what the compiler leaves behind is not the engine's.
      for (int round = 0; round < 8; round++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < ROUNDS; i++) {
          out.write(message);
          assertThat(in.readNBytes(message, 0, SIZE)).isEqualTo(SIZE);
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
      }
      return least / ROUNDS;
    }
  }
}
