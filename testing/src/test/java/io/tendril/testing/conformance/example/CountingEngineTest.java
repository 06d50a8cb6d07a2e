package io.tendril.testing.conformance.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.Engine;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.MemoryNetwork;
import io.tendril.testing.conformance.Candidate;
import io.tendril.testing.conformance.ForwardingEngine;
import io.tendril.testing.conformance.ReactorConformance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example of docs/engines.md: an engine of one's own, held to the contract. */
class CountingEngineTest extends ReactorConformance {
  /** An engine that counts the bytes which another one reads. */
  static final class CountingEngine extends ForwardingEngine {
    long read;

    CountingEngine(Engine engine) {
      super(engine);
    }

    @Override
    protected StreamSocket stream(StreamSocket socket) {
      return new ForwardingStream(socket) {
        @Override
        public int read(ByteBuffer into) throws IOException {
          int count = super.read(into);
          read += Math.max(0, count);
          return count;
        }
      };
    }
  }

  @Override
  protected Candidate candidate() {
    MemoryHost host = new MemoryNetwork().host("here");
    return Candidate.of("counting", () -> new CountingEngine(host.engine().open()), host.engine());
  }

  @Test
  void countsWhatItReads() throws IOException {
    var engine = new CountingEngine(new MemoryNetwork().host("here").engine().open());
    Reactor reactor = Reactor.create(ReactorOptions.defaults().withEngine(() -> engine));
    ProtocolFactory<Protocol> sink =
        Protocol.onData((transport, data) -> data.position(data.limit()));
    ProtocolFactory<Protocol> greeter =
        transport -> {
          transport.write("hello");
          return sink.build(transport);
        };
    reactor.onStart(() ->
        reactor
            .listen("tcp:7:interface=127.0.0.1", sink)
            .thenCompose(listener -> reactor.connect("tcp:127.0.0.1:7", greeter)));
    for (int i = 0; i < 100 && engine.read < 5; i++) {
      reactor.turn(Duration.ZERO);
    }
    assertEquals(5, engine.read);
    reactor.stop();
    for (int i = 0; i < 10_000 && reactor.turn(Duration.ofMillis(1)); i++) {}
    assertEquals(Reactor.State.STOPPED, reactor.state());
  }

  @Test
  void isTheOneOfTheGuide() throws IOException {
    String name = CountingEngineTest.class.getName().replace('.', '/') + ".java";
    String guide = Files.readString(Path.of("..", "docs", "engines.md"));
    int start = guide.indexOf("/** An engine that counts");
    String shown = unindented(guide.substring(start, guide.indexOf("```", start)));
    assertTrue(unindented(Files.readString(Path.of("src/test/java", name))).contains(shown), shown);
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
