package io.tendril.core;

/**
 * Something that the engine of a reactor cannot do, and another one can. What all can do, and what
 * only some, is in docs/engines.md.
 */
public final class EngineLacks extends UnsupportedOperationException {
  private static final long serialVersionUID = 1L;
  private final String what;
  private final String engine;
  private final String able;

  /**
   * Says what is missing.
   *
   * @param what as it stands behind "has no": "watching of descriptors"
   * @param engine the name of the engine that was asked
   * @param able the name of one that can: "linux"
   */
  public EngineLacks(String what, String engine, String able) {
    super("engine " + engine + " has no " + what + "; engine " + able + " has");
    this.what = what;
    this.engine = engine;
    this.able = able;
  }

  /** What is missing. */
  public String what() {
    return what;
  }

  /** The engine that was asked. */
  public String engine() {
    return engine;
  }

  /** An engine that can, as {@link io.tendril.spi.Engine#name} has it. */
  public String able() {
    return able;
  }
}
