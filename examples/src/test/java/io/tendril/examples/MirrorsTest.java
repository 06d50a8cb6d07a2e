package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The example of a race under a deadline, on every network and carrier. */
@ParameterizedClass
@MethodSource("places")
record MirrorsTest(Place place) {
  private static final String NOBODY = "tcp:127.0.0.1:1";
  private static final Duration AMPLE = Duration.ofSeconds(30);

  static List<Place> places() {
    return Place.all();
  }

  /** What a test does, in a coroutine; what the program says is a list. */
  @FunctionalInterface
  private interface Script {
    void play(Reactor reactor, Mirrors mirrors, List<String> said) throws Exception;
  }

  private void play(Script script) throws Exception {
    place.run(reactor ->
        reactor.async(() -> {
          List<String> said = new ArrayList<>();
          script.play(reactor, new Mirrors(reactor, said::add), said);
          return null;
        }));
  }

  private static String listen(Reactor reactor, ProtocolFactory<?> factory) {
    String any = "tcp:0:interface=127.0.0.1";
    return "tcp:127.0.0.1:" + reactor.listen(any, factory).await().port();
  }

  private static final ProtocolFactory<?> QUICK =
      Protocol.direct(connection -> connection.writeLine("to " + connection.readLine() + ": yes"));

  /** Hears the question, and then only how the client goes. */
  private static ProtocolFactory<?> slow(Promise<Void> gone) {
    return Protocol.direct(connection -> {
      connection.readLine();
      try {
        connection.readLine();
      } finally {
        gone.succeed();
      }
    });
  }

  @Test
  void theFirstAnswerCountsAndTheOthersAreCancelled() throws Exception {
    play((reactor, mirrors, said) -> {
      Promise<Void> gone = reactor.promise();
      String slow = listen(reactor, slow(gone));
      Promise<Void> heard = reactor.promise();
      String quick =
          listen(
              reactor,
              Protocol.direct(connection -> {
                String question = connection.readLine();
                heard.deferred().await();
                connection.writeLine("to " + question + ": yes");
              }));
      // not before all have been asked and one has been refused
      reactor.callLater(Duration.ofMillis(200), heard::succeed);
      assertThat(mirrors.first(List.of(slow, NOBODY, quick), "are you there?", AMPLE))
          .isEqualTo("to are you there?: yes");
      gone.deferred().await();
      assertThat(said)
          .startsWith(slow + ": asked", NOBODY + ": asked", quick + ": asked")
          .endsWith(quick + ": answered", slow + ": not needed any more", "decided")
          .hasSize(7)
          .anyMatch(line -> line.startsWith(NOBODY + ": ") && line.contains("refused"));
    });
  }

  @Test
  void nobodyAnswersInTime() throws Exception {
    play((reactor, mirrors, said) -> {
      Promise<Void> one = reactor.promise();
      Promise<Void> two = reactor.promise();
      var both = List.of(listen(reactor, slow(one)), listen(reactor, slow(two)));
      assertThatThrownBy(() -> mirrors.first(both, "well?", Duration.ofMillis(300)))
          .isInstanceOf(TimeoutException.class);
      one.deferred().await();
      two.deferred().await();
      assertThat(said).hasSize(5).last().isEqualTo("nobody has answered within 300 ms");
    });
  }

  @Test
  void allFail() throws Exception {
    play((reactor, mirrors, said) -> {
      String silent = listen(reactor, Protocol.direct(connection -> connection.readLine()));
      assertThatThrownBy(() -> mirrors.first(List.of(NOBODY, silent), "well?", AMPLE))
          .isInstanceOfSatisfying(
              Deferred.RaceFailed.class,
              e -> {
                assertThat(e.failures()).first().isInstanceOf(ConnectFailed.Refused.class);
                assertThat(e.failures()).last().isInstanceOf(IllegalStateException.class);
              });
      assertThat(said).contains(silent + ": hung up without an answer");
      assertThat(said).hasSize(4);
    });
  }

  @Test
  void oneMirrorIsARaceToo() throws Exception {
    play((reactor, mirrors, said) -> {
      String quick = listen(reactor, QUICK);
      assertThat(mirrors.first(List.of(quick), "one?", AMPLE)).isEqualTo("to one?: yes");
      assertThat(said).containsExactly(quick + ": asked", quick + ": answered", "decided");
    });
  }
}
