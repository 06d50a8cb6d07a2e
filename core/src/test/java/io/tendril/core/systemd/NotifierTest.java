package io.tendril.core.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.core.internal.systemd.Environment;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import io.tendril.spi.Family;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the parent of a worker hears. */
@EnabledOnOs(OS.LINUX)
class NotifierTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final ReactorGroup group =
      ReactorGroup.start(ReactorGroup.Options.defaults().withReactors(3));

  @AfterEach
  void stop() throws Exception {
    group.stop();
    group.awaitStopped(PATIENCE);
  }

  private Environment environment(Map<String, String> variables) throws Exception {
    Path path = directory.resolve("parent");
    Reactor first = group.first();
    first.blockingCall(
        () ->
            UnixDatagramProtocol.bind(
                first,
                UnixAddress.of(path),
                SocketSettings.defaults(),
                transport -> (data, from) -> heard.add(UTF_8.decode(data).toString())),
        PATIENCE);
    return new Environment() {
      @Override
      public @Nullable String variable(String name) {
        return name.equals("NOTIFY_SOCKET") ? path.toString() : variables.get(name);
      }

      @Override
      public void replace() {
        throw new AssertionError();
      }

      @Override
      public long process() {
        return 7;
      }
    };
  }

  /** Waits until it has heard some words. */
  private void hears(String words) throws InterruptedException {
    String said;
    do {
      said = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(said).as(words).isNotNull();
    } while (!said.equals(words));
  }

  @Test
  void aWorkerCountsWhatAllItsReactorsHave() throws Exception {
    var environment = environment(Map.of(Family.WORKER, "1", "WATCHDOG_USEC", "40000"));
    Listener listener =
        group
            .first()
            .blockingCall(
                () ->
                    group.listen("tcp:0:interface=127.0.0.1", _ -> transport -> data -> data.get()),
                PATIENCE);
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        clients.add(new Socket(InetAddress.getLoopbackAddress(), listener.port()));
      }
      var notifier = Notifier.of(group, environment);
      group.first().execute(notifier::keepAlive);
      hears("WATCHDOG=1\nX_CONNECTIONS=6\nX_ACCEPTED=6\nX_REFUSED=0");
      assertThat(group.connections()).allMatch(each -> each.open() == 2);
      clients.removeFirst().close();
      clients.removeFirst().close();
      hears("WATCHDOG=1\nX_CONNECTIONS=4\nX_ACCEPTED=6\nX_REFUSED=0");
      group.first().blockingCall(notifier::stopping, PATIENCE);
      hears("STOPPING=1\nX_CONNECTIONS=4\nX_ACCEPTED=6\nX_REFUSED=0");
    } finally {
      for (Socket each : clients) {
        each.close();
      }
    }
  }

  @Test
  void oneThatIsNoWorkerTellsNoCounters() throws Exception {
    var environment = environment(Map.of("WATCHDOG_USEC", "40000"));
    var notifier = Notifier.of(group, environment);
    group.first().execute(notifier::keepAlive);
    hears("WATCHDOG=1");
  }
}
