package io.tendril.core.endpoint;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.internal.tls.TlsNames;
import io.tendril.core.tls.TlsSession;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Picks a protocol by what a TLS handshake has agreed on, so that one port serves several names and
 * application protocols.
 *
 * <pre>{@code
 * reactor.listen("tls:443:dir=certificates", BySession.select()
 *     .protocol("h2", http2)
 *     .name("mail.example.org", mail)
 *     .otherwise(http));
 * }</pre>
 *
 * <p>The rules are asked in order, and the first that fits decides. Immutable: each method returns
 * a copy with one rule more.
 */
public final class BySession {
  private static final BySession NONE = new BySession(List.of());

  private final List<Rule> rules;

  private BySession(List<Rule> rules) {
    this.rules = rules;
  }

  private record Rule(Predicate<TlsSession> test, ProtocolFactory<?> factory) {}

  /** A selection with no rules yet. */
  public static BySession select() {
    return NONE;
  }

  /** A factory for an application protocol that ALPN has chosen: "h2". */
  public BySession protocol(String protocol, ProtocolFactory<?> factory) {
    return when(session -> session.applicationProtocol().equals(protocol), factory);
  }

  /** A factory for a name that clients ask for by SNI: "example.org", "*.example.org". */
  public BySession name(String name, ProtocolFactory<?> factory) {
    return when(session -> TlsNames.matches(session.serverName(), name), factory);
  }

  /** A factory for sessions that pass a test. */
  public BySession when(Predicate<TlsSession> test, ProtocolFactory<?> factory) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(test, factory));
    return new BySession(List.copyOf(more));
  }

  /** The factory that selects, with one for all sessions that no rule is for. */
  public ProtocolFactory<Protocol> otherwise(ProtocolFactory<?> factory) {
    return new Selecting(rules, factory);
  }

  /** The factory that selects, and refuses sessions that no rule is for. */
  public ProtocolFactory<Protocol> otherwiseRefuse() {
    return new Selecting(rules, null);
  }

  private static final class Selecting extends ChoosingFactory {
    private final List<Rule> rules;
    private final @Nullable ProtocolFactory<?> otherwise;

    Selecting(List<Rule> rules, @Nullable ProtocolFactory<?> otherwise) {
      super(rules.stream().map(Rule::factory), otherwise);
      this.rules = rules;
      this.otherwise = otherwise;
    }

    @Override
    public Protocol build(Transport transport) throws Exception {
      TlsSession session = transport.query(TlsSession.class);
      for (Rule rule : rules) {
        if (rule.test().test(session)) {
          return rule.factory().build(transport);
        }
      }
      if (otherwise == null) {
        throw new Refusal(
            "nothing is served as '"
                + session.serverName()
                + "' by '"
                + session.applicationProtocol()
                + "'");
      }
      return otherwise.build(transport);
    }
  }
}
