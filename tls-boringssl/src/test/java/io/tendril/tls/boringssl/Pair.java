package io.tendril.tls.boringssl;

import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.TlsOptions;
import io.tendril.spi.TimeSource;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsEngine.Step;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** A client's engine and a server's, with the bytes between them moved by hand. */
final class Pair implements AutoCloseable {
  static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("the test authority", Instant.now());
  private static final InetSocketAddress SOMEWHERE = new InetSocketAddress(1);

  /** One pair after the other uses them. */
  private static final ByteBuffer[] WIRES = {
    ByteBuffer.allocateDirect(100_000),
    ByteBuffer.allocateDirect(100_000),
    ByteBuffer.allocateDirect(20_000)
  };

  final TlsEngine client;
  final TlsEngine server;
  final ByteBuffer toServer = WIRES[0].clear();
  final ByteBuffer toClient = WIRES[1].clear();
  private final ByteBuffer plain = WIRES[2];

  Pair(TlsOptions client, TlsOptions server) {
    this(client, server, new HandClock());
  }

  Pair(TlsOptions client, TlsOptions server, TimeSource clock) {
    this.client = client.engines().create(client, SOMEWHERE, clock);
    this.server = server.engines().create(server, SOMEWHERE, clock);
  }

  static TlsOptions server() {
    return TlsOptions.server(AUTHORITY.issue("server.test"));
  }

  static TlsOptions client() {
    return TlsOptions.client("server.test", List.of(AUTHORITY.certificate()));
  }

  /** Shakes hands until both are done, or wait for each other in vain. */
  void shake() throws IOException {
    for (int turns = 0; turns < 20; turns++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
  }

  private void step(TlsEngine engine, ByteBuffer in, ByteBuffer out) throws IOException {
    while (true) {
      switch (engine.next()) {
        case TASK -> {
          Runnable task = engine.task();
          if (task != null) {
            task.run();
          }
        }
        case OUTPUT -> engine.encrypt(new ByteBuffer[0], 0, 0, out);
        default -> {
          if (in.position() == 0) {
            return;
          }
          in.flip();
          engine.decrypt(in, plain.clear());
          in.compact();
        }
      }
    }
  }

  /** Sends text from the server to the client: what arrives. */
  String send(String text) throws IOException {
    ByteBuffer data = ByteBuffer.allocateDirect(text.length());
    data.put(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).flip();
    server.encrypt(new ByteBuffer[] {data}, 0, 1, toClient);
    toClient.flip();
    ByteBuffer heard = plain.clear();
    while (toClient.hasRemaining() && client.decrypt(toClient, heard) == Step.MORE) {}
    toClient.compact();
    byte[] bytes = new byte[heard.flip().remaining()];
    heard.get(bytes);
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
