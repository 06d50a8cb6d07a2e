package io.tendril.core.internal.linux;

import io.tendril.core.descriptor.Descriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A descriptor with an owner, and perhaps a watch that has to end before it. */
public final class OwnedDescriptor implements Descriptor {
  /** Up to here they are standard input, output and error. */
  private static final int LAST_STANDARD = 2;

  private int number;
  private @Nullable LinuxWatch watch;

  private OwnedDescriptor(int number) {
    this.number = number;
  }

  /** Takes over a descriptor. */
  public static OwnedDescriptor of(int number) {
    String missing = LinuxEngine.unavailable();
    if (missing != null) {
      throw new UnsupportedOperationException("no descriptors: " + missing);
    }
    if (number < 0) {
      throw new IllegalArgumentException("descriptor " + number);
    }
    return new OwnedDescriptor(number);
  }

  @Override
  public synchronized int number() {
    if (number < 0) {
      throw new IllegalStateException("this descriptor has been closed or handed on");
    }
    return number;
  }

  @Override
  public synchronized boolean isOpen() {
    return number >= 0;
  }

  @Override
  public synchronized OwnedDescriptor duplicate() throws IOException {
    return duplicate(number());
  }

  /** Another descriptor of what is open under a number. */
  static OwnedDescriptor duplicate(int number) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      int lowest = LAST_STANDARD + 1;
      return new OwnedDescriptor(
          Errno.check(DescriptorCalls.control(state, number, Kernel.F_DUPFD_CLOEXEC, lowest)));
    }
  }

  @Override
  public synchronized int release() {
    int open = number();
    if (watch != null) {
      throw new IllegalStateException("descriptor " + open + " is watched");
    }
    number = -1;
    return open;
  }

  @Override
  public void close() {
    LinuxWatch watched;
    synchronized (this) {
      watched = watch;
    }
    if (watched != null) {
      watched.ownerCloses(); // throws in a wrong thread
    }
    int open;
    synchronized (this) {
      open = number;
      number = -1;
    }
    if (open >= 0) {
      closeNumber(open);
    }
  }

  /** A watch begins, if there is none. */
  synchronized boolean watchedBy(LinuxWatch newWatch) {
    if (watch != null) {
      return false;
    }
    watch = newWatch;
    return true;
  }

  synchronized void watchedNoMore() {
    watch = null;
  }

  /** Closes what is open under a number, as {@link Descriptor#close} says. */
  static void closeNumber(int number) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      if (number > LAST_STANDARD) {
        Libc.close(state, number);
        return;
      }
      int none = nullDevice(state);
      if (none < 0) {
        Libc.close(state, number); // which leaves room for it
        none = nullDevice(state);
      }
      if (none >= 0 && none != number) {
        DescriptorCalls.replace(state, none, number);
        Libc.close(state, none);
      }
    }
  }

  private static int nullDevice(MemorySegment state) {
    return DescriptorCalls.open(state, "/dev/null", Kernel.O_RDWR | Kernel.O_CLOEXEC);
  }

  @Override
  public synchronized String toString() {
    return number < 0 ? "a closed descriptor" : "descriptor " + number;
  }
}
