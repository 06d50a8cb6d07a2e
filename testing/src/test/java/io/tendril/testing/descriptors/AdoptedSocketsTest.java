package io.tendril.testing.descriptors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Deferred;
import io.tendril.core.ListenFailed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that somebody else has opened. */
class AdoptedSocketsTest extends LinuxFixture {
  private final SocketSettings settings = SocketSettings.defaults();
  private final List<String> log = new ArrayList<>();

  private final ProtocolFactory<Protocol> echo =
      new ProtocolFactory<>() {
        @Override
        public Protocol build(Transport transport) throws Exception {
          log.add("built");
          return Protocol.onData((to, data) -> to.write(data)).build(transport);
        }

        @Override
        public void started() {
          log.add("started");
        }

        @Override
        public void stopped() {
          log.add("stopped");
        }
      };

  private <T> T result(Deferred<T> deferred) {
    List<T> got = new ArrayList<>();
    List<Throwable> thrown = new ArrayList<>();
    var _ = deferred.handle(got::add, thrown::add);
    until(() -> !got.isEmpty() || !thrown.isEmpty());
    assertThat(thrown).isEmpty();
    return got.getFirst();
  }

  private Throwable failure(Deferred<?> deferred) {
    List<Throwable> thrown = new ArrayList<>();
    var _ =
        deferred.exceptionally(e -> {
          thrown.add(e);
          return null;
        });
    until(() -> !thrown.isEmpty());
    return thrown.getFirst();
  }

  private static int listening() {
    return Kernel.internetSocket(Kernel.SOCK_STREAM, true);
  }

  @Test
  void goesOnWithWhatListens() throws Exception {
    int fd = listening();
    Listener listener = result(reactor.network().adopting().listen(owned(fd), settings, echo));
    assertThat(log).containsExactly("started");
    try (var client = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
      client.getOutputStream().write('x');
      until(() -> client.getInputStream().available() > 0);
      assertThat(client.getInputStream().read()).isEqualTo('x');
      listener.close().isDone();
      assertThat(Kernel.isOpen(fd)).isFalse();
    }
    assertThat(log).containsExactly("started", "built", "stopped");
  }

  @Test
  void goesOnWithAUnixSocketThatListens(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("socket");
    int fd = Kernel.unixSocket(path);
    Listener listener = result(reactor.network().adopting().listen(owned(fd), settings, echo));
    assertThat(listener.address()).hasToString(UnixAddress.of(path).toString());
    try (var client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      client.configureBlocking(false);
      client.write(ByteBuffer.wrap(new byte[] {'x'}));
      ByteBuffer back = ByteBuffer.allocate(10);
      until(() -> client.read(back) > 0);
      assertThat(back.get(0)).isEqualTo((byte) 'x');
      listener.close().isDone();
    }
    assertThat(path).as("whoever made it, removes it").exists();
  }

  @Test
  void goesOnWithAConnection() throws Exception {
    try (var server = new java.net.ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      int fd = Kernel.internetSocket(Kernel.SOCK_STREAM, false);
      Kernel.connect(fd, server.getLocalPort());
      try (var peer = server.accept()) {
        var protocol =
            result(reactor.network().adopting().connected(owned(fd), "a peer", settings, echo));
        assertThat(protocol).isNotNull();
        peer.getOutputStream().write('x');
        until(() -> peer.getInputStream().available() > 0);
      }
    }
    assertThat(log).as("neither started nor stopped").containsExactly("built");
  }

  @Test
  void goesOnWithAConnectionOfAnotherFamily() {
    int[] pair = Kernel.socketPair(Kernel.SOCK_STREAM);
    mine(pair[1]);
    result(reactor.network().adopting().connected(owned(pair[0]), "a peer", settings, echo));
    Kernel.write(pair[1], "x");
    until(() -> Kernel.available(pair[1]) > 0);
    assertThat(Kernel.read(pair[1])).isEqualTo("x");
  }

  @Test
  void goesOnWithADatagramSocket() throws Exception {
    int fd = Kernel.internetSocket(Kernel.SOCK_DGRAM, true);
    List<DatagramTransport> transports = new ArrayList<>();
    List<String> received = new ArrayList<>();
    result(
        reactor
            .network()
            .adopting()
            .datagram(
                owned(fd),
                transport -> {
                  transports.add(transport);
                  return new DatagramProtocol() {
                    @Override
                    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
                      received.add(ISO_8859_1.decode(data).toString());
                    }
                  };
                }));
    try (var client = new java.net.DatagramSocket()) {
      client.send(
          new java.net.DatagramPacket(
              new byte[] {'x'},
              1,
              InetAddress.getLoopbackAddress(),
              transports.getFirst().local().getPort()));
      until(() -> received.contains("x"));
    }
  }

  @Test
  void whatDoesNotListenIsNamed() {
    var adopting = reactor.network().adopting();
    int unbound = mine(Kernel.internetSocket(Kernel.SOCK_STREAM, false));
    Descriptor descriptor = owned(unbound);
    assertThat(failure(adopting.listen(descriptor, settings, echo)))
        .isInstanceOf(ListenFailed.class)
        .hasMessage(
            "cannot listen on descriptor %d: descriptor %d is an IPv4 stream socket that is not"
                    .formatted(unbound, unbound)
                + " connected, and not a stream socket that listens");
    assertThat(descriptor.isOpen()).isTrue();
    int datagrams = mine(Kernel.internetSocket(Kernel.SOCK_DGRAM, true));
    assertThat(failure(adopting.listen(owned(datagrams), settings, echo)))
        .hasMessageContaining("is an IPv4 datagram socket");
    int[] pipe = Kernel.pipe();
    mine(pipe[0]);
    mine(pipe[1]);
    assertThat(failure(adopting.listen(owned(pipe[0]), settings, echo)))
        .hasMessageContaining("is a pipe");
    int listening = mine(listening());
    assertThat(failure(adopting.connected(owned(listening), "a peer", settings, echo)))
        .hasMessageContaining(
            "is an IPv4 stream socket that listens, and not a stream socket that");
    assertThat(
            failure(
                adopting.datagram(
                    owned(listening),
                    _ ->
                        new DatagramProtocol() {
                          @Override
                          public void datagramReceived(ByteBuffer data, InetSocketAddress from) {}
                        })))
        .hasMessageContaining("and not a datagram socket");
    assertThat(log)
        .containsExactly("started", "stopped", "started", "stopped", "started", "stopped");
  }

  @Test
  void whatTheReactorHasCannotBeTakenOver() {
    int fd = listening();
    result(reactor.network().adopting().listen(owned(fd), settings, echo));
    assertThat(failure(reactor.network().adopting().listen(owned(fd), settings, echo)))
        .hasMessageContaining("its reactor has it already");
  }

  @Test
  void servesWhatIsOneConnection() {
    int[] in = Kernel.pipe();
    int[] out = Kernel.pipe();
    mine(in[1]);
    mine(out[0]);
    Listener listener =
        result(reactor.network().adopting().serve(owned(in[0]), owned(out[1]), echo));
    Kernel.write(in[1], "x");
    until(() -> Kernel.available(out[0]) > 0);
    assertThat(Kernel.read(out[0])).isEqualTo("x");
    listener.close().isDone();
    assertThat(log).containsExactly("started", "built", "stopped");
    Kernel.write(in[1], "y");
    close(in[1]);
    until(() -> holdings().isEmpty());
    assertThat(Kernel.read(out[0])).isEqualTo("y");
    assertThat(Kernel.read(out[0])).isEmpty();
  }
}
