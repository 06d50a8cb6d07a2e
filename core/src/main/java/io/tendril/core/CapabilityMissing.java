package io.tendril.core;

import java.util.List;

/** No layer of a transport has what was asked for. */
public final class CapabilityMissing extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Class<?> capability;
  private final transient List<String> layers;

  /**
   * Says what is missing.
   *
   * @param layers the names of the layers, the outermost first: "tls", "tcp"
   */
  public CapabilityMissing(Class<?> capability, List<String> layers) {
    super(
        "no "
            + capability.getSimpleName()
            + " in this transport, which is "
            + String.join(" over ", layers));
    this.capability = capability;
    this.layers = List.copyOf(layers);
  }

  /** What was asked for. */
  public Class<?> capability() {
    return capability;
  }

  /** The layers, the outermost first. */
  public List<String> layers() {
    return layers;
  }
}
