package io.tendril.testing;

import io.tendril.core.tls.TlsKeys;
import io.tendril.spi.TlsCapability;
import io.tendril.spi.TlsEngineFactory;
import io.tendril.spi.TlsEngineProvider;
import io.tendril.spi.TlsTrust;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * TLS without cryptography, for simulations: the same seed gives the same bytes, and a handshake
 * costs microseconds. All else is there: records, a handshake with SNI, ALPN and certificates of
 * both sides, verified by the rules of every engine; alerts, close_notify in each direction, and
 * records that show when they are damaged, left out, or repeated. It speaks with itself only. It
 * keeps nothing secret, and anybody can forge what it sends.
 *
 * <p>Connections of a {@link Simulation} speak it wherever options leave the choice of the engine
 * to Tendril.
 */
public final class StandInTls implements TlsEngineProvider {
  /** A stand-in. */
  public StandInTls() {}

  @Override
  public String name() {
    return "stand-in";
  }

  /** Never chosen where there is another. */
  @Override
  public int priority() {
    return Integer.MIN_VALUE;
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public Set<TlsCapability> capabilities() {
    return EnumSet.noneOf(TlsCapability.class);
  }

  @Override
  public TlsEngineFactory engines(@Nullable TlsKeys keys, TlsTrust trust) {
    var verified = new VerifiedChains(trust);
    return (options, peer, clock) -> new StandInEngine(options, keys, verified);
  }
}
