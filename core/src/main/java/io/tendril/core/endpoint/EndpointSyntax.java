package io.tendril.core.endpoint;

/** An endpoint string that cannot be read. The message shows the place. */
public final class EndpointSyntax extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private final int position;

  /**
   * Says what is wrong.
   *
   * @param position where in the description, from 0
   */
  public EndpointSyntax(String description, int position, String problem) {
    super("endpoint '" + description + "', at position " + position + ": " + problem);
    this.position = position;
  }

  /** Where in the description, from 0. */
  public int position() {
    return position;
  }
}
