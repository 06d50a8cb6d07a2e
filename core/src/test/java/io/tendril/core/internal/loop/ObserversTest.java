package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorObserver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told of what happens must not be able to end the loop. */
class ObserversTest {
  private static final ReactorEvent EVENT =
      new ReactorEvent.CallFailed("a call", new IllegalStateException("of no importance"));

  private final Logger logger = Logger.getLogger("io.tendril.core");
  private final List<String> logged = new ArrayList<>();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private final PrintStream before = System.err;
  private final Observers observers = new Observers();
  private Error broken;
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          if (broken != null) {
            throw broken;
          }
          logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
    System.setErr(new PrintStream(console, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  @Test
  void logsAFailureThatNobodyObserves() {
    observers.tell(EVENT);
    assertThat(logged).containsExactly("a call failed");
    assertThat(console.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void survivesALogThatThrowsAndSaysSoOnTheConsole() {
    broken = new ExceptionInInitializerError("no descriptor left for the time zones");
    observers.tell(EVENT);
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("a call", "not logged", "no descriptor left")
        .hasLineCount(1);
  }

  @Test
  void letsAnErrorOfTheMachineThrough() {
    broken = new OutOfMemoryError("in the log");
    assertThatThrownBy(() -> observers.tell(EVENT)).isSameAs(broken);
  }

  @Test
  void tellsAnObserverThatThrowsNothingMore() {
    var told = new ArrayList<ReactorEvent>();
    ReactorObserver throwing =
        event -> {
          throw new IllegalStateException("cannot bear it");
        };
    observers.add(throwing);
    observers.add(told::add);
    observers.tell(EVENT);
    observers.tell(EVENT);
    assertThat(told).containsExactly(EVENT, EVENT);
    assertThat(logged).containsExactly("observer failed");
  }
}
