package io.tendril.testing.tls;

import io.tendril.core.tls.TlsIdentity;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A peer that does as the test says: an engine of the JDK with its own versions and suites, which
 * believes whomever it meets, and may do in mid-stream what Tendril's own side never does.
 */
final class RawPeer {
  private static final AtomicInteger PORTS = new AtomicInteger();
  private static final SSLContext CLIENTS = context(null);
  private static final SSLContext SERVERS = context(Certificates.AUTHORITY.issue("server.test"));

  private final SSLEngine engine;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private ByteBuffer arrived = ByteBuffer.allocate(0);
  @Nullable SSLException failure;

  private RawPeer(SSLEngine engine, String... versions) {
    this.engine = engine;
    engine.setEnabledProtocols(versions);
    try {
      engine.beginHandshake();
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  /** A client of these versions. */
  static RawPeer client(String... versions) {
    // Another port each time, so that nothing is resumed.
    SSLEngine engine = CLIENTS.createSSLEngine("server.test", PORTS.incrementAndGet());
    engine.setUseClientMode(true);
    return new RawPeer(engine, versions);
  }

  /** A server of these versions, which is at "server.test". */
  static RawPeer server(String... versions) {
    return server(SERVERS, versions);
  }

  /** A server of these versions, which is whoever this is. */
  static RawPeer serverAs(TlsIdentity identity, String... versions) {
    return server(context(identity), versions);
  }

  private static RawPeer server(SSLContext context, String... versions) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    return new RawPeer(engine, versions);
  }

  private static SSLContext context(@Nullable TlsIdentity identity) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      if (identity != null) {
        store.setKeyEntry(
            "own", identity.key(), new char[0], identity.chain().toArray(X509Certificate[]::new));
      }
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {new Believer()}, null);
      return context;
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Believer implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  SSLEngine engine() {
    return engine;
  }

  String text() {
    return received.toString(StandardCharsets.US_ASCII);
  }

  /** In TLS 1.2 a request for another handshake, in 1.3 a new key. */
  void beginHandshake() throws SSLException {
    engine.beginHandshake();
  }

  /** Takes bytes in, and gives what it has to send; a failure is kept, as its alert is sent. */
  byte[] exchange(byte[] bytes) {
    ByteBuffer all = ByteBuffer.allocate(arrived.remaining() + bytes.length);
    arrived = all.put(arrived).put(bytes).flip();
    var out = new ByteArrayOutputStream();
    try {
      while (step(out)) {}
    } catch (SSLException e) {
      failure = failure == null ? e : failure;
      emit(out);
    }
    return out.toByteArray();
  }

  private boolean step(ByteArrayOutputStream out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> {
        for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
          task.run();
        }
        return true;
      }
      case NEED_WRAP -> {
        return wrap(out, ByteBuffer.allocate(0)) == Status.OK;
      }
      default -> {
        if (!arrived.hasRemaining() || engine.isInboundDone()) {
          return false;
        }
        ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        var result = engine.unwrap(arrived, plain);
        received.write(plain.array(), 0, plain.position());
        return result.getStatus() == Status.OK
            || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
      }
    }
  }

  private Status wrap(ByteArrayOutputStream out, ByteBuffer data) throws SSLException {
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    var result = engine.wrap(data, record);
    out.write(record.array(), 0, record.position());
    return result.getStatus();
  }

  private void emit(ByteArrayOutputStream out) {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          && wrap(out, ByteBuffer.allocate(0)) == Status.OK) {}
    } catch (SSLException e) {
      failure.addSuppressed(e);
    }
  }

  /** Encrypts this. */
  byte[] write(String text) throws SSLException {
    var out = new ByteArrayOutputStream();
    ByteBuffer data = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (data.hasRemaining()) {
      wrap(out, data);
    }
    return out.toByteArray();
  }

  /** Ends its side. */
  byte[] close() {
    engine.closeOutbound();
    return exchange(new byte[0]);
  }

  boolean isUp() {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
        && !Arrays.asList("NONE", "SSL_NULL_WITH_NULL_NULL")
            .contains(engine.getSession().getCipherSuite());
  }
}
