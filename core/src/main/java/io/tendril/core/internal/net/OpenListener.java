package io.tendril.core.internal.net;

import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import org.jspecify.annotations.Nullable;

/** A listener as its network knows it. */
interface OpenListener extends Listener {
  /** Who builds the protocols. */
  ProtocolFactory<?> factory();

  /** Where it was made, in debug mode. */
  @Nullable String origin();
}
