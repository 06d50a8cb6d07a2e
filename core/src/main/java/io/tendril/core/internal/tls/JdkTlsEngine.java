package io.tendril.core.internal.tls;

import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsProfile;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsEngineFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The engine that the JDK has: an {@link SSLEngine}. It is fastest with heap buffers. */
public final class JdkTlsEngine implements TlsEngine {
  private static final byte HANDSHAKE = 22;

  /** The beginning of a record that is longer than any. */
  private static final byte[] NO_RECORD = {HANDSHAKE, 3, 3, (byte) 0xff, (byte) 0xff};

  private final SSLEngine engine;
  private boolean established;

  /** Whether a handshake message would be the beginning of another handshake. */
  private boolean refusesHandshakes;

  private JdkTlsEngine(SSLEngine engine) {
    this.engine = engine;
  }

  /**
   * Engines with the keys and the trust of a context.
   *
   * @param verifiesNames whether the context does that itself
   */
  public static TlsEngineFactory of(SSLContext context, boolean verifiesNames) {
    return (options, peer, clock) -> create(context, verifiesNames, options, peer);
  }

  private static JdkTlsEngine create(
      SSLContext context, boolean verifiesNames, TlsOptions options, SocketAddress peer) {
    int port = peer instanceof InetSocketAddress inet ? inet.getPort() : -1;
    SSLEngine engine =
        options.client()
            ? context.createSSLEngine(options.host(), port)
            : context.createSSLEngine();
    engine.setUseClientMode(options.client());
    SSLParameters parameters = engine.getSSLParameters();
    TlsProfile profile = options.profile();
    List<String> supported = Arrays.asList(engine.getSupportedCipherSuites());
    parameters.setProtocols(profile.versions().toArray(String[]::new));
    parameters.setCipherSuites(
        profile.suites().stream().filter(supported::contains).toArray(String[]::new));
    parameters.setNamedGroups(profile.groups().toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    parameters.setApplicationProtocols(options.applicationProtocols().toArray(String[]::new));
    if (options.client()) {
      parameters.setEndpointIdentificationAlgorithm(verifiesNames ? null : "HTTPS");
      String name = options.serverName();
      parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
    } else {
      switch (options.clientCertificates()) {
        case NONE -> parameters.setNeedClientAuth(false);
        case WANTED -> parameters.setWantClientAuth(true);
        case REQUIRED -> parameters.setNeedClientAuth(true);
      }
    }
    engine.setSSLParameters(parameters);
    try {
      engine.beginHandshake();
    } catch (SSLException e) {
      throw new IllegalArgumentException("no handshake can be made with this context", e);
    }
    return new JdkTlsEngine(engine);
  }

  @Override
  public String name() {
    return JdkContexts.NAME;
  }

  @Override
  public Step next() {
    return switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> Step.TASK;
      case NEED_WRAP -> Step.OUTPUT;
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> established ? Step.MORE : Step.INPUT;
      case NOT_HANDSHAKING, FINISHED -> Step.MORE;
    };
  }

  @Override
  public boolean established() {
    return established;
  }

  @Override
  public Step decrypt(ByteBuffer ciphertext, ByteBuffer plaintext) throws IOException {
    if (refusesHandshakes
        && ciphertext.hasRemaining()
        && ciphertext.get(ciphertext.position()) == HANDSHAKE) {
      throw renegotiation();
    }
    return result(engine.unwrap(ciphertext, plaintext));
  }

  @Override
  public Step encrypt(ByteBuffer[] plaintext, int offset, int length, ByteBuffer ciphertext)
      throws IOException {
    if (length == 0 && engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_WRAP) {
      return next(); // an empty record would be made otherwise
    }
    return result(engine.wrap(plaintext, offset, length, ciphertext));
  }

  private Step result(SSLEngineResult result) {
    if (result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.FINISHED && !established) {
      established = true;
      refusesHandshakes = !engine.getSession().getProtocol().equals("TLSv1.3");
    }
    return switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> Step.INPUT;
      case BUFFER_OVERFLOW -> Step.SPACE;
      case CLOSED -> Step.END;
      case OK -> next() == Step.INPUT ? Step.MORE : next();
    };
  }

  /**
   * After its handshake TLS 1.2 has no other use for such messages. The engine would answer them,
   * and has a fatal alert only for what fails in it: so it is shown a record that is none.
   */
  private SSLException renegotiation() {
    try {
      engine.unwrap(ByteBuffer.wrap(NO_RECORD), ByteBuffer.allocate(0));
      engine.closeOutbound(); // one that waits for the rest of it
    } catch (SSLException asItShould) {
      // the alert is unexpected_message
    }
    return new SSLException("the peer asks for a renegotiation, which is refused");
  }

  @Override
  public @Nullable Runnable task() {
    return engine.getDelegatedTask();
  }

  @Override
  public TlsSession session() {
    SSLSession session = engine.getSession();
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        chain.add((X509Certificate) certificate);
      }
    } catch (SSLPeerUnverifiedException e) {
      chain.clear(); // it has shown none
    }
    String chosen = engine.getApplicationProtocol();
    return new TlsSession(
        session.getProtocol(),
        session.getCipherSuite(),
        chosen == null ? "" : chosen,
        JdkKeys.name(session),
        List.copyOf(chain));
  }

  @Override
  public void closeOutput() {
    engine.closeOutbound();
  }

  @Override
  public void close() {
    // nothing outside of the heap
  }
}
