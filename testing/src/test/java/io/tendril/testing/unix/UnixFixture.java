package io.tendril.testing.unix;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import io.tendril.testing.OpenDescriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A reactor in a thread of its own on one of the engines, and a directory for sockets. */
abstract class UnixFixture {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final ProtocolFactory<Protocol> ECHO =
      Protocol.onData((transport, data) -> transport.write(data));

  static {
    warmUp();
  }

  @TempDir Path directory;

  private final OpenDescriptors before = OpenDescriptors.now();
  final Reactor reactor;

  UnixFixture(EngineFactory engine) {
    reactor = Reactor.create(ReactorOptions.defaults().withEngine(engine)).start();
  }

  /** The JDK keeps a socket of its own from the first close of one on. */
  private static void warmUp() {
    try (var listening = ServerSocketChannel.open().bind(null)) {
      SocketChannel.open(listening.getLocalAddress()).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The engines that have UNIX sockets on this machine. */
  static Stream<EngineFactory> engines() {
    return Stream.of(Engines.nio(), Engines.linux());
  }

  @AfterEach
  final void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
    before.assertNoMore();
  }

  final <T> T in(Callable<Deferred<T>> body) throws Exception {
    return reactor.blockingCall(body, PATIENCE);
  }

  final Path path() {
    return directory.resolve("s");
  }

  final Listener listen(String options) throws Exception {
    return in(() -> reactor.listen("unix:" + path() + options, ECHO));
  }

  final String ask(String endpoint) throws Exception {
    return in(
        () -> reactor.connect(endpoint, Asker::new).thenCompose(asker -> asker.answer.deferred()));
  }

  /** Says one line, and has what is answered, and by whom. */
  static final class Asker extends LineProtocol {
    final Promise<String> answer = Promise.create();

    Asker(Transport transport) {
      super(transport);
    }

    @Override
    public void connectionMade() {
      writeLine("ping");
    }

    @Override
    protected void lineReceived(String line) {
      answer.succeed(line + " to " + transport().local() + " of " + transport().peer());
      transport().loseConnection();
    }
  }
}
