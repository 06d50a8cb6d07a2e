package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.doubles.ManualNetwork;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.endpoint.TcpServerEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract V1. */
class ServiceGroupTest {
  private ManualReactor reactor;
  private final List<String> events = new ArrayList<>();
  private final List<Object> outcomes = new ArrayList<>();

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private void expect(Deferred<?> deferred) {
    deferred
        .thenAccept(value -> outcomes.add("done"))
        .exceptionally(failure -> {
          outcomes.add(failure);
          return null;
        });
  }

  /** Tells what is asked of it, and does it when the test says so. */
  private final class Probe implements Service {
    private final String name;
    private Deferred<Void> prepared;
    private Promise<Void> starting;
    private Promise<Void> stopping;
    private RuntimeException failure;

    Probe(String name) {
      this.name = name;
    }

    Probe slow() {
      starting = Promise.create();
      starting.onCancel(() -> events.add(name + " given up"));
      stopping = Promise.create();
      return this;
    }

    Probe failing() {
      failure = new IllegalStateException(name + " cannot");
      return this;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Deferred<Void> privilegedStart(Reactor reactor) {
      events.add(name + " prepares");
      return prepared == null ? Deferred.done() : prepared;
    }

    @Override
    public Deferred<Void> start(Reactor reactor) {
      events.add(name + " starts");
      if (failure != null) {
        throw failure;
      }
      return starting == null ? Deferred.done() : starting.deferred();
    }

    @Override
    public Deferred<Void> stop() {
      events.add(name + " stops");
      if (failure != null) {
        return Deferred.failed(failure);
      }
      return stopping == null ? Deferred.done() : stopping.deferred();
    }
  }

  private List<String> events() {
    List<String> all = List.copyOf(events);
    events.clear();
    return all;
  }

  @Test
  void preparesAllThenStartsInOrderAndStopsInReverse() {
    var group = ServiceGroup.of("g", new Probe("a"), new Probe("b"), new Probe("c"));
    expect(group.privilegedStart(reactor));
    assertThat(events()).containsExactly("a prepares", "b prepares", "c prepares");
    expect(group.start(reactor));
    assertThat(events()).containsExactly("a starts", "b starts", "c starts");
    expect(group.stop());
    assertThat(events()).containsExactly("c stops", "b stops", "a stops");
    assertThat(outcomes).containsExactly("done", "done", "done");
  }

  @Test
  void aStartWithoutTheFirstPhaseDoesBoth() {
    var group = ServiceGroup.of("g", new Probe("a"), new Probe("b"));
    expect(group.start(reactor));
    assertThat(events()).containsExactly("a prepares", "b prepares", "a starts", "b starts");
  }

  @Test
  void eachWaitsForTheOneBefore() {
    Probe slow = new Probe("a").slow();
    var group = ServiceGroup.of("g", slow, new Probe("b").slow());
    expect(group.start(reactor));
    assertThat(events()).containsExactly("a prepares", "b prepares", "a starts");
    slow.starting.succeed();
    assertThat(events()).containsExactly("b starts");
    assertThat(outcomes).isEmpty();
  }

  @Test
  void stopsAreAwaited() {
    Probe a = new Probe("a").slow();
    Probe b = new Probe("b").slow();
    var group = ServiceGroup.of("g", a, b);
    a.starting.succeed();
    b.starting.succeed();
    expect(group.start(reactor));
    expect(group.stop());
    events();
    b.stopping.succeed();
    assertThat(events()).containsExactly("a stops");
    assertThat(outcomes).containsExactly("done");
    a.stopping.succeed();
    assertThat(outcomes).containsExactly("done", "done");
  }

  @Test
  void oneFailureDoesNotKeepTheOthersFromStarting() {
    var group = ServiceGroup.of("g", new Probe("a"), new Probe("b").failing(), new Probe("c"));
    expect(group.start(reactor));
    assertThat(events()).endsWith("a starts", "b starts", "c starts");
    assertThat(outcomes.getFirst())
        .isInstanceOfSatisfying(
            ServiceGroup.ServiceFailed.class,
            failed -> {
              assertThat(failed).hasMessage("b failed to start: b cannot");
              assertThat(failed.service()).isEqualTo("b");
            });
  }

  @Test
  void oneFailureDoesNotKeepTheOthersFromStopping() {
    var group =
        ServiceGroup.of("g", new Probe("a").failing(), new Probe("b").failing(), new Probe("c"));
    expect(group.start(reactor));
    events();
    expect(group.stop());
    assertThat(events()).containsExactly("c stops", "b stops", "a stops");
    assertThat((Throwable) outcomes.getLast())
        .hasMessage("b failed to stop: b cannot")
        .satisfies(failed -> assertThat(failed.getSuppressed()).hasSize(1));
  }

  @Test
  void oneWhoseFirstPhaseFailedDoesNotStart() {
    Probe b = new Probe("b");
    b.prepared = Deferred.failed(new IllegalStateException("no rights"));
    var group = ServiceGroup.of("g", new Probe("a"), b, new Probe("c"));
    expect(group.start(reactor));
    assertThat(events())
        .containsExactly("a prepares", "b prepares", "c prepares", "a starts", "c starts");
    assertThat((Throwable) outcomes.getFirst())
        .hasMessage("b failed to prepare its start: no rights");
  }

  @Test
  void namesAreUnique() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceGroup.of("g", new Probe("a"), new Probe("a")))
        .withMessage("the group 'g' has a service 'a' already");
    var group = ServiceGroup.of("g", new Probe("a"));
    expect(group.add(new Probe("a").named("b")));
    assertThat(group.services()).extracting(Service::name).containsExactly("a", "b");
  }

  @Test
  void addingToARunningGroupStarts() {
    var group = new ServiceGroup("g");
    expect(group.add(new Probe("a")));
    assertThat(events()).isEmpty();
    expect(group.start(reactor));
    events();
    Probe b = new Probe("b").slow();
    expect(group.add(b));
    assertThat(events()).containsExactly("b prepares", "b starts");
    assertThat(outcomes).hasSize(2);
    b.starting.succeed();
    assertThat(outcomes).containsExactly("done", "done", "done");
  }

  @Test
  void addingWhileTheGroupStartsStartsInTurn() {
    Probe a = new Probe("a").slow();
    var group = ServiceGroup.of("g", a);
    expect(group.start(reactor));
    expect(group.add(new Probe("b")));
    assertThat(events()).containsExactly("a prepares", "a starts");
    a.starting.succeed();
    assertThat(events()).containsExactly("b prepares", "b starts");
    assertThat(outcomes).containsExactly("done", "done");
  }

  @Test
  void addingWhatFailsSaysSo() {
    var group = new ServiceGroup("g");
    expect(group.start(reactor));
    expect(group.add(new Probe("a").failing()));
    assertThat((Throwable) outcomes.getLast()).hasMessage("a failed to start: a cannot");
  }

  @Test
  void removingStops() {
    Probe a = new Probe("a").slow();
    a.starting.succeed();
    var group = ServiceGroup.of("g", a, new Probe("b"));
    expect(group.start(reactor));
    events();
    expect(group.remove(a));
    assertThat(events()).containsExactly("a stops");
    assertThat(group.services()).as("until it has stopped").hasSize(2);
    a.stopping.succeed();
    assertThat(outcomes).containsExactly("done", "done");
    assertThat(group.services()).extracting(Service::name).containsExactly("b");
    expect(group.stop());
    assertThat(events()).containsExactly("b stops");
  }

  @Test
  void removingWhatDoesNotRunIsDone() {
    Probe a = new Probe("a");
    var group = ServiceGroup.of("g", a);
    expect(group.remove(a));
    assertThat(outcomes).containsExactly("done");
    assertThat(events()).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> group.remove(a));
  }

  @Test
  void removingWhatStartsGivesItUpAndGoesOnWithTheOthers() {
    Probe a = new Probe("a").slow();
    a.stopping.succeed();
    var group = ServiceGroup.of("g", a, new Probe("b"));
    expect(group.start(reactor));
    events();
    expect(group.remove(a));
    assertThat(events()).containsExactly("a given up", "b starts", "a stops");
    assertThat(group.services()).hasSize(1);
  }

  @Test
  void stoppingWhileItStartsGivesTheRestUp() {
    Probe b = new Probe("b").slow();
    b.stopping.succeed();
    var group = ServiceGroup.of("g", new Probe("a"), b, new Probe("c"));
    expect(group.start(reactor));
    events();
    expect(group.stop());
    assertThat(events())
        .as("c has opened what needs privileges, and is stopped for that")
        .containsExactly("b given up", "c stops", "b stops", "a stops");
    assertThat(((Throwable) outcomes.getFirst()).getCause())
        .isInstanceOf(CancellationException.class);
    assertThat(outcomes.getLast()).isEqualTo("done");
  }

  @Test
  void cancellingTheStartGivesTheRestUp() {
    Probe a = new Probe("a").slow();
    var group = ServiceGroup.of("g", a, new Probe("b"));
    Deferred<Void> starting = group.start(reactor);
    expect(starting.exceptionally(failure -> null));
    events();
    starting.cancel();
    assertThat(events()).containsExactly("a given up");
    assertThat(outcomes).containsExactly("done");
  }

  @Test
  void startsAgainAfterAStop() {
    var group = ServiceGroup.of("g", new Probe("a"));
    expect(group.start(reactor));
    expect(group.stop());
    events();
    expect(group.start(reactor));
    assertThat(events()).containsExactly("a prepares", "a starts");
  }

  @Test
  void groupsNest() {
    var inner = ServiceGroup.of("inner", new Probe("b"), new Probe("c"));
    var outer = ServiceGroup.of("outer", new Probe("a"), inner);
    expect(outer.start(reactor));
    expect(outer.stop());
    assertThat(events())
        .containsExactly(
            "a prepares",
            "b prepares",
            "c prepares",
            "a starts",
            "b starts",
            "c starts",
            "c stops",
            "b stops",
            "a stops");
    assertThat(outcomes).containsExactly("done", "done");
  }

  // ---- Other services -------------------------------------------------------------------------

  @Test
  void runsInAReactorUntilThatShutsDown() throws Exception {
    expect(new Probe("a").runIn(reactor));
    assertThat(events()).containsExactly("a prepares", "a starts");
    expect(reactor.beforeStop.getFirst().call());
    assertThat(events()).containsExactly("a stops");
    assertThat(outcomes).containsExactly("done", "done");
  }

  @Test
  void aListeningServiceListensWhileItRuns() {
    var network = new ManualNetwork(reactor);
    Service service = Service.listening("tcp:80:interface=127.0.0.1", transport -> data -> {});
    assertThat(service.name()).isEqualTo("tcp:80:interface=127.0.0.1");
    expect(service.privilegedStart(reactor));
    assertThat(network.listeners).hasSize(1);
    expect(service.start(reactor));
    assertThat(network.listeners).hasSize(1);
    expect(service.stop());
    assertThat(network.listeners.getFirst().closed).isTrue();
    expect(service.start(reactor));
    assertThat(network.listeners).hasSize(2);
    expect(service.start(reactor));
    expect(service.privilegedStart(reactor));
    assertThat(network.listeners).hasSize(2);
    assertThat(outcomes.removeLast()).isInstanceOf(IllegalStateException.class);
    assertThat(outcomes).hasSize(5).containsOnly("done");
  }

  @Test
  void aListeningServiceThatIsStoppedWhileItOpensGivesUp() {
    boolean[] cancelled = {false};
    Service service =
        Service.listening(
            (where, factory) ->
                Promise.<Listener>create().onCancel(() -> cancelled[0] = true).deferred(),
            transport -> data -> {});
    expect(service.privilegedStart(reactor));
    expect(service.stop());
    assertThat(cancelled[0]).isTrue();
    assertThat(outcomes.getFirst()).isInstanceOf(CancellationException.class);
    assertThat(outcomes.getLast()).isEqualTo("done");
  }

  @Test
  void aListeningServiceFailsWithTheReason() {
    var network = new ManualNetwork(reactor);
    network.listenFailure = new IllegalStateException("taken");
    expect(Service.listening(TcpServerEndpoint.port(80), transport -> data -> {}).start(reactor));
    assertThat((Throwable) outcomes.getFirst()).hasMessage("taken");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Service.listening("tcp:x", transport -> data -> {}));
  }
}
