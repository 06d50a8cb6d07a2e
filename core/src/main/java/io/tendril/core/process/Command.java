package io.tendril.core.process;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to start as a child process, and how. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * Command.of("sort", "-n").in(directory).with("LC_ALL", "C")
 * }</pre>
 *
 * <p>Descriptors 0, 1 and 2 are pipes unless they are said to be something else; the child gets no
 * other than those that are named here. It has no signal blocked and none ignored. A program whose
 * name has no slash is looked for on this process's {@code PATH}, and one with a slash is taken as
 * it is, from the {@linkplain #in directory} that the child works in. No shell is involved. All
 * text is handed over as UTF-8.
 */
public final class Command {
  /** The highest number that a descriptor of a child may be given. */
  public static final int HIGHEST_DESCRIPTOR = 255;

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final String program;
  private final List<String> arguments;
  private final State state;

  /** All that has defaults. Changed only before a command has it. */
  private static final class State implements Cloneable {
    @Nullable String name;
    @Nullable Path directory;
    boolean inherits = true;
    Map<String, @Nullable String> environment = Map.of();
    Map<Integer, Wiring> wiring =
        Map.of(0, Wiring.pipeToChild(), 1, Wiring.pipeFromChild(), 2, Wiring.pipeFromChild());
    @Nullable WindowSize terminal;
    boolean ownGroup;
    @Nullable String user;
    @Nullable String group;
    Map<Limit, Long> limits = Map.of();
    Duration grace = GRACE;

    @Override
    public State clone() {
      try {
        return (State) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Command(String program, List<String> arguments, State state) {
    this.program = program;
    this.arguments = arguments;
    this.state = state;
  }

  /** What the system can bound a process by, as {@code prlimit} calls it. */
  public enum Limit {
    /** Seconds of the processor. */
    CPU,
    /** Bytes of a file that is written. */
    FSIZE,
    /** Bytes of a core dump. */
    CORE,
    /** Descriptors. */
    NOFILE,
    /** Processes of the user. */
    NPROC,
    /** Bytes of address space. */
    AS
  }

  /**
   * A program and its arguments.
   *
   * @throws IllegalArgumentException if the program is empty, or a NUL is in any of them
   */
  public static Command of(String program, String... arguments) {
    return of(program, List.of(arguments));
  }

  /** As {@link #of(String, String...)}. */
  public static Command of(String program, List<String> arguments) {
    if (program.isEmpty()) {
      throw new IllegalArgumentException("no program");
    }
    text("program", program);
    for (String each : arguments) {
      text("argument", each);
    }
    return new Command(program, List.copyOf(arguments), new State());
  }

  private static String text(String what, String value) {
    if (value.indexOf(0) >= 0) {
      throw new IllegalArgumentException("a NUL in the " + what);
    }
    return value;
  }

  // ---- What it is given -----------------------------------------------------------------------

  /** What the program finds as its own name, {@code argv[0]}: the program by default. */
  public Command named(String name) {
    return change(state -> state.name = text("name", name));
  }

  /** The directory that it works in; this process's own by default. */
  public Command in(Path directory) {
    text("directory", directory.toString());
    return change(state -> state.directory = directory);
  }

  /**
   * With a variable in its environment, which is otherwise this process's.
   *
   * @throws IllegalArgumentException if there is a NUL in either, or an equals sign in the name
   */
  public Command with(String variable, String value) {
    return variable(variable, text("value of " + variable, value));
  }

  /** Without a variable of this process's environment. */
  public Command without(String variable) {
    return variable(variable, null);
  }

  private Command variable(String name, @Nullable String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new IllegalArgumentException("a variable called '" + name + "'");
    }
    text("name of a variable", name);
    Map<String, @Nullable String> changed = new TreeMap<>(state.environment);
    changed.put(name, value);
    return environment(state.inherits, changed);
  }

  /** With these variables and no others. */
  public Command withOnly(Map<String, String> variables) {
    Command made = environment(false, Map.of());
    for (var each : variables.entrySet()) {
      made = made.with(each.getKey(), each.getValue());
    }
    return made;
  }

  private Command environment(boolean inherits, Map<String, @Nullable String> environment) {
    return change(state -> {
      state.inherits = inherits;
      state.environment = Collections.unmodifiableMap(environment);
    });
  }

  // ---- Its descriptors ------------------------------------------------------------------------

  /** With its standard input, descriptor 0, as said. */
  public Command input(Wiring wiring) {
    return descriptor(0, wiring);
  }

  /** With its standard output, descriptor 1, as said. */
  public Command output(Wiring wiring) {
    return descriptor(1, wiring);
  }

  /** With its standard error, descriptor 2, as said. */
  public Command errors(Wiring wiring) {
    return descriptor(2, wiring);
  }

  /**
   * With one of its descriptors as said.
   *
   * @throws IllegalArgumentException if the number is over {@link #HIGHEST_DESCRIPTOR}
   */
  public Command descriptor(int number, Wiring wiring) {
    if (number < 0 || number > HIGHEST_DESCRIPTOR) {
      throw new IllegalArgumentException(
          "descriptor " + number + " is not between 0 and " + HIGHEST_DESCRIPTOR);
    }
    Map<Integer, Wiring> changed = new TreeMap<>(state.wiring);
    changed.put(number, wiring);
    return wired(changed, state.terminal);
  }

  /** With one of its descriptors closed. */
  public Command closed(int number) {
    Map<Integer, Wiring> changed = new TreeMap<>(state.wiring);
    changed.remove(number);
    return wired(changed, state.terminal);
  }

  /**
   * In a pseudo terminal of its own, which its descriptors 0, 1 and 2 are, and which controls the
   * session that it begins: Ctrl-C and the like reach what runs there in the foreground, and when
   * this side closes it, they hear SIGHUP.
   */
  public Command inTerminal(WindowSize size) {
    Map<Integer, Wiring> changed = new TreeMap<>(state.wiring);
    for (int each = 0; each <= 2; each++) {
      changed.put(each, Wiring.terminal());
    }
    return wired(changed, Objects.requireNonNull(size));
  }

  private Command wired(Map<Integer, Wiring> wiring, @Nullable WindowSize terminal) {
    return change(state -> {
      state.wiring = Collections.unmodifiableMap(wiring);
      state.terminal = terminal;
    });
  }

  // ---- What it may do -------------------------------------------------------------------------

  /**
   * In a group of processes of its own, so that {@link ChildProcess#signalGroup} and {@link
   * ChildProcess#stop} reach its children, too, and the keys of this process's terminal do not. One
   * in a terminal has one anyway.
   */
  public Command inOwnGroup() {
    return change(state -> state.ownGroup = true);
  }

  /**
   * As another user, with that user's groups. Takes the program {@code setpriv} and the rights of
   * root.
   *
   * @param user name or number
   * @param group its own group, name or number
   */
  public Command as(String user, String group) {
    return change(state -> {
      state.user = word("user", user);
      state.group = word("group", group);
    });
  }

  private static String word(String what, String name) {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException("a " + what + " called '" + name + "'");
    }
    return name;
  }

  /** With a bound on what it may use. Takes the program {@code prlimit}. */
  public Command limited(Limit limit, long most) {
    if (most < 0) {
      throw new IllegalArgumentException("a limit of " + most);
    }
    Map<Limit, Long> changed = new EnumMap<>(Limit.class);
    changed.putAll(state.limits);
    changed.put(limit, most);
    return change(state -> state.limits = Collections.unmodifiableMap(changed));
  }

  /**
   * How long it may take to end when it is asked to, before it is killed, where nobody says
   * otherwise; 5 s by default.
   */
  public Command within(Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("a grace of " + grace);
    }
    return change(state -> state.grace = grace);
  }

  private Command change(Consumer<State> change) {
    State changed = state.clone();
    change.accept(changed);
    return new Command(program, arguments, changed);
  }

  // ---- To run it ------------------------------------------------------------------------------

  /**
   * Runs it to its end with nothing as its input, and gives what it printed.
   *
   * @param limit the most bytes of its output, and of its standard error: with more it is killed,
   *     and this fails with {@link io.tendril.core.Source.LimitExceeded}
   * @see #capture(Reactor, ByteBuffer, int)
   */
  public Deferred<Captured> capture(Reactor reactor, int limit) {
    return input(Wiring.nothing()).capture(reactor, ByteBuffer.allocate(0), limit);
  }

  /**
   * Runs it to its end, and gives what it printed and how it ended. It need not read all of its
   * input. Cancelling kills it.
   *
   * @param input what it reads; not to be touched until this has fired
   * @param limit the most bytes of its output, and of its standard error: with more it is killed,
   *     and this fails with {@link io.tendril.core.Source.LimitExceeded}
   */
  public Deferred<Captured> capture(Reactor reactor, ByteBuffer input, int limit) {
    return Capturing.run(this, reactor, input, limit);
  }

  // ---- What was said --------------------------------------------------------------------------

  /** The program, as it was given. */
  public String program() {
    return program;
  }

  /** Its arguments, without its own name. */
  public List<String> arguments() {
    return arguments;
  }

  /** What it finds as its own name; null for the program. */
  public @Nullable String name() {
    return state.name;
  }

  /** Where it works; null for this process's own directory. */
  public @Nullable Path directory() {
    return state.directory;
  }

  /** Whether it has this process's environment, with the changes of {@link #environment}. */
  public boolean inheritsEnvironment() {
    return state.inherits;
  }

  /** The variables that are set, and those that are taken out, with null. */
  public Map<String, @Nullable String> environment() {
    return state.environment;
  }

  /** What its descriptors are, by number. All others are closed. */
  public Map<Integer, Wiring> wiring() {
    return state.wiring;
  }

  /** The size of its terminal; null if it has none. */
  public @Nullable WindowSize terminal() {
    return state.terminal;
  }

  /** Whether it is in a group of its own. */
  public boolean ownGroup() {
    return state.ownGroup || state.terminal != null;
  }

  /** The user that it runs as; null for this process's. */
  public @Nullable String user() {
    return state.user;
  }

  /** The group that it runs as; null for this process's. */
  public @Nullable String group() {
    return state.group;
  }

  /** Its bounds. */
  public Map<Limit, Long> limits() {
    return state.limits;
  }

  /** How long it may take to end when it is asked to. */
  public Duration grace() {
    return state.grace;
  }

  /** Program and arguments, for messages; each in quotes that needs them. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    words.add(quoted(program));
    arguments.forEach(each -> words.add(quoted(each)));
    return String.join(" ", words);
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
