package io.tendril.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long OWN = ProcessHandle.current().pid();

  @TempDir Path directory;

  private final Reactor reactor = Reactor.create().start();

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
  }

  private <T> T call(Callable<Deferred<T>> function) throws Exception {
    return reactor.blockingCall(function, PATIENCE);
  }

  private Path path() {
    return directory.resolve("pid");
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void itIsWrittenAndRemoved() throws Exception {
    call(() -> PidFile.write(reactor, path()));
    assertThat(PidFile.process(path())).isEqualTo(OWN);
    assertThat(names()).containsExactly("pid");
    stop();
    assertThat(names()).isEmpty();
  }

  @Test
  void whatCameOfRestartsIsCounted() throws Exception {
    PidFile file = call(() -> PidFile.write(reactor, path()));
    assertThat(PidFile.lastRestart(path())).isEqualTo(new PidFile.Restart(0, null));
    call(() -> file.restarted(null));
    assertThat(PidFile.lastRestart(path())).isEqualTo(new PidFile.Restart(1, null));
    call(() -> file.restarted("two\nlines"));
    assertThat(PidFile.lastRestart(path())).isEqualTo(new PidFile.Restart(2, "two lines"));
    assertThat(names()).containsExactly("pid", "pid.restart");
  }

  @Test
  void aLinkThatLiesThereIsReplacedAndNotFollowed() throws Exception {
    Path other = Files.writeString(directory.resolve("other"), "precious");
    for (String name : List.of("pid", "pid.new")) {
      Files.createSymbolicLink(directory.resolve(name), other);
    }
    call(() -> PidFile.write(reactor, path()));
    assertThat(Files.isSymbolicLink(path())).isFalse();
    assertThat(PidFile.process(path())).isEqualTo(OWN);
    assertThat(other).hasContent("precious");
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws Exception {
    Files.createDirectories(path().resolve("a directory, and not empty"));
    assertThatThrownBy(() -> call(() -> PidFile.write(reactor, path())))
        .isInstanceOf(FileSystemException.class);
    assertThat(names()).containsExactly("pid");
  }

  @Test
  void oneThatNamesAnotherProcessStays() throws Exception {
    call(() -> PidFile.write(reactor, path()));
    Files.writeString(path(), "1\n");
    stop();
    assertThat(PidFile.process(path())).isEqualTo(1);
  }
}
