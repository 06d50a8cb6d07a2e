package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.testing.Program;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HangupTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  @Tag("interop")
  void anActionThatThrowsKeepsNoOtherFromItsCall() throws Exception {
    Hearing.needHangup();
    Program kill = Program.named("kill");
    var called = new LinkedBlockingQueue<String>();
    var hangup = new Hangup();
    hangup.add(() -> {
      called.add("first");
      throw new IllegalStateException("on purpose");
    });
    hangup.add(() -> {
      called.add("second");
      return Deferred.done();
    });
    Reactor reactor = Reactor.create().start();
    try {
      reactor.blockingCall(
          () -> {
            hangup.heed(reactor);
            return Deferred.done();
          },
          PATIENCE);
      kill.run("-HUP", "" + ProcessHandle.current().pid()).succeeded();
      assertThat(called.poll(60, TimeUnit.SECONDS)).isEqualTo("first");
      assertThat(called.poll(60, TimeUnit.SECONDS)).isEqualTo("second");
    } finally {
      reactor.stop();
      reactor.awaitStopped(PATIENCE);
    }
  }
}
