package io.tendril.core.internal.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.process.OtherProcess;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A process by a descriptor of it. */
public final class FoundProcess implements OtherProcess {
  private static final String CAUGHT = "SigCgt:";

  private final int number;
  private final Descriptor descriptor;

  private FoundProcess(int number, Descriptor descriptor) {
    this.number = number;
    this.descriptor = descriptor;
  }

  /** The process that has a number now. */
  public static FoundProcess open(long number) throws IOException {
    String missing = LinuxEngine.unavailable();
    if (missing != null) {
      throw new IOException("no signals to other processes: " + missing);
    }
    if (number < 1 || number > Integer.MAX_VALUE) {
      throw none(number);
    }
    int process = (int) number;
    try (Arena arena = Arena.ofConfined()) {
      int fd = ProcessCalls.processDescriptor(arena.allocate(Libc.state()), process);
      if (fd == -Kernel.ESRCH) {
        throw none(number);
      }
      return new FoundProcess(process, Descriptor.adopt(Errno.check(fd)));
    }
  }

  private static IOException none(long number) {
    return new IOException("there is no process " + number);
  }

  @Override
  public boolean catches(String signal) throws IOException {
    long bit = 1L << (SignalNames.number(signal) - 1);
    Path status = Path.of("/proc/" + number + "/status");
    try {
      for (String line : Files.readAllLines(status, ISO_8859_1)) {
        if (line.startsWith(CAUGHT)) {
          String mask = line.substring(CAUGHT.length()).strip();
          return (Long.parseUnsignedLong(mask, 16) & bit) != 0;
        }
      }
    } catch (NoSuchFileException e) {
      throw none(number);
    }
    return false;
  }

  @Override
  public void signal(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      int sent = ProcessCalls.signal(state, descriptor.number(), SignalNames.number(name));
      if (sent == -Kernel.ESRCH) {
        throw none(number);
      }
      Errno.check(sent);
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
