package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.internal.linux.Kernel.Layout;
import io.tendril.core.process.Command;
import io.tendril.core.process.SpawnFailed;
import io.tendril.core.process.SpawnFailed.Reason;
import io.tendril.core.process.WindowSize;
import io.tendril.core.process.Wiring;
import io.tendril.spi.Children;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One program being started, in a thread that may wait. In the child, every descriptor that it gets
 * is put to its number from one above all of these, so that no order of them does harm; those in
 * between are closed, and then all that are above.
 */
final class Spawning implements AutoCloseable {
  private static final int TERMINAL = -2;
  private static final int NAME = 128;

  private final Command command;
  private final boolean closesFrom;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(Libc.state());
  private final MemorySegment pair = arena.allocate(8, 4);

  /** What each of the child's descriptors is to be, by number: one of this process's. */
  private final TreeMap<Integer, Integer> sources = new TreeMap<>();

  /** What the child needs, and this process does not. */
  private final List<Integer> passed = new ArrayList<>();

  /** This side's, which are closed unless the child has come to be. */
  private final List<Descriptor> kept = new ArrayList<>();

  private final List<Children.End> ends = new ArrayList<>();
  private @Nullable MemorySegment terminalPath;
  private int terminal = -1;
  private int directory = -1;

  /**
   * For a program.
   *
   * @param closesFrom whether the C library can close all descriptors from one on
   */
  Spawning(Command command, boolean closesFrom) {
    this.command = command;
    this.closesFrom = closesFrom;
  }

  /** Starts it. */
  LinuxChild start() {
    boolean started = false;
    try {
      openDirectory();
      openTerminal();
      command.wiring().forEach(this::open);
      share();
      int top = Math.max(3, sources.lastEntry() == null ? 0 : sources.lastKey() + 1);
      lift(top);
      // Room for the descriptor of the process, so that none is started which cannot be watched.
      int room = check(open(text("/dev/null"), Kernel.O_RDONLY, 0), command.program(), null);
      int pid;
      try {
        pid = spawn(top);
      } finally {
        Libc.close(state, room);
      }
      LinuxChild child = adopt(pid);
      started = true;
      return child;
    } finally {
      if (!started) {
        kept.forEach(Descriptor::close);
      }
    }
  }

  private LinuxChild adopt(int pid) {
    int descriptor = ProcessCalls.processDescriptor(state, pid);
    if (descriptor < 0) {
      ProcessCalls.kill(state, pid, SignalNames.KILL);
      LinuxChild.awaitEnd(state, Kernel.P_PID, pid);
      throw failed(command.program(), -descriptor, null);
    }
    return new LinuxChild(pid, OwnedDescriptor.of(descriptor), ends, terminal);
  }

  @Override
  public void close() {
    passed.forEach(each -> Libc.close(state, each));
    arena.close();
  }

  // ---- Failures -------------------------------------------------------------------------------

  private int check(int result, String path, @Nullable Reason reason) {
    if (result < 0) {
      throw failed(path, -result, reason);
    }
    return result;
  }

  /** A failure with a reason that the number may know better. */
  private SpawnFailed failed(String path, int errno, @Nullable Reason reason) {
    Reason known =
        switch (errno) {
          case Kernel.EMFILE, Kernel.ENFILE -> Reason.OUT_OF_DESCRIPTORS;
          case Kernel.ENOMEM, Kernel.EAGAIN -> Reason.OUT_OF_PROCESSES;
          case Kernel.E2BIG -> Reason.TOO_LONG;
          case Kernel.ENOEXEC -> Reason.NOT_EXECUTABLE;
          case Kernel.ENOENT, Kernel.ENOTDIR -> reason != null ? reason : Reason.NOT_FOUND;
          case Kernel.EACCES, Kernel.EPERM ->
              reason == Reason.NO_DIRECTORY ? reason : Reason.NO_PERMISSION;
          default -> reason != null ? reason : Reason.OTHER;
        };
    return new SpawnFailed(command.program(), path, known, errno, Errno.words(errno), null);
  }

  private SpawnFailed failed(String path, Reason reason, String words) {
    return new SpawnFailed(command.program(), path, reason, 0, words, null);
  }

  // ---- What it is given -----------------------------------------------------------------------

  private MemorySegment text(String text) {
    return arena.allocateFrom(text); // in UTF-8
  }

  private int open(MemorySegment path, int flags, int mode) {
    return FileCalls.open(state, path, flags | Kernel.O_CLOEXEC | Kernel.O_NOCTTY, mode);
  }

  private int pass(int descriptor) {
    passed.add(descriptor);
    return descriptor;
  }

  private Descriptor keep(int descriptor) {
    Descriptor made = OwnedDescriptor.of(descriptor);
    kept.add(made);
    return made;
  }

  private void openDirectory() {
    Path path = command.directory();
    if (path != null) {
      String name = path.toString();
      int flags = Kernel.O_PATH | Kernel.O_DIRECTORY;
      directory = pass(check(open(text(name), flags, 0), name, Reason.NO_DIRECTORY));
      // The child would tell of it, but in no other way than of the program.
      String within = name + "/.";
      check(FileCalls.access(state, text(within), Kernel.X_OK), name, Reason.NO_DIRECTORY);
    }
  }

  private void openTerminal() {
    WindowSize size = command.terminal();
    if (size == null) {
      return;
    }
    int flags = Kernel.O_RDWR | Kernel.O_NOCTTY | Kernel.O_CLOEXEC | Kernel.O_NONBLOCK;
    String what = "a pseudo terminal";
    terminal = check(ProcessCalls.terminal(state, flags), what, null);
    Descriptor near = keep(terminal);
    MemorySegment path = arena.allocate(NAME);
    check(ProcessCalls.unlock(state, terminal, path), what, null);
    check(LinuxChild.resize(state, terminal, size), what, null);
    terminalPath = path;
    List<Integer> numbers = new ArrayList<>();
    command
        .wiring()
        .forEach((number, wiring) -> {
          if (wiring instanceof Wiring.Terminal) {
            numbers.add(number);
          }
        });
    if (numbers.isEmpty()) {
      throw failed(what, Reason.OTHER, "no descriptor of the command is its terminal");
    }
    ends.add(new Children.End(numbers, near, near));
  }

  private void open(int number, Wiring wiring) {
    switch (wiring) {
      case Wiring.Pipe way -> pipe(number, way);
      case Wiring.Opened(Path path, Wiring.Use use) -> sources.put(number, file(path, use));
      case Wiring.Inherited(int own) -> inherit(number, own < 0 ? number : own);
      case Wiring.Given(Descriptor given) -> sources.put(number, given.number());
      case Wiring.Terminal _ -> {
        if (terminal < 0) {
          throw failed("descriptor " + number, Reason.OTHER, "the command has no terminal");
        }
        sources.put(number, TERMINAL);
      }
      case Wiring.Same _ -> {} // when the others are there
    }
  }

  private void pipe(int number, Wiring.Pipe way) {
    check(PipeCalls.pipe(state, pair, Kernel.O_CLOEXEC), "a pipe", null);
    int from = pair.getAtIndex(JAVA_INT, 0);
    int to = pair.getAtIndex(JAVA_INT, 1);
    boolean toChild = way == Wiring.Pipe.TO_CHILD;
    sources.put(number, pass(toChild ? from : to));
    Descriptor ours = keep(toChild ? to : from);
    // Of the two only this side's must not wait.
    check(
        DescriptorCalls.control(state, ours.number(), Kernel.F_SETFL, Kernel.O_NONBLOCK),
        "a pipe",
        null);
    List<Integer> numbers = List.of(number);
    ends.add(
        toChild ? new Children.End(numbers, null, ours) : new Children.End(numbers, ours, null));
  }

  private int file(Path path, Wiring.Use use) {
    int flags =
        switch (use) {
          case READ -> Kernel.O_RDONLY;
          case WRITE -> Kernel.O_WRONLY | Kernel.O_CREAT | Kernel.O_TRUNC;
          case APPEND -> Kernel.O_WRONLY | Kernel.O_CREAT | Kernel.O_APPEND;
          case BOTH -> Kernel.O_RDWR;
        };
    String name = path.toString();
    int opened = new PatientOpening(state, text(name), flags, PatientOpening.LONGEST).open(0666);
    if (opened == -Kernel.ETIMEDOUT || opened == -Kernel.ECANCELED) {
      throw failed(name, Reason.NO_FILE, "nobody has come to the other end of this FIFO");
    }
    return pass(check(opened, name, Reason.NO_FILE));
  }

  private void inherit(int number, int own) {
    check(
        DescriptorCalls.control(state, own, Kernel.F_GETFD, 0),
        "descriptor " + own,
        Reason.NO_FILE);
    sources.put(number, own);
  }

  /** Those that are the same as others of the child's. */
  private void share() {
    Map<Integer, Wiring> wiring = command.wiring();
    wiring.forEach((number, how) -> {
      Wiring at = how;
      int of = number;
      for (int steps = 0; at instanceof Wiring.Same(int next); steps++) {
        of = next;
        at = wiring.get(next);
        if (at == null || steps > wiring.size()) {
          throw failed("descriptor " + number, Reason.OTHER, "it is to be the same as none");
        }
      }
      sources.put(number, sources.get(of));
    });
  }

  /** Brings what is to be put to a number above all these numbers. */
  private void lift(int top) {
    Map<Integer, Integer> lifted = new TreeMap<>();
    sources.replaceAll((number, source) -> {
      if (source == TERMINAL || source >= top) {
        return source;
      }
      return lifted.computeIfAbsent(
          source,
          low ->
              pass(
                  check(
                      DescriptorCalls.control(state, low, Kernel.F_DUPFD_CLOEXEC, top),
                      "descriptor " + number,
                      null)));
    });
  }

  // ---- The call -------------------------------------------------------------------------------

  private int spawn(int top) {
    MemorySegment actions = arena.allocate(Layout.POSIX_SPAWN_FILE_ACTIONS_T, 8);
    MemorySegment attributes = arena.allocate(Layout.POSIX_SPAWNATTR_T, 8);
    check(ProcessCalls.initActions(actions), command.program(), null);
    try {
      check(addActions(actions, top), command.program(), null);
      int flags = Kernel.POSIX_SPAWN_SETSIGMASK | Kernel.POSIX_SPAWN_SETSIGDEF;
      if (terminal >= 0) {
        flags |= Kernel.POSIX_SPAWN_SETSID;
      } else if (command.ownGroup()) {
        flags |= Kernel.POSIX_SPAWN_SETPGROUP; // to 0: a new one
      }
      MemorySegment signals = arena.allocate(Layout.SIGSET_T, 8);
      check(
          ProcessCalls.initAttributes(attributes, (short) flags, signals), command.program(), null);
      try {
        return spawn(actions, attributes);
      } finally {
        ProcessCalls.destroyAttributes(attributes);
      }
    } finally {
      ProcessCalls.destroyActions(actions);
    }
  }

  private int addActions(MemorySegment actions, int top) {
    int result = directory < 0 ? 0 : ProcessCalls.addDirectory(actions, directory);
    int first = -1;
    for (var each : sources.entrySet()) {
      int number = each.getKey();
      int source = each.getValue();
      if (source == TERMINAL && first < 0 && terminalPath != null) {
        // Opened by the leader of a session that has no terminal, it controls that.
        first = number;
        result =
            Math.min(result, ProcessCalls.addOpen(actions, number, terminalPath, Kernel.O_RDWR));
      } else {
        int from = source == TERMINAL ? first : source;
        result = Math.min(result, ProcessCalls.addDuplicate(actions, from, number));
      }
    }
    for (int number = 0; number < top; number++) {
      if (!sources.containsKey(number)) {
        result = Math.min(result, ProcessCalls.addClose(actions, number));
      }
    }
    return Math.min(result, closeAbove(actions, top));
  }

  private int closeAbove(MemorySegment actions, int top) {
    if (closesFrom) {
      return ProcessCalls.addCloseFrom(actions, top);
    }
    int result = 0;
    for (int open : openNumbers()) {
      if (open >= top) {
        result = Math.min(result, ProcessCalls.addClose(actions, open));
      }
    }
    return result;
  }

  /** What is opened later closes itself, as all of ours do. */
  private int[] openNumbers() {
    try {
      return OpenNumbers.now();
    } catch (IOException e) {
      throw failed(
          command.program(), Reason.OTHER, "what is open cannot be closed: " + e.getMessage());
    }
  }

  private int spawn(MemorySegment actions, MemorySegment attributes) {
    MemorySegment pid = arena.allocate(JAVA_INT);
    var programs = new ProgramSearch(this::executable);
    List<String> found = programs.find(command.program());
    if (found.isEmpty()) {
      throw failed(command.program(), Reason.NOT_FOUND, "there is none on the PATH");
    }
    List<String> words =
        new ArrayList<>(List.of(command.name() != null ? command.name() : command.program()));
    words.addAll(command.arguments());
    String helper = HelperPrograms.wrap(command, found.getFirst(), words, programs);
    if (helper != null) {
      needExecutable(found.getFirst()); // which the helper would tell by its status alone
      found = List.of(helper);
    }
    MemorySegment arguments = vector(words);
    MemorySegment environment = Environment.of(command, arena);
    int result = -Kernel.ENOENT;
    String tried = command.program();
    for (String path : found) {
      tried = path;
      result = ProcessCalls.spawn(pid, text(path), actions, attributes, arguments, environment);
      if (result != -Kernel.EACCES && result != -Kernel.ENOENT) {
        break;
      }
    }
    if (result == -Kernel.ENOENT && exists(tried)) {
      throw failed(tried, Reason.NOT_FOUND, "what it is to be run by is not there");
    }
    check(result, tried, null);
    return pid.get(JAVA_INT, 0);
  }

  /** Pointers to texts, and NULL. */
  private MemorySegment vector(List<String> words) {
    MemorySegment vector = arena.allocate(ADDRESS, words.size() + 1L);
    for (int i = 0; i < words.size(); i++) {
      vector.setAtIndex(ADDRESS, i, text(words.get(i)));
    }
    return vector;
  }

  private void needExecutable(String path) {
    if (path.startsWith("/")) {
      check(FileCalls.access(state, text(path), Kernel.X_OK), path, null);
    }
  }

  private boolean executable(String path) {
    return FileCalls.access(state, text(path), Kernel.X_OK) == 0;
  }

  private boolean exists(String path) {
    boolean here = path.startsWith("/") || command.directory() == null;
    return here && FileCalls.access(state, text(path), Kernel.F_OK) == 0;
  }
}
