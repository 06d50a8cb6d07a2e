package io.tendril.testing.tls;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsOptions;
import io.tendril.spi.TlsCapability;
import io.tendril.spi.TlsEngineProvider;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Certificates of the tests, made when they run, and options with them for one TLS engine. */
public final class Certificates {
  static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("the test authority", Instant.now());

  static final CertificateAuthority STRANGER =
      CertificateAuthority.create("some other authority", Instant.now());

  /** A server at "server.test", on the best engine. */
  public static final TlsOptions SERVER =
      TlsOptions.server(AUTHORITY.issue("server.test", "127.0.0.1"));

  /** A client that wants to reach it, on the best engine. */
  public static final TlsOptions CLIENT = client("server.test");

  /** What the JDK's engine can do. */
  private static final Set<TlsCapability> JDK =
      Set.of(TlsCapability.SUITES, TlsCapability.RESUMPTION);

  private static final Map<String, Certificates> ALL = new ConcurrentHashMap<>();

  private final String engine;
  private final Set<TlsCapability> capabilities;
  private final TlsOptions server;
  private final TlsOptions client;

  private Certificates(String engine) {
    this.engine = engine;
    Optional<TlsEngineProvider> found =
        ServiceLoader.load(TlsEngineProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.name().equals(engine) && each.unavailable() == null)
            .findFirst();
    assumeTrue(found.isPresent() || isJdk(), "no " + engine + " here");
    this.capabilities = found.map(TlsEngineProvider::capabilities).orElse(JDK);
    this.server = on(SERVER);
    this.client = on(CLIENT);
  }

  /** For an engine; the test is skipped where it cannot be used. */
  public static Certificates on(String engine) {
    return ALL.computeIfAbsent(engine, Certificates::new);
  }

  /** The test is skipped where the engine has not what it needs. */
  void need(TlsCapability capability) {
    assumeTrue(capabilities.contains(capability), engine + " has not " + capability);
  }

  boolean isJdk() {
    return engine.equals("JDK");
  }

  boolean isStandIn() {
    return engine.equals("stand-in");
  }

  TlsOptions on(TlsOptions options) {
    return options.withEngine(engine);
  }

  /** A server at "server.test". */
  public TlsOptions server() {
    return server;
  }

  /** A client that wants to reach it. */
  public TlsOptions client() {
    return client;
  }

  TlsOptions serverAs(TlsIdentity identity) {
    return on(TlsOptions.server(identity));
  }

  TlsOptions clientOf(String host) {
    return on(client(host));
  }

  /** A client that wants to reach somebody whom the test authority vouches for. */
  static TlsOptions client(String host) {
    return TlsOptions.client(host, List.of(AUTHORITY.certificate()));
  }
}
