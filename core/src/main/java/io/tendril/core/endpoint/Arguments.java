package io.tendril.core.endpoint;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an endpoint string, as its {@link EndpointKind} takes them: first the positional
 * ones in order, then the options by name. What nobody has taken in the end is an error, which
 * names the options that were asked for.
 *
 * <pre>{@code
 * String path = arguments.required("path", Arguments::text);
 * arguments.option("backlog", Arguments.number(1, 65_535), settings::backlog);
 * }</pre>
 *
 * <p>Every method throws {@link EndpointSyntax} if the argument is missing or cannot be read.
 */
public final class Arguments {
  private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(1_000_000_000L);

  private final Kinds kinds;
  private final Description description;
  private final String grammar;
  private final List<Description.Argument> positional = new ArrayList<>();
  private final List<Description.Argument> keyed = new ArrayList<>();
  private final TreeSet<String> known = new TreeSet<>();

  Arguments(Kinds kinds, Description description, String grammar) {
    this.kinds = kinds;
    this.description = description;
    this.grammar = grammar;
    for (Description.Argument argument : description.arguments()) {
      (argument.key().isEmpty() ? positional : keyed).add(argument);
    }
  }

  /**
   * Reads a value.
   *
   * @param <T> what it reads
   */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if it cannot; the message says what was expected
     */
    T read(String value);
  }

  // ---- Taking ---------------------------------------------------------------------------------

  /** The next positional argument, which may also be given by its name. */
  public <T> T required(String name, Reader<T> reader) {
    Description.Argument named = take(name);
    if (!positional.isEmpty()) {
      Description.Argument next = positional.removeFirst();
      if (named != null) {
        throw at(named.position(), quoted(name) + " is given already, as " + quoted(next.value()));
      }
      return read(next, reader);
    }
    if (named == null) {
      throw at(
          description.text().length(), "expected " + name.toUpperCase(Locale.ROOT) + asGrammar());
    }
    return read(named, reader);
  }

  /** An option, or null if it is not given. */
  public <T> @Nullable T option(String name, Reader<T> reader) {
    Description.Argument named = take(name);
    return named == null ? null : read(named, reader);
  }

  /** The positional arguments that are left, in order. */
  public <T> List<T> others(Reader<T> reader) {
    List<T> all = new ArrayList<>();
    for (Description.Argument each : positional) {
      all.add(read(each, reader));
    }
    positional.clear();
    return all;
  }

  /** The values of an option that may be given several times, in order. */
  public <T> List<T> options(String name, Reader<T> reader) {
    known.add(name);
    List<T> all = new ArrayList<>();
    for (Description.Argument each : List.copyOf(keyed)) {
      if (each.key().equals(name)) {
        keyed.remove(each);
        all.add(read(each, reader));
      }
    }
    return all;
  }

  /** An option, handed on if it is given. */
  public <T> void option(String name, Reader<T> reader, Consumer<? super T> to) {
    T value = option(name, reader);
    if (value != null) {
      to.accept(value);
    }
  }

  /** All arguments as a server endpoint of their own: for kinds that wrap another. */
  public ServerEndpoint server() {
    return kinds.server(description.text(), rest());
  }

  /** All arguments as a client endpoint of their own: for kinds that wrap another. */
  public ClientEndpoint client() {
    return kinds.client(description.text(), rest());
  }

  /**
   * The arguments that nobody has taken yet as a server endpoint of their own: for kinds with
   * options, that wrap another. If no kind comes first, they are those of one that is given.
   */
  public ServerEndpoint serverOver(String otherwise) {
    return kinds.server(untaken(EndpointKind.Server.class, otherwise), 0);
  }

  /** As {@link #serverOver}, for clients. */
  public ClientEndpoint clientOver(String otherwise) {
    return kinds.client(untaken(EndpointKind.Client.class, otherwise), 0);
  }

  /** Whether a client's arguments are a host and a port, and not another endpoint's. */
  boolean isHostAndPort() {
    boolean port = positional.size() == 2 && positional.getLast().value().matches("[0-9]+");
    return port || positional.isEmpty() || !beginsWithKind(EndpointKind.Client.class);
  }

  /** The first positional argument, which another value takes the place of if there is one. */
  @Nullable String replaceFirst(@Nullable String by) {
    if (positional.isEmpty()) {
      return null;
    }
    Description.Argument first = positional.getFirst();
    if (by != null) {
      positional.set(0, new Description.Argument("", by, first.position(), first.valuePosition()));
    }
    return first.value();
  }

  private boolean beginsWithKind(Class<? extends EndpointKind> type) {
    return !positional.isEmpty() && kinds.has(positional.getFirst().value(), type);
  }

  /** What has not been taken, as a description; from here on all is taken. */
  private String untaken(Class<? extends EndpointKind> type, String otherwise) {
    boolean wraps = type == EndpointKind.Client.class ? !isHostAndPort() : beginsWithKind(type);
    List<String> parts = new ArrayList<>();
    if (!wraps) {
      parts.add(otherwise);
    }
    for (Description.Argument each : positional) {
      parts.add(Description.escape(each.value()));
    }
    for (Description.Argument each : keyed) {
      parts.add(each.key() + "=" + Description.escape(each.value()));
    }
    positional.clear();
    keyed.clear();
    return String.join(":", parts);
  }

  private int rest() {
    positional.clear();
    keyed.clear();
    return description.argumentsStart();
  }

  /** An error in these arguments as a whole. */
  public EndpointSyntax problem(String what) {
    return at(description.start(), what + asGrammar());
  }

  private Description.@Nullable Argument take(String name) {
    known.add(name);
    Description.Argument found = null;
    for (Description.Argument argument : List.copyOf(keyed)) {
      if (argument.key().equals(name)) {
        if (found != null) {
          throw at(argument.position(), quoted(name) + " is given twice");
        }
        found = argument;
        keyed.remove(argument);
      }
    }
    return found;
  }

  private <T> T read(Description.Argument argument, Reader<T> reader) {
    try {
      return reader.read(argument.value());
    } catch (EndpointSyntax e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw at(argument.valuePosition(), e.getMessage() + asGrammar());
    }
  }

  /** Checks that everything has been taken. */
  void end() {
    for (Description.Argument argument : keyed) {
      throw at(
          argument.position(),
          "unknown option " + Suggestions.among(argument.key(), known, "options"));
    }
    for (Description.Argument argument : positional) {
      boolean behindOption =
          description.arguments().stream()
              .anyMatch(each -> !each.key().isEmpty() && each.position() < argument.position());
      throw at(
          argument.position(),
          quoted(argument.value())
              + " is one too many"
              + (behindOption ? "; an IPv6 address is written in brackets: [::1]" : asGrammar()));
    }
  }

  private String asGrammar() {
    return "; it is written " + grammar;
  }

  private EndpointSyntax at(int position, String problem) {
    return new EndpointSyntax(description.text(), position, problem);
  }

  private static String quoted(String text) {
    return EndpointSyntax.quoted(text);
  }

  // ---- Readers --------------------------------------------------------------------------------

  /** Any text but an empty one. */
  public static String text(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("expected a value");
    }
    return value;
  }

  /** A port, 0 to 65535. */
  public static int port(String value) {
    return number(0, 65_535, "a port").read(value);
  }

  /** A whole number. */
  public static Reader<Integer> number(int least, int most) {
    return number(least, most, "a number");
  }

  private static Reader<Integer> number(int least, int most, String what) {
    return value -> {
      if (value.matches("-?[0-9]{1,10}")) {
        long number = Long.parseLong(value);
        if (number >= least && number <= most) {
          return (int) number;
        }
      }
      throw new IllegalArgumentException(
          quoted(value) + " is not " + what + " from " + least + " to " + most);
    };
  }

  /** A time in seconds, with a decimal point or without: {@code 30}, {@code 0.25}. */
  public static Duration seconds(String value) {
    if (value.matches("[0-9]{1,10}(\\.[0-9]{1,9})?")) {
      var seconds = new BigDecimal(value);
      if (seconds.signum() > 0 && seconds.compareTo(MOST_SECONDS) <= 0) {
        return Duration.ofNanos(seconds.movePointRight(9).longValueExact());
      }
    }
    throw new IllegalArgumentException(
        quoted(value) + " is not a time in seconds, such as 30 or 0.25");
  }

  /** {@code yes} or {@code no}; also true, false, on, off, 1 and 0. */
  public static boolean flag(String value) {
    return switch (value) {
      case "yes", "true", "on", "1" -> true;
      case "no", "false", "off", "0" -> false;
      default -> throw new IllegalArgumentException(quoted(value) + " is neither yes nor no");
    };
  }

  /** An address; names are refused. */
  public static InetAddress address(String value) {
    return Hosts.address(value);
  }

  /** A host name or an address, as it is written. */
  @SuppressWarnings("CheckReturnValue") // called for what it refuses
  public static String host(String value) {
    Hosts.literal(value);
    return value;
  }
}
