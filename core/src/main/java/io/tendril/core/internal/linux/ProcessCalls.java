package io.tendril.core.internal.linux;

import static io.tendril.core.internal.linux.Libc.impossible;
import static io.tendril.core.internal.linux.Libc.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The C library's calls about processes. Those of {@code posix_spawn} return an error's number,
 * negated, where the C function returns it as it is; the others are as {@link Libc} has them.
 */
final class ProcessCalls {
  private static final MethodHandle SPAWN =
      plain("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle ACTIONS_INIT = plain("posix_spawn_file_actions_init", ADDRESS);
  private static final MethodHandle ACTIONS_DESTROY =
      plain("posix_spawn_file_actions_destroy", ADDRESS);
  private static final MethodHandle ACTIONS_DUP =
      plain("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle ACTIONS_CLOSE =
      plain("posix_spawn_file_actions_addclose", ADDRESS, JAVA_INT);
  private static final MethodHandle ACTIONS_OPEN =
      plain("posix_spawn_file_actions_addopen", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  /** In C libraries since 2.34; null in older ones. */
  private static final @Nullable MethodHandle ACTIONS_CLOSE_FROM =
      ifThere("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);

  /** In C libraries since 2.29; null in older ones. */
  private static final @Nullable MethodHandle ACTIONS_DIRECTORY =
      ifThere("posix_spawn_file_actions_addfchdir_np", ADDRESS, JAVA_INT);

  private static final MethodHandle ATTRIBUTES_INIT = plain("posix_spawnattr_init", ADDRESS);
  private static final MethodHandle ATTRIBUTES_DESTROY = plain("posix_spawnattr_destroy", ADDRESS);
  private static final MethodHandle ATTRIBUTES_FLAGS =
      plain("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT);
  private static final MethodHandle ATTRIBUTES_MASK =
      plain("posix_spawnattr_setsigmask", ADDRESS, ADDRESS);
  private static final MethodHandle ATTRIBUTES_DEFAULT =
      plain("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS);

  private static final MethodHandle POLL = Libc.slow("poll", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle OPEN_TERMINAL = Libc.slow("posix_openpt", JAVA_INT);
  private static final MethodHandle GRANT = Libc.slow("grantpt", JAVA_INT);
  private static final MethodHandle UNLOCK = Libc.slow("unlockpt", JAVA_INT);
  private static final MethodHandle TERMINAL_NAME =
      Libc.slow("ptsname_r", JAVA_INT, ADDRESS, JAVA_LONG);

  private ProcessCalls() {}

  private static MethodHandle plain(String name, MemoryLayout... parameters) {
    return Libc.find(name, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private static @Nullable MethodHandle ifThere(String name, MemoryLayout... parameters) {
    return Libc.has(name) ? plain(name, parameters) : null;
  }

  // ---- To start one ---------------------------------------------------------------------------

  static int spawn(
      MemorySegment pid,
      MemorySegment path,
      MemorySegment actions,
      MemorySegment attributes,
      MemorySegment arguments,
      MemorySegment environment) {
    try {
      return -(int) SPAWN.invokeExact(pid, path, actions, attributes, arguments, environment);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int initActions(MemorySegment actions) {
    try {
      return -(int) ACTIONS_INIT.invokeExact(actions);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void destroyActions(MemorySegment actions) {
    try {
      int _ = (int) ACTIONS_DESTROY.invokeExact(actions);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int addDuplicate(MemorySegment actions, int fd, int number) {
    try {
      return -(int) ACTIONS_DUP.invokeExact(actions, fd, number);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int addClose(MemorySegment actions, int fd) {
    try {
      return -(int) ACTIONS_CLOSE.invokeExact(actions, fd);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int addOpen(MemorySegment actions, int fd, MemorySegment path, int flags) {
    try {
      return -(int) ACTIONS_OPEN.invokeExact(actions, fd, path, flags, 0);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Whether the C library closes all descriptors from a number on, in the child. */
  static boolean closesFrom() {
    return ACTIONS_CLOSE_FROM != null;
  }

  static int addCloseFrom(MemorySegment actions, int first) {
    MethodHandle call = ACTIONS_CLOSE_FROM;
    if (call == null) {
      return -Kernel.ENOSYS;
    }
    try {
      return -(int) call.invokeExact(actions, first);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int addDirectory(MemorySegment actions, int fd) {
    MethodHandle call = ACTIONS_DIRECTORY;
    if (call == null) {
      return -Kernel.ENOSYS;
    }
    try {
      return -(int) call.invokeExact(actions, fd);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /**
   * Begins attributes: no signal blocked, and each as it is by default.
   *
   * @param signals a {@code sigset_t} to use for that
   */
  static int initAttributes(MemorySegment attributes, short flags, MemorySegment signals) {
    try {
      int failed = (int) ATTRIBUTES_INIT.invokeExact(attributes);
      if (failed == 0) {
        failed = (int) ATTRIBUTES_FLAGS.invokeExact(attributes, flags);
      }
      if (failed == 0) {
        signals.fill((byte) 0);
        failed = (int) ATTRIBUTES_MASK.invokeExact(attributes, signals);
      }
      if (failed == 0) {
        signals.fill((byte) -1); // with those that the C library keeps to itself
        failed = (int) ATTRIBUTES_DEFAULT.invokeExact(attributes, signals);
      }
      return -failed;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void destroyAttributes(MemorySegment attributes) {
    try {
      int _ = (int) ATTRIBUTES_DESTROY.invokeExact(attributes);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  // ---- What runs ------------------------------------------------------------------------------

  /** A descriptor for a process, by the kernel's number of the call: C libraries have it late. */
  static int processDescriptor(MemorySegment state, int pid) {
    return Libc.call(state, Kernel.SYS_PIDFD_OPEN, pid, 0, 0);
  }

  /** Sends a signal to who has a descriptor. */
  static int signal(MemorySegment state, int fd, int signal) {
    return Libc.call(state, Kernel.SYS_PIDFD_SEND_SIGNAL, fd, signal, /* c= */ 0, /* d= */ 0);
  }

  /** Sends a signal to a process or, for a negative number, to a group. */
  static int kill(MemorySegment state, int pid, int signal) {
    return Libc.call(state, Kernel.SYS_KILL, pid, signal, 0);
  }

  /** What has come of a process, which is reaped if it has ended; does not wait. */
  static int look(MemorySegment state, int type, int id, MemorySegment into) {
    int options = Kernel.WEXITED | Kernel.WNOHANG;
    return Libc.call(state, Kernel.SYS_WAITID, type, id, Libc.at(into), options);
  }

  /** Waits for the end of a process, and reaps it. */
  static int await(MemorySegment state, int type, int id, MemorySegment into) {
    long place = Libc.at(into);
    return (int)
        Libc.slowCall(state, Kernel.SYS_WAITID, type, id, place, Kernel.WEXITED, /* e= */ 0, 0);
  }

  // ---- What it is given -----------------------------------------------------------------------

  /** Waits for some descriptors: an array of {@code pollfd}. */
  static int poll(MemorySegment state, MemorySegment wanted, long count, int millis) {
    try {
      return result((int) POLL.invokeExact(state, wanted, count, millis), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Opens a new pseudo terminal's near side. */
  static int terminal(MemorySegment state, int flags) {
    try {
      int opened;
      do {
        opened = result((int) OPEN_TERMINAL.invokeExact(state, flags), state);
      } while (opened == -Kernel.EINTR);
      return opened;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /**
   * Makes a terminal's far side usable, and names it.
   *
   * @param name for the path, with a NUL at its end
   */
  static int unlock(MemorySegment state, int fd, MemorySegment name) {
    try {
      int granted = result((int) GRANT.invokeExact(state, fd), state);
      if (granted < 0) {
        return granted;
      }
      int unlocked = result((int) UNLOCK.invokeExact(state, fd), state);
      if (unlocked < 0) {
        return unlocked;
      }
      return -(int) TERMINAL_NAME.invokeExact(state, fd, name, name.byteSize());
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Sets the size of a terminal. */
  static int resize(MemorySegment state, int fd, MemorySegment size) {
    return Libc.call(state, Kernel.SYS_IOCTL, fd, Kernel.TIOCSWINSZ, Libc.at(size));
  }
}
