package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A signal that this process sends to itself, and ignores otherwise. */
@ResourceLock("signals")
class SignalsTest {
  private static final String SIGNAL = "WINCH";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final LoopReactor reactor = start();

  private static LoopReactor start() {
    return (LoopReactor) Reactor.create().start();
  }

  private static void stop(LoopReactor stopped) throws Exception {
    stopped.stop();
    stopped.awaitStopped(PATIENCE);
    Signals.release(stopped);
  }

  @AfterEach
  void stop() throws Exception {
    stop(reactor);
  }

  private void listen(String name) {
    Signals.listen(SIGNAL, reactor, () -> heard.add(name));
  }

  private List<String> raised(int actions) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + SIGNAL, "" + ProcessHandle.current().pid());
    assertThat(kill.start().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    var all = new ArrayList<String>();
    while (all.size() < actions) {
      all.add(String.valueOf(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)));
    }
    return all;
  }

  @Test
  void allWhoListenAreCalledInOrder() throws Exception {
    listen("first");
    listen("second");
    listen("third");
    assertThat(raised(3)).containsExactly("first", "second", "third");
    assertThat(raised(3)).as("each time").containsExactly("first", "second", "third");
  }

  @Test
  void oneThatThrowsIsReportedAndKeepsNoOtherFromItsCall() throws Exception {
    var failures = new LinkedBlockingQueue<ReactorEvent>();
    reactor.blockingCall(
        () -> {
          reactor.observe(event -> {
            if (event.isFailure()) {
              failures.add(event);
            }
          });
          reactor.onSignal(
              SIGNAL,
              () -> {
                throw new IllegalStateException("on purpose");
              });
          reactor.onSignal(SIGNAL, () -> heard.add("second"));
          return Deferred.done();
        },
        PATIENCE);
    assertThat(raised(1)).containsExactly("second");
    assertThat(failures.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .asString()
        .contains("on purpose");
  }

  @Test
  void whatIsDoneMeanwhileEndsWithTheFirstWhoListens() throws Exception {
    Signals.listenMeanwhile(SIGNAL, reactor, () -> heard.add("meanwhile"));
    assertThat(raised(1)).containsExactly("meanwhile");
    listen("first");
    listen("second");
    assertThat(raised(2)).containsExactly("first", "second");
  }

  @Test
  void oneReactorHearsASignalUntilItHasStopped() throws Exception {
    listen("first");
    LoopReactor other = start();
    try {
      assertThatThrownBy(() -> Signals.listen(SIGNAL, other, () -> heard.add("other")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("signal WINCH is heard by " + reactor.name() + " already");
      stop(reactor);
      Signals.listen(SIGNAL, other, () -> heard.add("other"));
      assertThat(raised(1)).containsExactly("other");
    } finally {
      stop(other);
    }
  }
}
