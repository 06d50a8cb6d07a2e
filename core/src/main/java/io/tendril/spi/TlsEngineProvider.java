package io.tendril.spi;

import io.tendril.core.tls.TlsKeys;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kind of TLS engine, found by {@link java.util.ServiceLoader}. Of those that can be used here
 * and have what a connection needs, the one with the highest priority is taken, unless {@link
 * io.tendril.core.tls.TlsOptions#withEngine} names another. The JDK's has priority 0.
 *
 * <p>All methods may be called from any thread.
 */
public interface TlsEngineProvider {
  /** What it is called in options and in messages: "JDK". */
  String name();

  /** The higher, the better. */
  int priority();

  /**
   * Why it cannot be used here, as the end of a sentence ("there is no build for s390x"); null if
   * it can. The first call may load native code, and takes some milliseconds then.
   */
  @Nullable String unavailable();

  /** What it can do. */
  Set<TlsCapability> capabilities();

  /**
   * Makes engines that share keys and trust; sessions are resumed among them.
   *
   * @param keys who this side is; null for nobody
   * @param trust whom it trusts
   */
  TlsEngineFactory engines(@Nullable TlsKeys keys, TlsTrust trust);
}
