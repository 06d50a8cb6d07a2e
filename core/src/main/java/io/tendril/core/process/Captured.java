package io.tendril.core.process;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What came of a program that was run to its end.
 *
 * @param status how it ended
 * @param output what it printed; the caller's own
 * @param errors what it printed on its standard error; the caller's own
 */
public record Captured(ExitStatus status, ByteBuffer output, ByteBuffer errors) {
  /** What it printed, read as UTF-8. */
  public String text() {
    return StandardCharsets.UTF_8.decode(output.duplicate()).toString();
  }

  /** What it printed on its standard error, read as UTF-8. */
  public String errorText() {
    return StandardCharsets.UTF_8.decode(errors.duplicate()).toString();
  }
}
