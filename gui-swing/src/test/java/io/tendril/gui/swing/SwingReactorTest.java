package io.tendril.gui.swing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import java.awt.AWTEvent;
import java.awt.EventQueue;
import java.awt.Toolkit;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reactor in the event thread, which needs no screen. */
class SwingReactorTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private Reactor reactor;
  private int port;

  @BeforeEach
  void open() throws Exception {
    reactor = inEventThread(SwingReactor::create);
    port =
        reactor.blockingCall(
            () ->
                reactor
                    .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
                    .thenApply(listener -> listener.port()),
            SOON);
  }

  @AfterEach
  void close() throws Exception {
    reactor.stop();
    reactor.awaitStopped(SOON);
  }

  private static <T> T inEventThread(Callable<T> callable) throws Exception {
    var answer = new CompletableFuture<T>();
    EventQueue.invokeLater(() -> {
      try {
        answer.complete(callable.call());
      } catch (Throwable e) {
        answer.completeExceptionally(e);
      }
    });
    return answer.get(20, TimeUnit.SECONDS);
  }

  private void assertServes() throws Exception {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      for (byte i = 0; i < 50; i++) {
        socket.getOutputStream().write(i);
        assertThat(socket.getInputStream().read()).isEqualTo(i);
      }
    }
  }

  @Test
  void servesInTheEventThread() throws Exception {
    assertServes();
    boolean event =
        reactor.blockingCall(() -> Deferred.succeeded(EventQueue.isDispatchThread()), SOON);
    assertThat(event).isTrue();
    assertThat(inEventThread(Reactor::current)).isSameAs(reactor);
  }

  @Test
  void isMadeInTheEventThreadOnly() {
    assertThatThrownBy(SwingReactor::create)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("invokeLater");
  }

  @Test
  void anExceptionInACallIsReportedAndEventsGoOn() throws Exception {
    var reported = new CompletableFuture<Throwable>();
    inEventThread(() -> {
      reactor.observe(event -> reported.complete(event.failure()));
      return null;
    });
    var failure = new IllegalStateException("on purpose");
    reactor.execute(() -> {
      throw failure;
    });
    assertThat(reported.get(20, TimeUnit.SECONDS)).isSameAs(failure);
    assertServes();
  }

  @Test
  void anExceptionInAListenerOfAwtLeavesTheReactorAlone() throws Exception {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    var caught = new CompletableFuture<Throwable>();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> caught.complete(failure));
    try {
      var failure = new IllegalStateException("on purpose");
      EventQueue.invokeLater(() -> {
        throw failure;
      });
      assertThat(caught.get(20, TimeUnit.SECONDS)).isSameAs(failure);
      assertServes();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  /** AWT ends its thread when it has been idle, and makes another when there is an event. */
  @Test
  void goesOnWhenAwtHasExchangedItsThread() throws Exception {
    assertServes();
    Thread first = inEventThread(Thread::currentThread);
    first.join(20_000);
    assertThat(first.isAlive()).isFalse();
    assertServes();
    inEventThread(() -> {
      assertThat(Thread.currentThread()).isNotSameAs(first);
      assertThat(Reactor.current()).isSameAs(reactor);
      reactor.callLater(Duration.ZERO, () -> {}).cancel();
      return null;
    });
  }

  @Test
  void anIdleReactorCausesNoEvents() throws Exception {
    var counting = new CountingQueue();
    Toolkit.getDefaultToolkit().getSystemEventQueue().push(counting);
    try {
      assertServes();
      int before = counting.events.get();
      for (int i = 0; i < 100; i++) {
        inEventThread(() -> null);
      }
      assertThat(counting.events.get() - before).isLessThan(120);
    } finally {
      inEventThread(() -> {
        counting.pop();
        return null;
      });
    }
  }

  private static final class CountingQueue extends EventQueue {
    final AtomicInteger events = new AtomicInteger();

    @Override
    protected void dispatchEvent(AWTEvent event) {
      events.incrementAndGet();
      super.dispatchEvent(event);
    }

    @Override
    public void pop() {
      super.pop();
    }
  }
}
