package io.tendril.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The example, asked by the JDK's client, and by one that does not read. */
class UppercaseTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Reactor reactor = Reactor.create();
  private int port;

  @BeforeEach
  void start() throws Exception {
    reactor.start();
    port =
        reactor.blockingCall(
            () ->
                Uppercase.server()
                    .listen(reactor, "tcp:0:interface=127.0.0.1")
                    .thenApply(listener -> listener.port()),
            LONGEST);
  }

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(LONGEST);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(LONGEST);
  }

  private static byte[] send(HttpRequest request) throws Exception {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(request, BodyHandlers.ofByteArray()).body();
    }
  }

  @Test
  void turnsAnUploadIntoCapitals() throws Exception {
    int length = 20_000_000;
    byte[] small = new byte[length];
    byte[] capital = new byte[length];
    Arrays.fill(small, (byte) 'x');
    Arrays.fill(capital, (byte) 'X');
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) LONGEST.toMillis());
      OutputStream out = socket.getOutputStream();
      String head =
          "POST /uppercase HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n";
      out.write(head.formatted(length).getBytes(US_ASCII));
      // One that sent all before it reads would wait for ever: here both go on at once.
      var sending =
          CompletableFuture.runAsync(() -> {
            try {
              out.write(small);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      byte[] all = socket.getInputStream().readAllBytes();
      sending.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
      assertThat(Arrays.copyOfRange(all, all.length - length, all.length)).isEqualTo(capital);
    }
  }

  @Test
  void countsAnUpload() throws Exception {
    var upload = BodyPublishers.ofByteArray(new byte[30_000_000]);
    assertThat(new String(send(request("/count").POST(upload).build()), US_ASCII))
        .isEqualTo("30000000 octets\n");
  }

  @Test
  void writesRowsAtThePaceOfTheReader() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) LONGEST.toMillis());
      String get = "GET /rows HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(get.getBytes(US_ASCII));
      // Another client is served while this one does not read.
      assertThat(send(request("/count").POST(BodyPublishers.ofString("hi")).build()))
          .asString(US_ASCII)
          .isEqualTo("2 octets\n");
      InputStream in = socket.getInputStream();
      String all = new String(in.readAllBytes(), US_ASCII);
      assertThat(all)
          .contains("\r\nrow 0\n\r\n", "\r\nrow 999999\n\r\n")
          .endsWith("\r\n0\r\nSum: 499999500000\r\n\r\n");
    }
  }
}
