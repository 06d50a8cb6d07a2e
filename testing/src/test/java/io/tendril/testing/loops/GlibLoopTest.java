package io.tendril.testing.loops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.testing.NothingLeftOpen;
import io.tendril.testing.Program;
import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reactor in the main loop of GLib, in C. */
@NothingLeftOpen.Except("eventfd") // which wakes GLib's own context
class GlibLoopTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private GlibLoop loop;
  private MemorySegment main;
  private Thread thread;
  private Reactor reactor;
  private int port;

  @BeforeEach
  void open() throws Exception {
    Program.need(GlibLoop.isThere(), GlibLoop.LIBRARY);
    loop = new GlibLoop();
    main = loop.make();
    thread = Thread.ofPlatform().name("GLib").start(() -> loop.run(main));
    var made = new CompletableFuture<Reactor>();
    loop.execute(() -> made.complete(Reactor.create().drivenBy(loop)));
    reactor = made.get(20, TimeUnit.SECONDS);
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
    if (reactor == null) {
      return;
    }
    reactor.stop();
    reactor.awaitStopped(SOON);
    loop.execute(() -> loop.quit(main));
    thread.join(20_000);
    assertThat(thread.isAlive()).isFalse();
  }

  private void assertServes() throws Exception {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      for (byte i = 0; i < 100; i++) {
        socket.getOutputStream().write(i);
        assertThat(socket.getInputStream().read()).isEqualTo(i);
      }
    }
  }

  @Test
  void servesInItsThread() throws Exception {
    assertServes();
    var name = new CompletableFuture<String>();
    reactor.execute(() -> name.complete(Thread.currentThread().getName()));
    assertThat(name.get(20, TimeUnit.SECONDS)).isEqualTo("GLib");
  }

  @Test
  void goesOnInsideOfALoopInsideOfACall() throws Exception {
    var inner = new CompletableFuture<MemorySegment>();
    var over = new CountDownLatch(1);
    reactor.execute(() -> {
      MemorySegment made = loop.make();
      loop.execute(() -> inner.complete(made));
      loop.run(made);
      over.countDown();
    });
    MemorySegment running = inner.get(20, TimeUnit.SECONDS);
    assertServes();
    assertThat(over.getCount()).isOne();
    reactor.execute(() -> loop.quit(running));
    assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    assertServes();
  }
}
