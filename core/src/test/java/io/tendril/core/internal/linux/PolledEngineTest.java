package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.core.internal.uring.UringEngine;
import io.tendril.spi.EngineFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The engine's descriptor in a poll that is not its own. */
@EnabledOnOs(OS.LINUX)
class PolledEngineTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Slab slab = new Slab();
  private final int outer = Libc.epoll(slab.state, Kernel.EPOLL_CLOEXEC);
  private final Poll poll = new Poll(outer, slab, 1);

  @Test
  void itsDescriptorSaysWhenATurnIsDue() throws Exception {
    itsDescriptorSaysWhenATurnIsDue(LinuxEngine::open);
  }

  @Test
  void theDescriptorOfARingSaysWhenATurnIsDue() throws Exception {
    String missing = UringEngine.unavailable();
    assumeTrue(missing == null || "required".equals(System.getenv("TENDRIL_INTEROP")), missing);
    itsDescriptorSaysWhenATurnIsDue(UringEngine::open);
  }

  private void itsDescriptorSaysWhenATurnIsDue(EngineFactory engine) throws Exception {
    Reactor reactor =
        Reactor.create(ReactorOptions.defaults().withEngine(engine).withName("polled"));
    var polled =
        reactor.polled(() -> {
          throw new AssertionError("nobody has to be told");
        });
    watch(polled.descriptor().orElseThrow());
    var port = new CompletableFuture<Integer>();
    reactor
        .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
        .thenAccept(listener -> port.complete(listener.port()))
        .isDone();
    var answered = new CompletableFuture<Integer>();
    Thread client = Thread.ofPlatform().start(() -> echo(port, answered, reactor));
    int turns = 0;
    long end = System.nanoTime() + SOON.toNanos();
    while (!answered.isDone() && System.nanoTime() < end) {
      poll.await(polled.untilDue());
      assertThat(polled.turn()).isTrue();
      turns++;
    }
    client.join(SOON);
    assertThat(answered.get(0, TimeUnit.SECONDS)).isEqualTo(42);
    assertThat(turns).as("it waits").isLessThan(1_000);
    reactor.stop();
    while (polled.turn()) {}
    Libc.close(slab.state, outer);
  }

  private void watch(int descriptor) {
    var event = slab.allocate(Kernel.Layout.EPOLL_EVENT);
    event.set(JAVA_INT, 0, Kernel.EPOLLIN);
    assertThat(Libc.control(slab.state, outer, Kernel.EPOLL_CTL_ADD, descriptor, event)).isZero();
  }

  private static void echo(
      CompletableFuture<Integer> port, CompletableFuture<Integer> answered, Reactor reactor) {
    try (var socket =
        new Socket(InetAddress.getLoopbackAddress(), port.get(20, TimeUnit.SECONDS))) {
      socket.setSoTimeout((int) SOON.toMillis());
      socket.getOutputStream().write(42);
      answered.complete(socket.getInputStream().read());
    } catch (Exception e) {
      answered.completeExceptionally(e);
    }
    reactor.execute(() -> {}); // ends the poll
  }
}
