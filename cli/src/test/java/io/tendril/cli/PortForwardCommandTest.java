package io.tendril.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.EndpointSyntax;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortForwardCommandTest {
  private static final String HERE = "tcp:0:interface=127.0.0.1";

  /// Says everything back, and goodbye when the client has ended its side.
  private record Echo(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }

    @Override
    public boolean endReceived() {
      transport.write("bye");
      return false;
    }
  }

  private static Running<PortForwardCommand> forwarding(int port) throws Exception {
    return new Running<>(
        new PortForwardCommand(),
        PortForwardCommand::start,
        "--listen",
        HERE,
        "--to",
        "tcp:127.0.0.1:" + port);
  }

  private static int port(String out) {
    return Integer.parseInt(out.replaceAll("(?s)Forwarding 127.0.0.1:(\\d+) to .*", "$1"));
  }

  private static int echo(Running<?> program) throws Exception {
    return program.reactor.blockingCall(
        () ->
            program
                .reactor
                .network()
                .listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    SocketSettings.defaults(),
                    Echo::new)
                .thenApply(listener -> listener.port()),
        Duration.ofSeconds(20));
  }

  private static Socket connect(Running<?> forwarding) throws Exception {
    var socket = new Socket("127.0.0.1", port(forwarding.out()));
    socket.setSoTimeout(20_000);
    return socket;
  }

  @Test
  void carriesBytesBothWaysAndTheEndOfEach() throws Exception {
    try (var target = new Running<>(new WebCommand(), WebCommand::start, "--listen", HERE);
        var forwarding = forwarding(echo(target));
        var client = connect(forwarding)) {
      client.getOutputStream().write("hello".getBytes(US_ASCII));
      client.shutdownOutput();
      assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
          .isEqualTo("hellobye");
      assertThat(forwarding.lineWith("bytes")).contains(": 5 bytes there, 8 back, ");
    }
  }

  @Test
  void carriesManyBytesAtThePaceOfTheSlowerSide() throws Exception {
    try (var target = new Running<>(new WebCommand(), WebCommand::start, "--listen", HERE);
        var forwarding = forwarding(echo(target));
        var client = connect(forwarding)) {
      var sent = new byte[20_000_000];
      new Random(1).nextBytes(sent);
      var sender =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  client.getOutputStream().write(sent);
                  client.shutdownOutput();
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      var received = client.getInputStream().readNBytes(sent.length);
      assertThat(received).isEqualTo(sent);
      assertThat(sender.join(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void resetsAConnectionWhoseTargetCannotBeReached() throws Exception {
    int nobody;
    try (var free = new java.net.ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    try (var forwarding = forwarding(nobody);
        var client = connect(forwarding)) {
      assertThatThrownBy(client.getInputStream()::read).isInstanceOf(SocketException.class);
      assertThat(forwarding.lineWith(" ms")).contains("127.0.0.1:" + nobody);
    }
  }

  @Test
  void saysWhatIsWrongWithATarget() {
    assertThatThrownBy(() ->
            new Running<>(
                    new PortForwardCommand(),
                    PortForwardCommand::start,
                    "--listen",
                    HERE,
                    "--to",
                    "nonsense")
                .close())
        .isInstanceOf(EndpointSyntax.class);
  }

  @Test
  void forwardsToAndFromUnixSockets(@TempDir Path directory) throws Exception {
    Path inner = directory.resolve("inner");
    Path outer = directory.resolve("outer");
    try (var program =
            new Running<>(
                new PortForwardCommand(),
                PortForwardCommand::start,
                "--listen",
                "unix:" + outer + ":mode=0600",
                "--to",
                "unix:" + inner);
        var client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      var listening =
          program.reactor.blockingCall(
              () -> program.reactor.listen("unix:" + inner, Echo::new), Duration.ofSeconds(20));
      assertThat(listening.address()).hasToString("unix:" + inner);
      client.connect(UnixDomainSocketAddress.of(outer));
      client.write(ByteBuffer.wrap("hello ".getBytes(US_ASCII)));
      client.shutdownOutput();
      assertThat(Channels.newInputStream(client).readAllBytes()).asString().isEqualTo("hello bye");
    }
    assertThat(directory).isEmptyDirectory();
  }
}
