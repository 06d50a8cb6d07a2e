package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reactors on a ring that are driven by loops of somebody else's, in one thread and in several. */
@EnabledOnOs(OS.LINUX)
class DrivenRingTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int MESSAGES = 50;

  @BeforeEach
  void skipWhereThereIsNone() {
    if (!"required".equals(System.getenv("TENDRIL_INTEROP"))) {
      String missing = UringEngine.unavailable();
      assumeTrue(missing == null, missing);
    }
  }

  private static Reactor reactor() {
    return Reactor.create(ReactorOptions.defaults().withEngine(UringEngine::open));
  }

  /** Says something, waits for the answer, and again: what came of it. */
  private static int echoes(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) SOON.toMillis());
      int right = 0;
      for (int i = 0; i < MESSAGES; i++) {
        socket.getOutputStream().write(i);
        right += socket.getInputStream().read() == i ? 1 : 0;
      }
      return right;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anExecutorDrivesIt(int threads) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      var port = new LinkedBlockingQueue<Integer>();
      var made = new AtomicReference<Reactor>();
      var serial = new Serial(pool);
      serial.execute(() -> {
        Reactor reactor = reactor();
        made.set(reactor);
        reactor.drivenBy(serial);
        reactor
            .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
            .thenAccept(listener -> port.add(listener.port()))
            .isDone();
      });
      Integer number = port.poll(20, TimeUnit.SECONDS);
      assertThat(number).isNotNull();
      assertThat(echoes(number)).isEqualTo(MESSAGES);
      made.get().stop();
      made.get().awaitStopped(SOON);
    }
  }

  /** Runs one task at a time, in whatever thread of a pool. */
  private static final class Serial implements Executor {
    private final ExecutorService pool;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean busy;

    Serial(ExecutorService pool) {
      this.pool = pool;
    }

    @Override
    public synchronized void execute(Runnable task) {
      tasks.add(task);
      next();
    }

    private synchronized void next() {
      if (!busy && !tasks.isEmpty() && !pool.isShutdown()) {
        busy = true;
        Runnable task = tasks.remove();
        pool.execute(() -> {
          try {
            task.run();
          } finally {
            synchronized (this) {
              busy = false;
              next();
            }
          }
        });
      }
    }
  }
}
