package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.doubles.ManualNetwork;
import io.tendril.core.doubles.ManualReactor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract V2. */
class ClientServiceTest {
  private ManualReactor reactor;
  private ManualNetwork network;
  private ClientService<Peer> service;
  private final List<Object> outcomes = new ArrayList<>();

  private record Peer(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    network = new ManualNetwork(reactor);
    service =
        ClientService.of("tcp:127.0.0.1:7000", Peer::new)
            .withBackoff(new ClientService.Backoff(seconds(1), 1.5, seconds(60), 0));
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).hasOnlyElementsOfTypes(ClientService.Retrying.class);
  }

  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }

  private void expect(Deferred<?> deferred) {
    deferred
        .thenAccept(value -> outcomes.add(value == null ? "done" : value))
        .exceptionally(failure -> {
          outcomes.add(failure);
          return null;
        });
  }

  private ManualNetwork.Call attempt(int number) {
    assertThat(network.calls).hasSizeGreaterThan(number);
    return network.calls.get(number);
  }

  private static ConnectFailed refused() {
    return new ConnectFailed.Refused("127.0.0.1:7000", new java.net.ConnectException("refused"));
  }

  @Test
  void isInServiceAsSoonAsItConnects() {
    expect(service.start(reactor));
    assertThat(outcomes).containsExactly("done");
    assertThat(network.calls).hasSize(1);
    assertThat(service.name()).isEqualTo("tcp:127.0.0.1:7000");
  }

  @Test
  void triesAgainAfterDelaysThatGrow() {
    service.start(reactor);
    double expected = 1;
    for (int i = 0; i < 20; i++) {
      attempt(i).fail(refused());
      expected = Math.min(expected * 1.5, 60);
      Duration delay = reactor.untilNextCall();
      assertThat(delay.toNanos() / 1e9)
          .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-6));
      reactor.advance(delay.minusNanos(1));
      assertThat(network.calls).hasSize(i + 1);
      reactor.advance(Duration.ofNanos(1));
      assertThat(network.calls).hasSize(i + 2);
    }
    assertThat(reactor.events.getFirst())
        .isInstanceOfSatisfying(
            ClientService.Retrying.class,
            retrying -> {
              assertThat(retrying.failure()).isInstanceOf(ConnectFailed.Refused.class);
              assertThat(retrying.failures()).isOne();
              assertThat(retrying.delay()).isEqualTo(Duration.ofMillis(1500));
            });
    service.stop();
  }

  @Test
  void connectsAgainAfterASecondWhenTheConnectionIsLost() throws Exception {
    service.start(reactor);
    attempt(0).succeed();
    attempt(0).transport.lose();
    assertThat(reactor.untilNextCall()).isEqualTo(seconds(1));
    reactor.advance(seconds(1));
    assertThat(network.calls).hasSize(2);
  }

  @Test
  void aSuccessBeginsTheDelaysAfresh() throws Exception {
    service.start(reactor);
    for (int i = 0; i < 5; i++) {
      attempt(i).fail(refused());
      reactor.advance(seconds(60));
    }
    attempt(5).succeed();
    attempt(5).transport.lose();
    assertThat(reactor.untilNextCall()).isEqualTo(seconds(1));
    reactor.advance(seconds(1));
    attempt(6).fail(refused());
    assertThat(reactor.untilNextCall()).isEqualTo(Duration.ofMillis(1500));
    service.stop();
  }

  @Test
  void delaysHaveARandomPartThatIsNeverNegative() {
    var backoff = ClientService.Backoff.defaults();
    var random = new Random(7);
    for (int failures = 0; failures < 2_000; failures++) {
      double least = Math.min(Math.pow(1.5, failures), 60);
      assertThat(backoff.delay(failures, random).toNanos() / 1e9)
          .isBetween(least - 1e-6, least * 1.25 + 1e-6);
    }
    assertThat(backoff.delay(3, random)).isNotEqualTo(backoff.delay(3, random));
  }

  @Test
  void whenConnectedGivesTheConnectionThatThereIs() {
    service.start(reactor);
    attempt(0).succeed();
    expect(service.whenConnected());
    assertThat(outcomes).containsExactly(new Peer(attempt(0).transport));
  }

  @Test
  void whenConnectedGivesTheNextConnection() {
    expect(service.whenConnected());
    service.start(reactor);
    expect(service.whenConnected());
    attempt(0).fail(refused());
    expect(service.whenConnected());
    assertThat(outcomes).isEmpty();
    reactor.advance(seconds(2));
    attempt(1).succeed();
    assertThat(outcomes).hasSize(3).containsOnly(new Peer(attempt(1).transport));
  }

  @Test
  void whenConnectedFailsAfterSoManyFailures() {
    service.start(reactor);
    attempt(0).fail(refused());
    expect(service.whenConnected(2));
    expect(service.whenConnected(3));
    reactor.advance(seconds(2));
    attempt(1).fail(refused());
    assertThat(outcomes).isEmpty();
    reactor.advance(seconds(3));
    var last = refused();
    attempt(2).fail(last);
    assertThat(outcomes).containsExactly(last);
    reactor.advance(seconds(4));
    attempt(3).succeed();
    assertThat(outcomes).containsExactly(last, new Peer(attempt(3).transport));
  }

  @Test
  void whoWaitsMayGiveUp() {
    service.start(reactor);
    Deferred<Peer> waiting = service.whenConnected();
    expect(waiting.exceptionally(failure -> null));
    waiting.cancel();
    assertThat(outcomes).containsExactly("done");
    attempt(0).succeed();
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void stoppingCancelsTheAttempt() {
    service.start(reactor);
    expect(service.whenConnected());
    expect(service.stop());
    assertThat(attempt(0).cancelled).isTrue();
    assertThat(outcomes.get(0)).isInstanceOf(CancellationException.class);
    assertThat(outcomes.get(1)).isEqualTo("done");
    reactor.advance(seconds(300));
    assertThat(network.calls).hasSize(1);
  }

  @Test
  void stoppingCancelsTheDelay() {
    service.start(reactor);
    attempt(0).fail(refused());
    expect(service.stop());
    assertThat(outcomes).containsExactly("done");
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void stoppingClosesTheConnectionAndWaitsForItsEnd() throws Exception {
    service.start(reactor);
    attempt(0).succeed();
    expect(service.stop());
    expect(service.stop());
    assertThat(outcomes).isEmpty();
    assertThat(attempt(0).transport.closing).isInstanceOf(ConnectionClosed.Done.class);
    expect(service.whenConnected());
    assertThat(outcomes.removeFirst()).isInstanceOf(CancellationException.class);
    attempt(0).transport.lose();
    assertThat(outcomes).containsExactly("done", "done");
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void stoppingWhatDoesNotRunIsDone() {
    expect(service.stop());
    assertThat(outcomes).containsExactly("done");
  }

  @Test
  void mayBeStartedAgain() throws Exception {
    service.start(reactor);
    attempt(0).succeed();
    service.stop();
    expect(service.start(reactor));
    assertThat(outcomes.removeFirst()).isInstanceOf(IllegalStateException.class);
    attempt(0).transport.lose();
    service.start(reactor);
    attempt(1).succeed();
    expect(service.whenConnected());
    assertThat(outcomes).containsExactly(new Peer(attempt(1).transport));
  }

  @Test
  void aWaiterMayStopTheService() {
    service.start(reactor);
    service
        .whenConnected(1)
        .exceptionally(failure -> {
          service.stop();
          return null;
        });
    expect(service.whenConnected(1));
    attempt(0).fail(refused());
    assertThat(outcomes).hasSize(1);
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void aFactoryThatThrowsCountsAsAFailure() {
    ClientService<Peer> broken =
        ClientService.of(
            "tcp:127.0.0.1:7000",
            transport -> {
              throw new IllegalStateException("not today");
            });
    broken.start(reactor);
    attempt(0).succeed();
    assertThat(reactor.events).hasSize(1);
    expect(broken.stop());
    assertThat(outcomes).containsExactly("done");
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatIllegalArgumentException().isThrownBy(() -> service.whenConnected(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientService.Backoff(seconds(2), 1.5, seconds(1), 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientService.Backoff(seconds(1), 0.5, seconds(1), 0));
    assertThatIllegalArgumentException().isThrownBy(() -> ClientService.of("tcp:80", Peer::new));
  }
}
