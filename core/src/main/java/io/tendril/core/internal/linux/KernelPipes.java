package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one engine, that bytes go through from socket to socket. One is lent for as long as
 * there is something in it: mostly for two calls, and longer only where a sink is slow. So there is
 * a limit to how many are lent: who gets none copies.
 */
final class KernelPipes {
  private static final int MOST = 64;
  private static final int SPARE = 8;

  private final Slab slab;
  private final MemorySegment pair;
  private final List<KernelPipe> spare = new ArrayList<>();
  private int lent;
  private boolean closed;

  KernelPipes(Slab slab) {
    this.slab = slab;
    this.pair = slab.allocate(2 * Integer.BYTES);
  }

  /** An empty one; null if there is none to be had. */
  @Nullable KernelPipe take() {
    if (!spare.isEmpty()) {
      lent++;
      return spare.removeLast();
    }
    if (lent == MOST || closed || !open()) {
      return null;
    }
    lent++;
    return new KernelPipe(this, pair.get(JAVA_INT, 0), pair.get(JAVA_INT, Integer.BYTES));
  }

  private boolean open() {
    return PipeCalls.pipe(slab.state, pair, Kernel.O_CLOEXEC | Kernel.O_NONBLOCK) >= 0;
  }

  /** One that still holds something is of no more use. */
  void giveBack(KernelPipe pipe) {
    lent--;
    if (pipe.held == 0 && spare.size() < SPARE && !closed) {
      spare.add(pipe);
    } else {
      close(pipe);
    }
  }

  private void close(KernelPipe pipe) {
    Libc.close(slab.state, pipe.in);
    Libc.close(slab.state, pipe.out);
  }

  void close() {
    closed = true;
    spare.forEach(this::close);
    spare.clear();
  }
}
