package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.testing.Program;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CoroutineDumpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Promise<Object> never;

  @Test
  @Tag("interop")
  @Timeout(60)
  void theSignalListsThoseThatAreAlive() throws Exception {
    Program kill = Program.named("kill");
    var pipe = new PipedInputStream(1 << 16);
    var output = new PrintStream(new PipedOutputStream(pipe), true, StandardCharsets.UTF_8);
    var lines = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8));
    ReactorGroup group = ReactorGroup.start(ReactorGroup.Options.defaults().withReactors(2));
    Reactor reactor = group.first();
    try {
      reactor.blockingCall(
          () -> {
            CoroutineDump.heed(group, output);
            never = Promise.create();
            reactor.async("visitor 7", never.deferred()::await);
            return Deferred.done();
          },
          PATIENCE);
      kill.run("-USR1", "" + ProcessHandle.current().pid()).succeeded();
      assertThat(lines.readLine()).isEqualTo("1 coroutines");
      assertThat(lines.readLine())
          .startsWith("  coroutine 'visitor 7', waits for a Promise since ");
    } finally {
      group.stop();
      group.awaitStopped(PATIENCE);
    }
  }
}
