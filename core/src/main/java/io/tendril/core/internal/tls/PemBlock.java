package io.tendril.core.internal.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One block of a PEM text (RFC 7468): what it says it is, and what is in it. Text between the
 * blocks is skipped; a block that does not end, or that holds what is not Base64, is an error,
 * since a file that is cut short would otherwise pass for one with fewer certificates.
 *
 * @param label "CERTIFICATE"
 * @param line of the text, the first is 1
 * @param text in Base64, maybe with headers of old before it
 */
public record PemBlock(String label, int line, String text) {
  /** More than all authorities of a platform together. */
  public static final int LONGEST = 4 << 20;

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";
  private static final int LONGEST_LABEL = 64;

  /**
   * Reads all blocks.
   *
   * @throws IllegalArgumentException if one is cut short, or the text is too long
   */
  public static List<PemBlock> read(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("longer than " + LONGEST + " bytes");
    }
    List<PemBlock> blocks = new ArrayList<>();
    int line = 1;
    int counted = 0;
    for (int at; (at = text.indexOf(BEGIN, counted)) >= 0; ) {
      line += lines(text, counted, at);
      int from = at + BEGIN.length();
      int dashes = text.indexOf(DASHES, from);
      if (dashes < 0 || dashes - from > LONGEST_LABEL) {
        throw new IllegalArgumentException("line " + line + " is no beginning of a PEM block");
      }
      String label = text.substring(from, dashes);
      String last = END + label + DASHES;
      int begin = dashes + DASHES.length();
      int end = text.indexOf(DASHES, begin);
      if (end < 0 || !text.startsWith(last, end)) {
        throw new IllegalArgumentException(
            "the block '" + label + "' of line " + line + " has no end: the text is cut short");
      }
      blocks.add(new PemBlock(label, line, text.substring(begin, end)));
      counted = end + last.length();
      line += lines(text, at, counted);
    }
    return blocks;
  }

  private static int lines(String text, int from, int to) {
    int count = 0;
    for (int at = from; at < to; at++) {
      count += text.charAt(at) == '\n' ? 1 : 0;
    }
    return count;
  }

  /** Whether it has the headers with which OpenSSL encrypted keys of old (RFC 1421). */
  boolean hasHeaders() {
    return text.indexOf(':') >= 0;
  }

  /** What is in it. */
  public byte[] content() {
    try {
      return Base64.getDecoder().decode(text.replaceAll("\\s+", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(this + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Names the block, and not what is in it. */
  @Override
  public String toString() {
    return "the block '" + label + "' of line " + line;
  }
}
