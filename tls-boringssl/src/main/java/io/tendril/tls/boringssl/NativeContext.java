package io.tendril.tls.boringssl;

import io.netty.internal.tcnative.CertificateCallback;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.KeyLogCallback;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An SSL_CTX with what belongs to it, and what it calls back. Used by any thread. What it calls is
 * found through the engine that shakes hands; so native code, which holds this, holds nobody's keys
 * by it.
 */
final class NativeContext implements CertificateCallback, KeyLogCallback, SSLSessionCache {
  /** Certificates of a peer, in all: more than any that is meant well. */
  private static final int LONGEST_CHAIN = 16 << 10;

  private static final int DEEPEST_CHAIN = 10;

  /** Sessions of one client to one host: each is used once, and two come with each connection. */
  private static final int MOST_SESSIONS = 8;

  /** Identities of one server; the least used one is read again when it is asked for. */
  private static final int MOST_KEYS = 1_000;

  private static final byte[] SESSION_CONTEXT = "tendril".getBytes(StandardCharsets.US_ASCII);

  private final Settings settings;
  private final long address;
  private final @Nullable TicketKeys ticketKeys;
  private final Map<Long, BoringEngine> shaking = new ConcurrentHashMap<>();
  private final ArrayDeque<Long> sessions = new ArrayDeque<>(0);
  private final Map<SameIdentity, KeyMaterial> keys = new LinkedHashMap<>(4, 0.75f, true);

  /** An identity, compared as an object. */
  private record SameIdentity(TlsIdentity identity) {
    @Override
    public boolean equals(Object other) {
      return other instanceof SameIdentity that && that.identity == identity;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(identity);
    }
  }

  private NativeContext(Settings settings) throws Exception {
    this.settings = settings;
    this.address =
        SSLContext.make(
            SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3,
            settings.client() ? SSL.SSL_MODE_CLIENT : SSL.SSL_MODE_SERVER);
    this.ticketKeys = settings.client() ? null : new TicketKeys(address);
  }

  static NativeContext make(Settings settings, List<X509Certificate> authorities) {
    NativeContext made = null;
    try {
      made = new NativeContext(settings);
      made.configure(authorities);
      return made;
    } catch (Exception e) {
      if (made != null) {
        made.free();
      }
      throw new IllegalStateException("BoringSSL does not take these options", e);
    }
  }

  private void configure(List<X509Certificate> authorities) throws Exception {
    SSLContext.setMode(
        address, SSLContext.getMode(address) | SSL.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSLContext.setOptions(address, SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSLContext.setCipherSuite(address, settings.suites(), false);
    if (!SSLContext.setCurvesList(address, settings.groups())) {
      throw new IllegalStateException("none of the groups is known");
    }
    SSLContext.setMaxCertList(address, LONGEST_CHAIN);
    SSLContext.setUseTasks(address, settings.verifies());
    SSLContext.setCertificateCallback(address, this);
    SSLContext.setSessionIdContext(address, SESSION_CONTEXT);
    if (!settings.applicationProtocols().isEmpty()) {
      SSLContext.setAlpnProtos(
          address,
          settings.applicationProtocols().toArray(String[]::new),
          SSL.SSL_SELECTOR_FAILURE_NO_ADVERTISE);
    }
    if (settings.client()) {
      SSLContext.setVerify(address, SSL.SSL_CVERIFY_REQUIRED, DEEPEST_CHAIN);
      SSLContext.setSSLSessionCache(address, this);
      SSLContext.setSessionCacheMode(
          address,
          SSL.SSL_SESS_CACHE_CLIENT
              | SSL.SSL_SESS_CACHE_NO_INTERNAL_LOOKUP
              | SSL.SSL_SESS_CACHE_NO_INTERNAL_STORE);
    } else {
      int verify =
          switch (settings.clientCertificates()) {
            case NONE -> SSL.SSL_CVERIFY_NONE;
            case WANTED -> SSL.SSL_CVERIFY_OPTIONAL;
            case REQUIRED -> SSL.SSL_CVERIFY_REQUIRED;
          };
      SSLContext.setVerify(address, verify, DEEPEST_CHAIN);
      nameAuthorities(authorities);
    }
    if (settings.keyLog()) {
      SSLContext.setKeyLogCallback(address, this);
    }
    if (settings.verifies()) {
      SSLContext.setCertVerifyCallback(address, new Verifying(shaking));
    }
  }

  /** Tells clients whose certificates are welcome. */
  private void nameAuthorities(List<X509Certificate> authorities) throws Exception {
    if (settings.verifies() && !authorities.isEmpty()) {
      long bio = KeyMaterial.bio(Pem.write(authorities));
      try {
        SSLContext.setCACertificateBio(address, bio);
      } finally {
        SSL.freeBIO(bio);
      }
    }
  }

  Settings settings() {
    return settings;
  }

  // ---- Engines --------------------------------------------------------------------------------

  /** What is good for a time only, is changed when that has passed. Called before each engine. */
  void at(TimeSource clock) {
    TicketKeys kept = ticketKeys;
    if (kept != null) {
      kept.at(clock.now().getEpochSecond());
    }
  }

  /** Makes an SSL for an engine. */
  long open(BoringEngine engine) throws Exception {
    long ssl = SSL.newSSL(address, !settings.client());
    shaking.put(ssl, engine);
    return ssl;
  }

  /** Its handshake is over: nothing of it is called back any more, save for its sessions. */
  void shaken(long ssl) {
    shaking.remove(ssl);
  }

  /** How many handshakes are under way. */
  int shaking() {
    return shaking.size();
  }

  /** Asks for who this side is. */
  @Override
  public void handle(long ssl, byte[] types, byte[][] issuers) {
    BoringEngine engine = shaking.get(ssl);
    if (engine == null) {
      return;
    }
    try {
      TlsIdentity identity = engine.identify(issuers);
      if (identity != null) {
        synchronized (keys) {
          material(identity).use(ssl);
        }
        byte[] ocspResponse = engine.ocspResponse(identity);
        if (ocspResponse != null) {
          SSL.setOcspResponse(ssl, ocspResponse);
        }
      }
    } catch (Exception e) {
      engine.refuse(e); // and not through native code
    }
  }

  /** Tells a connection's keys, which it has only while it shakes hands. */
  @Override
  public void handle(long ssl, byte[] line) {
    BoringEngine engine = shaking.get(ssl);
    if (engine != null) {
      engine.logKeys(new String(line, StandardCharsets.US_ASCII));
    }
  }

  private KeyMaterial material(TlsIdentity identity) throws Exception {
    var wanted = new SameIdentity(identity);
    KeyMaterial material = keys.get(wanted);
    if (material == null) {
      material = KeyMaterial.of(identity);
      keys.put(wanted, material);
      if (keys.size() > MOST_KEYS) {
        var eldest = keys.entrySet().iterator();
        eldest.next().getValue().free(); // what uses it has references of its own
        eldest.remove();
      }
    }
    return material;
  }

  /** Verifies what a peer shows. */
  private static final class Verifying extends CertificateVerifier {
    private final Map<Long, BoringEngine> shaking;

    Verifying(Map<Long, BoringEngine> shaking) {
      this.shaking = shaking;
    }

    @Override
    public int verify(long ssl, byte[][] chain, String algorithm) {
      BoringEngine engine = shaking.get(ssl);
      return engine == null ? X509_V_ERR_UNSPECIFIED : engine.verify(chain);
    }
  }

  // ---- Sessions of clients --------------------------------------------------------------------

  @Override
  public boolean sessionCreated(long ssl, long session) {
    synchronized (sessions) {
      sessions.add(session);
      if (sessions.size() > MOST_SESSIONS) {
        SSLSession.free(sessions.remove());
      }
    }
    return true;
  }

  @Override
  public long getSession(long ssl, byte[] id) {
    return -1; // servers keep none: clients have tickets
  }

  /** Offers the server the session that came last, if there is one. */
  void resume(long ssl) {
    synchronized (sessions) {
      Long last = sessions.peekLast();
      if (last != null) {
        SSL.setSession(ssl, last);
        if (SSLSession.shouldBeSingleUse(last)) {
          SSLSession.free(sessions.removeLast());
        }
      }
    }
  }

  /** Frees all. Called once, when no engine uses it and none will. */
  void free() {
    synchronized (sessions) {
      sessions.forEach(SSLSession::free);
      sessions.clear();
    }
    synchronized (keys) {
      keys.values().forEach(KeyMaterial::free);
      keys.clear();
    }
    SSLContext.free(address);
  }
}
