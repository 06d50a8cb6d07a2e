package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.http.Response;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an exchange costs in memory: counted, not timed, in the reactor's own thread. */
class AllocationTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final int PIPELINE = 16;
  private static final int ROUND = 1_500;
  private static final int MOST_ROUNDS = 200;

  /** The request, and what it was read from. */
  private static final long LITTLE = 128;

  /** What a load generator sends. */
  private static final String REQUEST = "GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";

  /** Octets that the reactor's thread allocates for one exchange, once all is compiled. */
  private static long perExchange(HttpHandler handler, int pipelined) throws Exception {
    // Without observers, for whom there would be events.
    Reactor reactor = Reactor.create().start();
    try {
      int port =
          reactor.blockingCall(
              () ->
                  HttpServer.of(handler)
                      .listen(reactor, "tcp:0:interface=127.0.0.1")
                      .thenApply(listener -> listener.port()),
              LONGEST);
      long thread =
          reactor.blockingCall(
              () -> Deferred.succeeded(Thread.currentThread().threadId()), LONGEST);
      return perExchange(thread, port, pipelined);
    } finally {
      reactor.stop();
      reactor.awaitStopped(LONGEST);
    }
  }

  private static long perExchange(long thread, int port, int pipelined) throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) LONGEST.toMillis());
      byte[] requests = REQUEST.repeat(pipelined).getBytes(US_ASCII);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(requests);
      int length = 0;
      var last = new StringBuilder();
      for (int bodies = 0; bodies < pipelined; length++) {
        last.append((char) in.read());
        if (last.toString().endsWith("Hello, World!")) {
          bodies++;
          last.setLength(0);
        }
      }
      long least = Long.MAX_VALUE;
      // Until all is compiled: when that is, is the compiler's affair.
      for (int round = 0; round < MOST_ROUNDS && least > LITTLE; round++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < ROUND; i++) {
          out.write(requests);
          if (in.readNBytes(length).length < length) {
            throw new AssertionError("the connection has ended");
          }
        }
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        least = Math.min(least, allocated / ROUND / pipelined);
      }
      return least;
    }
  }

  @Test
  void allocatesLittleForAPlainExchange() throws Exception {
    Response hello = Response.plain("Hello, World!");
    assertThat(perExchange(request -> hello, 1)).isLessThanOrEqualTo(LITTLE);
  }

  @Test
  void allocatesLittleInAPipeline() throws Exception {
    Response hello = Response.plain("Hello, World!").prepare();
    assertThat(perExchange(request -> hello, PIPELINE)).isLessThanOrEqualTo(LITTLE);
  }
}
