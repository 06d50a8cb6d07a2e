package io.tendril.examples;

import module io.tendril;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Asks several mirrors at once: the first answer counts, the other questions are cancelled, and all
 * of it has one deadline. Each decision is a line.
 *
 * <pre>
 * Mirrors "what time is it?" tcp:one.example:2000 tcp:two.example:2000 tcp:three.example:2000
 * </pre>
 */
public final class Mirrors {
  private final Reactor reactor;
  private final Consumer<String> say;

  Mirrors(Reactor reactor, Consumer<String> say) {
    this.reactor = reactor;
    this.say = say;
  }

  static void main(String[] arguments) throws Exception {
    String question = arguments[0];
    List<String> mirrors = List.of(arguments).subList(1, arguments.length);
    IO.println(
        Reactor.runUntil(reactor -> {
          var asking = new Mirrors(reactor, IO::println);
          return reactor.async(() -> asking.first(mirrors, question, Duration.ofSeconds(2)));
        }));
  }

  /**
   * The first answer. In a coroutine.
   *
   * @throws TimeoutException if nobody answers in time
   * @throws Deferred.RaceFailed if all have failed before
   */
  String first(List<String> mirrors, String question, Duration patience) throws Exception {
    List<Callable<String>> questions =
        mirrors.stream().<Callable<String>>map(mirror -> () -> ask(mirror, question)).toList();
    try {
      String answer = Deadline.within(patience).call(() -> CoroutineScope.race(questions));
      say.accept("decided");
      return answer;
    } catch (TimeoutException e) {
      say.accept("nobody has answered within " + patience.toMillis() + " ms");
      throw e;
    }
  }

  /** One mirror. The deadline reaches here by itself, and so does the cancellation. */
  private String ask(String mirror, String question) {
    say.accept(mirror + ": asked");
    try (var connection = reactor.connect(mirror).await()) {
      connection.writeLine(question);
      String answer = connection.readLine();
      if (answer == null) {
        throw new IllegalStateException("hung up without an answer");
      }
      say.accept(mirror + ": answered");
      return answer;
    } catch (CancellationException e) {
      say.accept(mirror + ": not needed any more");
      throw e;
    } catch (Exception e) {
      say.accept(mirror + ": " + e.getMessage());
      throw e;
    }
  }
}
