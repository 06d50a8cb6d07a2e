package io.tendril.testing.descriptors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.spi.Engines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * A program for processes of its own: echoes at the endpoint that it is given, with capitals, until
 * the connection that says "quit", or the only one, ends. What else it has to say goes to standard
 * error.
 */
final class EndpointProgram {
  private EndpointProgram() {}

  /** Echoes, also after the end of input. */
  private static final class Capitals implements Protocol {
    private final Transport transport;
    private final boolean only;
    private boolean quit;

    Capitals(Transport transport, boolean only) {
      this.transport = transport;
      this.only = only;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      var text = ISO_8859_1.decode(data).toString();
      quit |= text.contains("quit");
      transport.write(ISO_8859_1.encode(text.toUpperCase(Locale.ROOT)));
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      if (only || quit) {
        System.err.println("lost: " + reason.getClass().getSimpleName());
        transport.reactor().stop();
      }
    }
  }

  static void main(String[] arguments) throws IOException {
    Reactor reactor =
        Reactor.create(
            ReactorOptions.defaults()
                .withEngine(Engines.linux())
                .withSlowCall(Duration.ZERO) // of a machine that is busy nobody has to hear
                .withShutdownDeadline(Duration.ofSeconds(5)));
    String use = arguments[0];
    String endpoint = arguments[1];
    boolean only = !use.equals("serve");
    ProtocolFactory<Capitals> factory = transport -> new Capitals(transport, only);
    reactor.onStart(() -> {
      var up =
          use.equals("connect")
              ? reactor.connect(endpoint, factory).thenRun(() -> {})
              : reactor.listen(endpoint, factory).thenRun(() -> {});
      return up.thenRun(() -> System.err.println("up"))
          .exceptionally(failure -> {
            System.err.println("failed: " + failure.getMessage());
            reactor.stop();
            return null;
          });
    });
    reactor.run();
    if (endpoint.equals("stdio:")) {
      System.err.println("output: " + Files.readSymbolicLink(Path.of("/proc/self/fd/1")));
      System.out.println("this goes nowhere");
    }
    System.err.println("over");
  }
}
