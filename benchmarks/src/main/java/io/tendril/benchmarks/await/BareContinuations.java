package io.tendril.benchmarks.await;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/**
 * The floor under awaits with the option: as many of the JDK's continuations, resumed in a circle,
 * each of which does nothing but suspend. No promise, no queue, no loop, no scoped values.
 */
final class BareContinuations implements AwaitRounds.Contestant {
  private static final ContinuationScope SCOPE = new ContinuationScope("bare");

  private long switches;
  private boolean over;

  public static void main(String[] arguments) throws Exception {
    AwaitRounds.serve(new BareContinuations());
  }

  @Override
  public long suspending(int pairs, long nanos) {
    switches = 0;
    over = false;
    var all = new Continuation[2 * pairs];
    for (int i = 0; i < all.length; i++) {
      all[i] = new Continuation(SCOPE, this::circle);
    }
    long end = System.nanoTime() + nanos;
    while (!over) {
      for (Continuation each : all) {
        each.run();
      }
      over = System.nanoTime() - end > 0;
    }
    for (Continuation each : all) {
      each.run();
    }
    return switches;
  }

  private void circle() {
    while (!over) {
      switches++;
      Continuation.yield(SCOPE);
    }
  }

  @Override
  public long ready(long nanos) {
    throw new IllegalStateException("nothing here can be ready");
  }

  @Override
  public void suspended(int count) {
    throw new IllegalStateException("nothing here can be awaited");
  }
}
