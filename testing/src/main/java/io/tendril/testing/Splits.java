package io.tendril.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The ways in which a stream of bytes may arrive: all at once, byte by byte, at every split in two
 * and, if it is short, in three, and a number of random ones. What a parser finds must not depend
 * on which of them it is.
 *
 * <pre>{@code
 * Splits.of("EHLO x\r\nQUIT\r\n").forEach(pieces -> {
 *   var connection = new RecordingTransport();
 *   connection.connect(SmtpServer::new);
 *   pieces.forEach(connection::deliver);
 *   assertThat(connection.text()).endsWith("221 bye\r\n");
 * });
 * }</pre>
 *
 * <p>{@link DecoderSplits} does this for decoders.
 */
public final class Splits {
  /** Up to this length a stream is split in three as well. */
  private static final int SHORT = 48;

  /** Beyond this length not every split in two is tried. */
  private static final int LONG = 4_096;

  private static final int RANDOM_WAYS = 64;

  private final byte[] stream;

  private Splits(byte[] stream) {
    this.stream = stream;
  }

  /** What to do with the pieces of one way. */
  @FunctionalInterface
  public interface Way {
    void take(List<byte[]> pieces) throws Exception;
  }

  /** The ways to cut up some bytes. */
  public static Splits of(byte[] stream) {
    return new Splits(stream.clone());
  }

  /** The ways to cut up a text in UTF-8. */
  public static Splits of(String stream) {
    return new Splits(stream.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Tries each way.
   *
   * @throws AssertionError if it fails for one of them; the message says for which
   */
  public void forEach(Way action) {
    for (int[] cuts : ways()) {
      try {
        action.take(pieces(cuts));
      } catch (Exception | AssertionError e) {
        throw new AssertionError(describe(cuts) + ": " + e.getMessage(), e);
      }
    }
  }

  /** Each way as the places of its cuts, the one without a cut first. */
  List<int[]> ways() {
    List<int[]> ways = new ArrayList<>();
    ways.add(new int[0]);
    ways.add(everywhere());
    int step = Math.max(1, stream.length / LONG);
    for (int at = 0; at <= stream.length; at += step) {
      ways.add(new int[] {at});
    }
    if (stream.length <= SHORT) {
      for (int first = 1; first < stream.length; first++) {
        for (int second = first + 1; second < stream.length; second++) {
          ways.add(new int[] {first, second});
        }
      }
    }
    for (int seed = 0; seed < RANDOM_WAYS && stream.length > 2; seed++) {
      ways.add(atRandom(seed));
    }
    return ways;
  }

  private int[] everywhere() {
    int[] cuts = new int[Math.max(0, stream.length - 1)];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = i + 1;
    }
    return cuts;
  }

  private int[] atRandom(int seed) {
    var random = new SplittableRandom(seed);
    int longest = 1 + random.nextInt(Math.min(stream.length, 1 << random.nextInt(1, 12)));
    var cuts = new ArrayList<Integer>();
    for (int at = random.nextInt(longest + 1); at < stream.length; ) {
      cuts.add(at);
      at += 1 + random.nextInt(longest);
    }
    return cuts.stream().mapToInt(Integer::intValue).toArray();
  }

  List<byte[]> pieces(int[] cuts) {
    List<byte[]> pieces = new ArrayList<>(cuts.length + 1);
    int from = 0;
    for (int cut : cuts) {
      pieces.add(Arrays.copyOfRange(stream, from, cut));
      from = cut;
    }
    pieces.add(Arrays.copyOfRange(stream, from, stream.length));
    return pieces;
  }

  String describe(int[] cuts) {
    if (cuts.length == 0) {
      return "all " + stream.length + " bytes at once";
    }
    if (cuts.length == stream.length - 1 && cuts.length > 2) {
      return "byte by byte";
    }
    return "cut at "
        + (cuts.length <= 20
            ? Arrays.toString(cuts)
            : Arrays.toString(Arrays.copyOf(cuts, 20)) + " and so on");
  }
}
