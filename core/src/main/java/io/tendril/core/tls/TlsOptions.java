package io.tendril.core.tls;

import io.tendril.core.internal.tls.ChosenEngines;
import io.tendril.core.internal.tls.JdkTlsEngine;
import io.tendril.core.internal.tls.TlsNames;
import io.tendril.spi.TlsEngineFactory;
import io.tendril.spi.TlsTrust;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS: which side, with which certificates, trusting whom. Make it once and use it for
 * many connections: sessions are resumed among those.
 *
 * @param engines what does the cryptography, with its keys and whom it trusts
 * @param client whether this is the client's side
 * @param host the name or address that the peer must prove to have; a name is sent as SNI; empty on
 *     servers
 * @param applicationProtocols offered or accepted by ALPN (RFC 7301), best first, the server's
 *     order decides; if both sides have some and none in common, the handshake fails
 * @param clientCertificates whether a server asks for them; not by default
 * @param profile which versions and algorithms; {@link TlsProfile#MODERN} by default
 * @param handshakeTime how long a handshake may take, 30 s by default
 * @param handshakes how many handshakes may be under way in one reactor, 1000 by default; at the
 *     limit the one that has waited longest for its peer is given up for a new one
 * @param answerInTheClear what a server says, in the clear, to a client that does not speak TLS, in
 *     words of the protocol that it probably speaks; at most 4 KiB, empty by default
 * @param keyLog is told the keys of each connection; null, the default, for nobody
 */
public record TlsOptions(
    TlsEngineFactory engines,
    boolean client,
    String host,
    List<String> applicationProtocols,
    ClientCertificates clientCertificates,
    TlsProfile profile,
    Duration handshakeTime,
    int handshakes,
    String answerInTheClear,
    @Nullable Consumer<String> keyLog) {
  /**
   * How long a session can be resumed, on this side's servers: with BoringSSL from its full
   * handshake on, with the JDK's engine from the handshake that has resumed it last.
   */
  public static final Duration SESSION_TIME = Duration.ofDays(1);

  private static final int LONGEST_ANSWER = 4096;

  /** Checks the limits. */
  public TlsOptions {
    applicationProtocols = List.copyOf(applicationProtocols);
    if (answerInTheClear.length() > LONGEST_ANSWER) {
      throw new IllegalArgumentException("an answer of " + answerInTheClear.length() + " chars");
    }
    if (handshakeTime.isNegative() || handshakeTime.isZero() || handshakes < 1) {
      throw new IllegalArgumentException(
          handshakes + " handshakes of at most " + handshakeTime.toMillis() + " ms");
    }
  }

  private static TlsOptions of(TlsEngineFactory engines, boolean client, String host) {
    return new TlsOptions(
        engines,
        client,
        host,
        List.of(),
        ClientCertificates.NONE,
        TlsProfile.MODERN,
        Duration.ofSeconds(30),
        1_000,
        "",
        null);
  }

  // ---- Servers --------------------------------------------------------------------------------

  /** A server that is always the same. */
  public static TlsOptions server(TlsIdentity identity) {
    return server(TlsKeys.of(identity));
  }

  /** A server that is whom the client asks for. */
  public static TlsOptions server(TlsKeys keys) {
    return server(ChosenEngines.of(keys, TlsTrust.of(List.of())));
  }

  /**
   * A server that asks its clients who they are.
   *
   * @param trusted the authorities that vouch for clients
   */
  public static TlsOptions server(
      TlsKeys keys, ClientCertificates clients, List<X509Certificate> trusted) {
    return server(ChosenEngines.of(keys, TlsTrust.of(trusted))).withClientCertificates(clients);
  }

  /** A server with the keys of a context. */
  public static TlsOptions server(SSLContext context) {
    return server(JdkTlsEngine.of(context, false));
  }

  /** A server on engines of another kind. */
  public static TlsOptions server(TlsEngineFactory engines) {
    return of(engines, false, "");
  }

  // ---- Clients --------------------------------------------------------------------------------

  /** A client that wants to reach a host, and trusts whom the platform trusts. */
  public static TlsOptions client(String host) {
    return client(host, null, null);
  }

  /** A client that wants to reach a host, and trusts whom these authorities vouch for. */
  public static TlsOptions client(String host, List<X509Certificate> trusted) {
    return client(host, trusted, null);
  }

  /**
   * A client that can say who it is.
   *
   * @param host a name, of which the characters may be any (IDNA), or an address
   * @param trusted the authorities that vouch for the server; null for those of the platform
   * @param identity shown to a server that asks; null for none
   */
  public static TlsOptions client(
      String host, @Nullable List<X509Certificate> trusted, @Nullable TlsIdentity identity) {
    TlsKeys keys = identity == null ? null : TlsKeys.of(identity);
    TlsTrust trust = trusted == null ? TlsTrust.platform() : TlsTrust.of(trusted);
    return client(ChosenEngines.of(keys, trust), host);
  }

  /** A client that wants to reach a host, and trusts whom the context trusts. */
  public static TlsOptions client(SSLContext context, String host) {
    return client(JdkTlsEngine.of(context, false), host);
  }

  /** A client on engines of another kind. */
  public static TlsOptions client(TlsEngineFactory engines, String host) {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("a client that does not know whom it wants to reach");
    }
    return of(engines, true, TlsNames.normalize(host));
  }

  /** The name that a client asks for by SNI: the host, or empty if that is an address. */
  public String serverName() {
    return TlsNames.address(host) == null ? host : "";
  }

  // ---- Changes --------------------------------------------------------------------------------

  /** With protocols for ALPN, best first. */
  public TlsOptions withApplicationProtocols(String... protocols) {
    return with(changed -> changed.applicationProtocols = List.of(protocols));
  }

  /** With another answer to whether clients are asked; whom to trust is the engines' business. */
  public TlsOptions withClientCertificates(ClientCertificates clients) {
    return with(changed -> changed.clientCertificates = clients);
  }

  /** With other versions and algorithms. */
  public TlsOptions withProfile(TlsProfile newProfile) {
    return with(changed -> changed.profile = newProfile);
  }

  /**
   * With engines of the kind that is named, "JDK" for one, and not the best one here. The keys and
   * the trust stay.
   *
   * @throws IllegalArgumentException if there is none of that name, if it cannot be used here, or
   *     if these options were made with engines or an SSLContext of their own
   */
  public TlsOptions withEngine(String name) {
    if (!(engines instanceof ChosenEngines chosen)) {
      throw new IllegalArgumentException("these options have engines of their own");
    }
    return with(changed -> changed.engines = chosen.named(name));
  }

  /** With other limits of time and number. */
  public TlsOptions withLimits(Duration newHandshakeTime, int newHandshakes) {
    return with(changed -> {
      changed.handshakeTime = newHandshakeTime;
      changed.handshakes = newHandshakes;
    });
  }

  /** With an answer to clients that speak in the clear; each char is an octet. */
  public TlsOptions withAnswerInTheClear(String answer) {
    return with(changed -> changed.answerInTheClear = answer);
  }

  /**
   * With somebody who is told the keys of each connection, for a look at it with Wireshark and the
   * like. Whoever has them can read all that is said. Only some engines can.
   *
   * @param log takes a line of the format of SSLKEYLOGFILE, without its end, in the thread of the
   *     connection's reactor; what it throws is ignored
   */
  public TlsOptions withKeyLog(Consumer<String> log) {
    return with(changed -> changed.keyLog = log);
  }

  private TlsOptions with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new TlsOptions(
        draft.engines,
        client,
        host,
        draft.applicationProtocols,
        draft.clientCertificates,
        draft.profile,
        draft.handshakeTime,
        draft.handshakes,
        draft.answerInTheClear,
        draft.keyLog);
  }

  /** What of it may be changed. */
  private static final class Draft {
    private TlsEngineFactory engines;
    private List<String> applicationProtocols;
    private ClientCertificates clientCertificates;
    private TlsProfile profile;
    private Duration handshakeTime;
    private int handshakes;
    private String answerInTheClear;
    private @Nullable Consumer<String> keyLog;

    private Draft(TlsOptions from) {
      engines = from.engines;
      applicationProtocols = from.applicationProtocols;
      clientCertificates = from.clientCertificates;
      profile = from.profile;
      handshakeTime = from.handshakeTime;
      handshakes = from.handshakes;
      answerInTheClear = from.answerInTheClear;
      keyLog = from.keyLog;
    }
  }
}
