package io.tendril.core.internal.tls;

import io.tendril.spi.TlsCapability;
import io.tendril.spi.TlsEngineProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The TLS engines that there are, the best first, and which of them is taken. */
final class TlsProviders {
  private static final TlsProviders INSTALLED = new TlsProviders(installed());

  private final List<TlsEngineProvider> all;

  /**
   * What was chosen.
   *
   * @param why what speaks against the better ones, or that there are none
   */
  record Choice(TlsEngineProvider provider, String why) {}

  TlsProviders(List<TlsEngineProvider> all) {
    this.all =
        all.stream()
            .sorted(Comparator.comparingInt(TlsEngineProvider::priority).reversed())
            .toList();
  }

  /** Those of this process. */
  static TlsProviders get() {
    return INSTALLED;
  }

  private static List<TlsEngineProvider> installed() {
    List<TlsEngineProvider> found = new ArrayList<>(List.of(new JdkContexts()));
    Iterator<TlsEngineProvider> more =
        ServiceLoader.load(TlsEngineProvider.class, TlsEngineProvider.class.getClassLoader())
            .iterator();
    try {
      more.forEachRemaining(found::add);
    } catch (ServiceConfigurationError e) {
      // What is registered wrongly cannot be used, and the JDK's can.
      System.getLogger("io.tendril.tls").log(System.Logger.Level.WARNING, e.getMessage(), e);
    }
    return found;
  }

  /**
   * The best one, or the one that is named.
   *
   * @throws IllegalArgumentException if the one that is named does not exist, cannot be used here,
   *     or has not what is needed
   */
  Choice choose(@Nullable String name, Set<TlsCapability> needed) {
    List<String> against = new ArrayList<>();
    for (TlsEngineProvider each : all) {
      if (name != null && !name.equalsIgnoreCase(each.name())) {
        continue;
      }
      String obstacle = obstacle(each, needed);
      if (obstacle == null) {
        return new Choice(each, why(name, against));
      }
      against.add(each.name() + " is not used: " + obstacle);
    }
    throw new IllegalArgumentException(
        against.isEmpty()
            ? "no TLS engine '" + name + "'; there are " + names()
            : String.join("; ", against));
  }

  private static String why(@Nullable String name, List<String> against) {
    if (name != null) {
      return "the options name it";
    }
    return against.isEmpty() ? "the best of those that are here" : String.join("; ", against);
  }

  private static @Nullable String obstacle(TlsEngineProvider each, Set<TlsCapability> needed) {
    String reason = each.unavailable();
    if (reason != null) {
      return reason;
    }
    for (TlsCapability capability : needed) {
      if (!each.capabilities().contains(capability)) {
        return switch (capability) {
          case SUITES -> "the profile asks for a choice of suites that it does not give";
          case KEY_LOG -> "it has no key log, and one is asked for";
          case ANY_KEY ->
              "it does not take a key of this kind, of this side or of those whom this side trusts";
          default -> "it has not " + capability;
        };
      }
    }
    return null;
  }

  String names() {
    return String.join(", ", all.stream().map(TlsEngineProvider::name).toList());
  }
}
