package io.tendril.core.endpoint;

/**
 * An endpoint string that cannot be read. The message is one line, to be shown to whoever wrote the
 * string: it names the place, what was expected there, and what would be known.
 */
public final class EndpointSyntax extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 200;

  private final int position;
  private final String problem;

  /**
   * Says what is wrong.
   *
   * @param position where in the description, from 0
   */
  public EndpointSyntax(String description, int position, String problem) {
    super(
        "endpoint " + quoted(description) + ", at position " + position + ": " + oneLine(problem));
    this.position = position;
    this.problem = oneLine(problem);
  }

  /** Where in the description, from 0. */
  public int position() {
    return position;
  }

  /** What is wrong there. */
  public String problem() {
    return problem;
  }

  /** A text in quotes, on one line, and not too long. */
  static String quoted(String text) {
    return "'" + oneLine(text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "'";
  }

  private static String oneLine(String text) {
    var shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c) || c == 0x2028 || c == 0x2029) {
        shown.append(String.format("\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }
}
