package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A loop that draws frames, and makes one turn in each. */
class FrameLoopTest {
  private static final int MANY = 1_000_000;

  private final Reactor reactor = Reactor.create();

  @AfterEach
  void close() {
    reactor.stop();
    while (reactor.turn(Duration.ZERO)) {}
    assertThat(reactor.turn(Duration.ZERO)).isFalse();
  }

  @Test
  void servesFrameByFrame() throws Exception {
    var port = new CompletableFuture<Integer>();
    reactor
        .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
        .thenAccept(listener -> port.complete(listener.port()))
        .isDone();
    for (int frames = 0; !port.isDone() && frames < MANY; frames++) {
      assertThat(reactor.turn(Duration.ZERO)).isTrue();
    }
    var echoed = new CompletableFuture<Integer>();
    Thread.ofPlatform()
        .start(() -> {
          try (var socket = new Socket("127.0.0.1", port.join())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(42);
            echoed.complete(socket.getInputStream().read());
          } catch (Throwable e) {
            echoed.completeExceptionally(e);
          }
        });
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!echoed.isDone() && System.nanoTime() < end) {
      assertThat(reactor.turn(Duration.ZERO)).isTrue();
    }
    assertThat(echoed).isCompletedWithValue(42);
  }

  /** What asks for more of itself again and again holds no frame up. */
  @Test
  void aTurnEndsWhateverItsCallsAskFor() {
    var calls = new int[3];
    reactor.execute(
        new Runnable() {
          @Override
          public void run() {
            calls[0]++;
            reactor.execute(this);
          }
        });
    reactor.callLater(
        Duration.ZERO,
        new Reactor.Action() {
          @Override
          public void run() {
            calls[1]++;
            reactor.callLater(Duration.ZERO, this);
          }
        });
    reactor.turn(Duration.ZERO);
    int before = calls[0] + calls[1];
    for (int frames = 0; frames < 100; frames++) {
      assertThat(reactor.turn(Duration.ZERO)).isTrue();
    }
    assertThat(calls[0] + calls[1] - before).isEqualTo(200);
  }

  @Test
  void isDrivenInOneWayOnly() {
    reactor.turn(Duration.ZERO);
    assertThatThrownBy(reactor::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been run already");
    assertThatThrownBy(reactor::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been run already");
    assertThatThrownBy(() -> reactor.drivenBy(task -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been run already");
    assertThatThrownBy(() -> reactor.polled(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been run already");
    assertThatThrownBy(() -> reactor.blockingCall(Deferred::done, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wait for itself");
  }

  @Test
  void isStartedOnce() throws Exception {
    Reactor other = Reactor.create().start();
    assertThatThrownBy(other::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been run already");
    Thread thread =
        other.blockingCall(
            () -> Deferred.succeeded(Thread.currentThread()), Duration.ofSeconds(20));
    assertThat(thread).isNotSameAs(Thread.currentThread());
    other.stop();
    other.awaitStopped(Duration.ofSeconds(20));
  }
}
