package io.tendril.testing.tls;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A protocol that starts TLS when it begins, and remembers what happens. */
class Talker implements Protocol {
  final Transport transport;
  private final @Nullable TlsOptions options;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  @Nullable TlsSession session;
  @Nullable Throwable failure;
  @Nullable ConnectionClosed lost;
  boolean ended;
  boolean goesOn;

  Talker(Transport transport, @Nullable TlsOptions options) {
    this.transport = transport;
    this.options = options;
  }

  @Override
  public void connectionMade() {
    if (options != null) {
      secure(options);
    }
  }

  /** Starts TLS. */
  void secure(TlsOptions with) {
    var unused =
        transport
            .startTls(with)
            .thenAccept(agreed -> session = agreed)
            .exceptionally(why -> {
              failure = why;
              return null;
            });
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    while (data.hasRemaining()) {
      heard.write(data.get());
    }
  }

  @Override
  public boolean endReceived() {
    ended = true;
    return goesOn;
  }

  @Override
  public void connectionLost(ConnectionClosed reason) {
    lost = reason;
  }

  String text() {
    return heard.toString(StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    return heard.toByteArray();
  }
}
