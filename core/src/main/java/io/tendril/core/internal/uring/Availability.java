package io.tendril.core.internal.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.core.internal.linux.Errno;
import io.tendril.core.internal.linux.LinuxEngine;
import io.tendril.core.internal.uring.Numbers.Layout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether there can be a ring here, and why not: the kernel's refusals in words. */
final class Availability {
  private static final Path SETTING = Path.of("/proc/sys/kernel/io_uring_disabled");

  /** The oldest kernel that has all that is needed. */
  private static final String VERSION = "6.1";

  private static final Map<Integer, String> OPERATIONS =
      Map.of(
          Numbers.IORING_OP_POLL_ADD, "POLL_ADD",
          Numbers.IORING_OP_ACCEPT, "ACCEPT",
          Numbers.IORING_OP_ASYNC_CANCEL, "ASYNC_CANCEL",
          Numbers.IORING_OP_SEND, "SEND",
          Numbers.IORING_OP_RECV, "RECV");

  private Availability() {}

  /** Why there can be no engine; null if there can. */
  static @Nullable String missing() {
    String missing = LinuxEngine.unavailable();
    if (missing != null) {
      return missing;
    }
    try {
      UringEngine.openRing(RingSizes.USUAL, new ReceivedBuffers(RingSizes.USUAL.buffers())).close();
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  /** Why the kernel makes no ring. */
  static String refused(int error) {
    return switch (-error) {
      case Numbers.ENOSYS -> "the kernel has no io_uring, or a filter of system calls hides it";
      case Numbers.EPERM -> "the kernel does not allow io_uring: " + forbidden(setting());
      case Numbers.EINVAL ->
          "the kernel's io_uring is too old: it takes Linux "
              + VERSION
              + ", which waits for"
              + " what it does in one thread (IORING_SETUP_DEFER_TASKRUN)";
      default -> "the kernel makes no ring: " + Errno.words(-error);
    };
  }

  /** Why it is not permitted, by what {@code kernel.io_uring_disabled} is. */
  static String forbidden(String setting) {
    return switch (setting) {
      case "2" -> "kernel.io_uring_disabled is 2";
      case "1" ->
          "kernel.io_uring_disabled is 1, which allows it to the group of kernel.io_uring_group"
              + " alone";
      default -> "a filter of system calls (seccomp) or a security module forbids it";
    };
  }

  private static String setting() {
    try {
      return Files.readString(SETTING).strip();
    } catch (IOException e) {
      return ""; // kernels before 6.6 have none
    }
  }

  /** Fails if a kernel does not know an operation that is used. */
  static void check(Ring ring) throws IOException {
    int most = 256;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment probe =
          arena.allocate(Layout.IO_URING_PROBE__OPS + (long) most * Layout.IO_URING_PROBE_OP, 8);
      try {
        ring.register(Numbers.IORING_REGISTER_PROBE, probe, most);
      } catch (IOException e) {
        throw new IOException("the kernel does not say which operations its io_uring has", e);
      }
      int known = Byte.toUnsignedInt(probe.get(JAVA_BYTE, Layout.IO_URING_PROBE__OPS_LEN));
      for (var each : OPERATIONS.entrySet()) {
        long at = Layout.IO_URING_PROBE__OPS + (long) each.getKey() * Layout.IO_URING_PROBE_OP;
        if (each.getKey() >= known
            || (probe.get(JAVA_SHORT, at + Layout.IO_URING_PROBE_OP__FLAGS)
                    & Numbers.IO_URING_OP_SUPPORTED)
                == 0) {
          throw new IOException("the kernel's io_uring lacks the operation " + each.getValue());
        }
      }
    }
  }
}
