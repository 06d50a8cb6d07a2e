package io.tendril.testing.descriptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.EngineLacks;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.descriptor.Readiness;
import io.tendril.core.descriptor.Watch;
import io.tendril.core.descriptor.WatchFailed;
import io.tendril.spi.Engines;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors of any kind in a reactor's wait. */
class WatchTest extends LinuxFixture {
  private static final Readiness READABLE = new Readiness(true, false, false, false, false);

  private final List<Readiness> found = new ArrayList<>();
  private final List<Throwable> ends = new ArrayList<>();

  private final Watch.Handler noting =
      new Watch.Handler() {
        @Override
        public void ready(Readiness readiness) {
          found.add(readiness);
        }

        @Override
        public void ended(Throwable cause) {
          ends.add(cause);
        }
      };

  private int[] pipe() {
    int[] pipe = Kernel.pipe();
    mine(pipe[0]);
    mine(pipe[1]);
    return pipe;
  }

  @Test
  void tellsForAsLongAsThereIsSomething() {
    int[] pipe = pipe();
    reactor.watch(owned(pipe[0]), Interest.READ, noting);
    assertSleeps();
    Kernel.write(pipe[1], "ab");
    until(() -> found.size() > 2);
    assertThat(found).containsOnly(READABLE);
    assertThat(Kernel.read(pipe[0])).isEqualTo("ab");
    assertSleeps();
  }

  @Test
  void interestCanBeChanged() {
    int[] pair = Kernel.socketPair(Kernel.SOCK_STREAM);
    mine(pair[0]);
    mine(pair[1]);
    Watch watch = reactor.watch(owned(pair[0]), Interest.NONE, noting);
    Kernel.write(pair[1], "a");
    assertSleeps();
    watch.interest(Interest.BOTH);
    until(() -> !found.isEmpty());
    assertThat(found.getFirst()).isEqualTo(new Readiness(true, true, false, false, false));
    watch.interest(Interest.WRITE);
    found.clear();
    until(() -> !found.isEmpty());
    assertThat(found.getFirst()).isEqualTo(new Readiness(false, true, false, false, false));
    watch.interest(Interest.NONE);
    assertSleeps();
  }

  @Test
  void anEndThatComesAloneIsToldOnce() {
    int[] pipe = pipe();
    Watch watch = reactor.watch(owned(pipe[0]), Interest.READ, noting);
    close(pipe[1]);
    until(() -> !found.isEmpty());
    assertThat(found).containsExactly(new Readiness(false, false, false, true, false));
    assertThat(watch.interest()).isEqualTo(Interest.NONE);
    assertSleeps();
    assertThat(found).hasSize(1);
    watch.interest(Interest.READ);
    until(() -> found.size() == 2);
  }

  @Test
  void anEndThatNobodyIsInterestedInIsToldToNobody() {
    int[] pipe = pipe();
    reactor.watch(owned(pipe[0]), Interest.NONE, noting);
    close(pipe[1]);
    assertSleeps();
    assertThat(found).isEmpty();
  }

  @Test
  void bytesBeforeTheEndAreToldOfFirst() {
    int[] pipe = pipe();
    reactor.watch(owned(pipe[0]), Interest.READ, noting);
    Kernel.write(pipe[1], "a");
    close(pipe[1]);
    until(() -> found.size() > 1);
    assertThat(found).containsOnly(new Readiness(true, false, false, true, false));
  }

  @Test
  void aReaderThatIsGoneIsAFailureForTheWriter() {
    int[] pipe = pipe();
    Watch watch = reactor.watch(owned(pipe[1]), Interest.WRITE, noting);
    close(pipe[0]);
    until(() -> !found.isEmpty());
    assertThat(found.getFirst().failed()).isTrue();
    watch.close();
    assertSleeps();
  }

  @Test
  void isClosedByItsHandle() {
    int[] pipe = pipe();
    Descriptor descriptor = owned(pipe[0]);
    Watch watch = reactor.watch(descriptor, Interest.READ, noting);
    assertThat(holdings()).containsExactly("watch of descriptor " + pipe[0]);
    Kernel.write(pipe[1], "a");
    watch.close();
    watch.close();
    assertSleeps();
    assertThat(found).isEmpty();
    assertThat(ends).isEmpty();
    assertThat(watch.isOpen()).isFalse();
    assertThat(descriptor.isOpen()).isTrue();
    assertThat(holdings()).isEmpty();
    reactor.watch(descriptor, Interest.READ, noting);
    until(() -> !found.isEmpty());
  }

  @Test
  void closingInsideOfTheCallIsTheLastOfIt() {
    int[] pipe = pipe();
    var watch = new AtomicReference<Watch>();
    watch.set(
        reactor.watch(
            owned(pipe[0]),
            Interest.READ,
            readiness -> {
              found.add(readiness);
              watch.get().close();
            }));
    Kernel.write(pipe[1], "a");
    until(() -> !found.isEmpty());
    assertSleeps();
    assertThat(found).hasSize(1);
  }

  @Test
  void aRegularFileCannotBeWatched(@TempDir Path directory) throws Exception {
    int file = mine(Kernel.open(Files.writeString(directory.resolve("x"), "x"), Kernel.O_RDONLY));
    assertThatThrownBy(() -> reactor.watch(owned(file), Interest.READ, noting))
        .isInstanceOf(WatchFailed.NotPollable.class)
        .hasMessage(
            "cannot watch descriptor " + file + ": it is a regular file, which is always ready");
  }

  @Test
  void twoWatchesOfOneDescriptorAreOneTooMany() throws Exception {
    int[] pipe = pipe();
    Descriptor descriptor = owned(pipe[0]);
    reactor.watch(descriptor, Interest.READ, noting);
    assertThatThrownBy(() -> reactor.watch(descriptor, Interest.READ, noting))
        .isInstanceOf(WatchFailed.Taken.class);
    assertThatThrownBy(() -> reactor.watch(owned(pipe[0]), Interest.READ, noting))
        .isInstanceOf(WatchFailed.Taken.class);
    List<Readiness> second = new ArrayList<>();
    try (Descriptor duplicate = descriptor.duplicate()) {
      reactor.watch(duplicate, Interest.READ, second::add);
      Kernel.write(pipe[1], "a");
      until(() -> !second.isEmpty() && !found.isEmpty());
    }
  }

  @Test
  void aNumberThatIsNotOpenCannotBeWatched() {
    assertThatThrownBy(() -> reactor.watch(owned(9_999), Interest.READ, noting))
        .isInstanceOf(WatchFailed.NotOpen.class);
  }

  @Test
  void closingTheDescriptorEndsTheWatch() {
    int[] pipe = pipe();
    Descriptor descriptor = owned(pipe[0]);
    reactor.watch(descriptor, Interest.READ, noting);
    descriptor.close();
    until(() -> !ends.isEmpty());
    assertThat(ends.getFirst()).isInstanceOf(ClosedChannelException.class);
    assertThat(Kernel.isOpen(pipe[0])).isFalse();
    assertThat(holdings()).isEmpty();
  }

  @Test
  void aWatchedDescriptorIsNotClosedInAWrongThread() throws Exception {
    int[] pipe = pipe();
    Descriptor descriptor = owned(pipe[0]);
    Watch watch = reactor.watch(descriptor, Interest.READ, noting);
    List<Throwable> thrown = new ArrayList<>();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              try {
                descriptor.close();
              } catch (IllegalStateException e) {
                thrown.add(e);
              }
            });
    other.join(Duration.ofSeconds(20));
    assertThat(thrown).singleElement().asString().contains("belongs to");
    assertThat(watch.isOpen()).isTrue();
    assertThat(Kernel.isOpen(pipe[0])).isTrue();
    assertThatThrownBy(descriptor::release).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aHandlerThatThrowsLosesItsWatch() {
    int[] pipe = pipe();
    var watch =
        reactor.watch(
            owned(pipe[0]),
            Interest.READ,
            new Watch.Handler() {
              @Override
              public void ready(Readiness readiness) {
                throw new IllegalArgumentException("on purpose");
              }

              @Override
              public void ended(Throwable cause) {
                ends.add(cause);
              }
            });
    Kernel.write(pipe[1], "a");
    until(() -> !ends.isEmpty());
    assertThat(ends).singleElement().asString().contains("on purpose");
    assertThat(failures)
        .singleElement()
        .isInstanceOfSatisfying(
            ReactorEvent.CallFailed.class, event -> assertThat(event.what()).contains("watch"));
    failures.clear();
    assertThat(watch.isOpen()).isFalse();
    assertSleeps();
  }

  @Test
  void aLoopInsideOfTheCallTellsTheOthersOnly() {
    int[] pipe = pipe();
    int[] other = pipe();
    List<Readiness> inner = new ArrayList<>();
    reactor.watch(
        owned(pipe[0]),
        Interest.READ,
        readiness -> {
          found.add(readiness);
          Kernel.write(other[1], "b");
          int calls = found.size();
          until(() -> !inner.isEmpty());
          assertThat(found).hasSize(calls);
          assertThat(Kernel.read(pipe[0])).isEqualTo("a");
        });
    reactor.watch(
        owned(other[0]),
        Interest.READ,
        readiness -> {
          inner.add(readiness);
          Kernel.read(other[0]);
        });
    Kernel.write(pipe[1], "a");
    until(() -> inner.size() == 1 && found.size() == 1);
    inner.clear();
    Kernel.write(pipe[1], "a");
    until(() -> inner.size() == 1 && found.size() == 2);
    assertSleeps();
  }

  @Test
  void endsWithTheReactor() {
    int[] pipe = pipe();
    reactor.watch(owned(pipe[0]), Interest.READ, noting);
    reactor.stop();
    until(() -> !ends.isEmpty());
    assertThat(ends).singleElement().isInstanceOf(ConnectionClosed.ReactorStopped.class);
    assertThat(Kernel.isOpen(pipe[0])).isTrue();
  }

  @Test
  void isForALoopThatPollsTheReactor() throws Exception {
    int[] pipe = pipe();
    Reactor driven =
        Reactor.create(ReactorOptions.defaults().withEngine(Engines.linux()).withName("driven"));
    var polled = driven.polled(() -> {});
    driven.watch(owned(pipe[0]), Interest.READ, noting);
    // the outer loop is this test's reactor, which polls the other one's descriptor
    reactor.watch(
        Descriptor.adopt(polled.descriptor().orElseThrow()), Interest.READ, _ -> polled.turn());
    polled.turn();
    Kernel.write(pipe[1], "a");
    until(() -> !found.isEmpty());
    driven.stop();
    while (polled.turn()) {}
  }

  @Test
  void isForALoopOfSomebodyElses() throws Exception {
    int[] pipe = pipe();
    var read = new CompletableFuture<String>();
    try (var loop = Executors.newSingleThreadExecutor()) {
      Reactor driven =
          loop.submit(
                  () -> {
                    Reactor made =
                        Reactor.create(
                            ReactorOptions.defaults()
                                .withEngine(Engines.linux())
                                .withName("driven"));
                    made.drivenBy(loop);
                    made.watch(
                        owned(pipe[0]), Interest.READ, _ -> read.complete(Kernel.read(pipe[0])));
                    return made;
                  })
              .get(20, TimeUnit.SECONDS);
      Kernel.write(pipe[1], "a");
      assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo("a");
      driven.stop();
      driven.awaitStopped(Duration.ofSeconds(20));
    }
  }

  @Test
  void anotherEngineSaysThatItCannot() {
    Reactor other =
        Reactor.create(ReactorOptions.defaults().withEngine(Engines.nio()).withName("other"));
    int[] pipe = pipe();
    assertThatThrownBy(() -> other.watch(owned(pipe[0]), Interest.READ, noting))
        .isInstanceOfSatisfying(
            EngineLacks.class,
            lacks -> {
              assertThat(lacks)
                  .hasMessage("engine nio has no watching of descriptors; engine linux has");
              assertThat(lacks.what()).isEqualTo("watching of descriptors");
              assertThat(lacks.engine()).isEqualTo("nio");
              assertThat(lacks.able()).isEqualTo("linux");
            });
    other.stop();
    while (other.turn(Duration.ofMillis(5))) {}
    reactor.turn(Duration.ZERO); // the current one again
  }
}
