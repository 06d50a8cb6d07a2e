package io.tendril.core.internal.tls;

import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsProfile;
import io.tendril.spi.TimeSource;
import io.tendril.spi.TlsCapability;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsEngineFactory;
import io.tendril.spi.TlsEngineProvider;
import io.tendril.spi.TlsTrust;
import java.net.SocketAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Engines of the best kind that is here, for keys and trust that are given as values. Which kind
 * that is may depend on what the options ask for.
 */
public final class ChosenEngines implements TlsEngineFactory {
  private final @Nullable TlsKeys keys;
  private final TlsTrust trust;
  private final @Nullable String name;

  /** Whether peers may be expected whose keys not every engine takes. */
  private final boolean unusualPeers;

  private final Map<TlsEngineProvider, TlsEngineFactory> factories = new ConcurrentHashMap<>(2);

  private ChosenEngines(@Nullable TlsKeys keys, TlsTrust trust, @Nullable String name) {
    this.keys = keys;
    this.trust = trust;
    this.name = name;
    this.unusualPeers = trust.authorities().stream().anyMatch(each -> !KeyKinds.isUsual(each));
    var _ = TlsProviders.get().choose(name, Set.of()); // loads it here, and not in a handshake
  }

  /**
   * Makes engines.
   *
   * @param keys who this side is; null for nobody
   * @param trust whom it trusts
   */
  public static ChosenEngines of(@Nullable TlsKeys keys, TlsTrust trust) {
    return new ChosenEngines(keys, trust, null);
  }

  /**
   * The same on the kind of that name.
   *
   * @throws IllegalArgumentException if it does not exist or cannot be used here
   */
  public ChosenEngines named(String newName) {
    return new ChosenEngines(keys, trust, newName);
  }

  @Override
  public TlsEngine create(TlsOptions options, SocketAddress peer, TimeSource clock) {
    return create(choice(options).provider(), options, peer, clock);
  }

  private TlsEngine create(
      TlsEngineProvider provider, TlsOptions options, SocketAddress peer, TimeSource clock) {
    return factories
        .computeIfAbsent(provider, each -> each.engines(keys, trust))
        .create(options, peer, clock);
  }

  /** An engine of the reactor's own kind, unless another is named. */
  public TlsEngine preferring(
      TlsEngineProvider own, TlsOptions options, SocketAddress peer, TimeSource clock) {
    return name == null ? create(own, options, peer, clock) : create(options, peer, clock);
  }

  /** Why the kind that these options get is the one. */
  public String why(TlsOptions options) {
    return choice(options).why();
  }

  private TlsProviders.Choice choice(TlsOptions options) {
    return TlsProviders.get().choose(name, needs(options));
  }

  private Set<TlsCapability> needs(TlsOptions options) {
    boolean anyKey = name == null && (unusualPeers || (keys != null && !keys.usual()));
    if (options.profile() == TlsProfile.MODERN && options.keyLog() == null && !anyKey) {
      return Set.of();
    }
    var needs = EnumSet.noneOf(TlsCapability.class);
    if (options.profile() == TlsProfile.STRICT) {
      needs.add(TlsCapability.SUITES);
    }
    if (options.keyLog() != null) {
      needs.add(TlsCapability.KEY_LOG);
    }
    if (anyKey) {
      needs.add(TlsCapability.ANY_KEY); // one that is named says by itself what it does not take
    }
    return needs;
  }
}
