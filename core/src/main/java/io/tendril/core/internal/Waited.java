package io.tendril.core.internal;

import io.tendril.core.Reactor;

/**
 * A canceller that also knows what its Promise stands for, so that a list of coroutines can say
 * what each waits for.
 */
public interface Waited extends Reactor.Action {
  /** What is waited for, after "waits for": "a lock", "a blocking call". */
  String what();

  /** Gives a canceller words. */
  static Waited as(String what, Reactor.Action canceller) {
    return new InWords(what, canceller);
  }

  /** A canceller with fixed words. */
  record InWords(String what, Reactor.Action canceller) implements Waited {
    @Override
    public void run() throws Exception {
      canceller.run();
    }
  }
}
