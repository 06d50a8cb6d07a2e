package io.tendril.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import org.opentest4j.AssertionFailedError;

/** Plays one side of a {@link Conversation}, and listens to the other. For one connection. */
final class Performance {
  /** More than this is not taken for a line. */
  private static final int LONGEST_LINE = 1 << 20;

  private final List<Step> steps;
  private final Step.Side played;
  private final Wire wire;
  private final Map<String, String> variables = new HashMap<>();

  Performance(List<Step> steps, Step.Side played, Wire wire) {
    this.steps = steps;
    this.played = played;
    this.wire = wire;
  }

  /**
   * Plays it to its end.
   *
   * @throws AssertionError if the other side says or does anything else
   */
  void hold() throws IOException {
    for (Step step : steps) {
      switch (step) {
        case Step.Pass pass -> wire.pass(pass.time());
        case Step.Act act when act.side() == played -> play(act);
        case Step.Act act -> expect(act);
      }
    }
    int more = wire.hearNow();
    if (more >= 0) {
      throw new AssertionError("behind the end of the conversation was said: " + rest(more));
    }
  }

  private void play(Step.Act act) throws IOException {
    switch (act) {
      case Step.Say say -> wire.say(say.octets(name -> variable(say, name)));
      case Step.End _ -> wire.end();
      case Step.Reset _ -> wire.reset();
      case Step.Match match ->
          throw new AssertionError(at(match) + "a pattern can be expected, and not be played");
    }
  }

  private void expect(Step.Act act) throws IOException {
    switch (act) {
      case Step.Say say -> expectOctets(say);
      case Step.Match match -> expectMatch(match);
      case Step.End end -> expectInPlace(end, Wire.END);
      case Step.Reset reset -> expectInPlace(reset, Wire.RESET);
    }
  }

  private void expectOctets(Step.Say say) throws IOException {
    byte[] wanted = say.octets(name -> variable(say, name));
    var heard = new ByteArrayOutputStream();
    for (byte octet : wanted) {
      int next = wire.hear();
      if (next != (octet & 0xff)) {
        throw other(say, readable(wanted), readable(heard.toByteArray()) + rest(next));
      }
      heard.write(next);
    }
  }

  private void expectMatch(Step.Match match) throws IOException {
    var heard = new ByteArrayOutputStream();
    int last = 0;
    int next;
    while ((next = wire.hear()) != '\n' || last != '\r') {
      if (next < 0 || heard.size() == LONGEST_LINE) {
        throw other(match, match.pattern() + "", readable(heard.toByteArray()) + rest(next));
      }
      heard.write(next);
      last = next;
    }
    String line = new String(heard.toByteArray(), 0, heard.size() - 1, UTF_8);
    Matcher matcher = match.pattern().matcher(line);
    if (!matcher.matches()) {
      throw other(match, match.pattern() + "", readable(line.getBytes(UTF_8)));
    }
    match
        .pattern()
        .namedGroups()
        .keySet()
        .forEach(name -> variables.put(name, String.valueOf(matcher.group(name))));
  }

  private void expectInPlace(Step.Act act, int wanted) throws IOException {
    int next = wire.hear();
    if (next != wanted) {
      throw other(act, name(wanted), rest(next).strip());
    }
  }

  private String variable(Step step, String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new AssertionError(at(step) + "nothing before it has a group named '" + name + "'");
    }
    return value;
  }

  // ---- Failures -------------------------------------------------------------------------------

  private AssertionFailedError other(Step.Act act, String wanted, String heard) {
    String who = act.side() == Step.Side.CLIENT ? "C" : "S";
    return new AssertionFailedError(
        "%sexpected%n  %s: %s%nand heard%n  %s: %s".formatted(at(act), who, wanted, who, heard),
        wanted,
        heard);
  }

  private static String at(Step step) {
    return "line " + step.number() + " of the conversation: ";
  }

  /** What came in place of what was expected: some of it, to recognise it by. */
  private String rest(int next) throws IOException {
    var octets = new ByteArrayOutputStream();
    int last = next;
    while (last >= 0 && octets.size() < 200) {
      octets.write(last);
      last = last == '\n' ? Wire.SILENCE : wire.hearNow();
    }
    return readable(octets.toByteArray()) + (octets.size() == 0 ? " <" + name(next) + ">" : "");
  }

  private static String name(int inPlace) {
    return switch (inPlace) {
      case Wire.END -> "end";
      case Wire.RESET -> "reset";
      default -> "nothing more";
    };
  }

  /** Octets as a conversation would have them written. */
  static String readable(byte[] octets) {
    var text = new StringBuilder();
    boolean plain = Arrays.equals(octets, new String(octets, UTF_8).getBytes(UTF_8));
    (plain ? new String(octets, UTF_8).chars() : chars(octets))
        .forEach(each -> {
          switch (each) {
            case '\r' -> text.append("\\r");
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            case '\\' -> text.append("\\\\");
            default -> {
              if (each < ' ' || each == 0x7f || (!plain && each > 0x7f)) {
                text.append("\\x%02x".formatted(each));
              } else {
                text.append((char) each);
              }
            }
          }
        });
    return text.toString();
  }

  private static IntStream chars(byte[] octets) {
    return new String(octets, ISO_8859_1).chars();
  }
}
