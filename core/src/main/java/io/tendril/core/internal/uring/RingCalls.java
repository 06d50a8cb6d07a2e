package io.tendril.core.internal.uring;

import static io.tendril.core.internal.linux.Libc.at;

import io.tendril.core.internal.linux.Libc;
import java.lang.foreign.MemorySegment;

/**
 * The system calls of io_uring, which the C library has no functions for. Each returns what the
 * call does or, where it fails, the error's number, negated.
 */
final class RingCalls {
  private RingCalls() {}

  /** Makes a ring: its descriptor. */
  static int setup(MemorySegment state, int entries, MemorySegment parameters) {
    long place = at(parameters);
    return (int) Libc.slowCall(state, Numbers.SYS_IO_URING_SETUP, entries, place, 0, 0, 0, 0);
  }

  /** Hands over submissions, and waits for completions: how many were taken. */
  static int enter(
      MemorySegment state,
      int ring,
      int submitted,
      int least,
      int flags,
      MemorySegment argument,
      long size) {
    int number = Numbers.SYS_IO_URING_ENTER;
    return (int) Libc.slowCall(state, number, ring, submitted, least, flags, at(argument), size);
  }

  static int register(
      MemorySegment state, int ring, int operation, MemorySegment argument, int count) {
    int number = Numbers.SYS_IO_URING_REGISTER;
    return (int) Libc.slowCall(state, number, ring, operation, at(argument), count, 0, 0);
  }
}
