package io.tendril.testing.unix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.DatagramTransport.DatagramTooLong;
import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.ListenFailed;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import io.tendril.core.unix.UnixDatagramTransport;
import io.tendril.spi.Engines;
import io.tendril.spi.SocketSettings;
import io.tendril.testing.Program;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Datagram sockets of UNIX, on the engine linux. */
@EnabledOnOs(OS.LINUX)
class UnixDatagramsTest extends UnixFixture {
  UnixDatagramsTest() {
    super(Engines.linux());
  }

  /** Notes what comes, and says it back to whoever has a name. */
  private static class Echo implements UnixDatagramProtocol {
    final UnixDatagramTransport transport;
    final List<String> received = new ArrayList<>();
    int refused;
    boolean closed;

    Echo(UnixDatagramTransport transport) {
      this.transport = transport;
    }

    @Override
    public void datagramReceived(ByteBuffer data, UnixAddress from) {
      received.add(UTF_8.decode(data.duplicate()).toString());
      if (!from.isUnnamed()) {
        transport.send(data, from);
      }
    }

    @Override
    public void connectionRefused() {
      refused++;
    }

    @Override
    public void transportClosed() {
      closed = true;
    }
  }

  private static final class Client extends Echo {
    Client(UnixDatagramTransport transport) {
      super(transport);
    }

    @Override
    public void datagramReceived(ByteBuffer data, UnixAddress from) {
      received.add(UTF_8.decode(data) + " of " + from);
    }
  }

  private Echo bind(UnixAddress at) throws Exception {
    return in(() -> UnixDatagramProtocol.bind(reactor, at, SocketSettings.defaults(), Echo::new));
  }

  private Client connect(UnixAddress to) throws Exception {
    return in(
        () -> UnixDatagramProtocol.connect(reactor, to, SocketSettings.defaults(), Client::new));
  }

  private void until(Callable<Boolean> condition) throws Exception {
    in(() -> poll(condition));
  }

  private Deferred<Void> poll(Callable<Boolean> condition) throws Exception {
    return condition.call()
        ? Deferred.done()
        : reactor.after(Duration.ofMillis(1)).thenCompose(_ -> poll(condition));
  }

  private void run(Runnable body) throws Exception {
    in(() -> {
      body.run();
      return Deferred.done();
    });
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  @Test
  void anAnswerFindsItsWay() throws Exception {
    Echo server = bind(UnixAddress.of(path()));
    Client client = connect(UnixAddress.of(path()));
    run(() -> {
      client.transport.send(bytes("one"));
      client.transport.send(bytes("two"), UnixAddress.of(path()));
    });
    until(() -> client.received.size() == 2);
    assertThat(client.received).containsExactly("one of unix:" + path(), "two of unix:" + path());
    assertThat(client.transport.local().isAbstract()).isTrue();
    assertThat(server.transport.local()).isEqualTo(UnixAddress.of(path()));
  }

  @Test
  void abstractNamesWillDo() throws Exception {
    var name = UnixAddress.ofAbstract("tendril-" + path());
    bind(name);
    Client client = connect(name);
    run(() -> client.transport.send(bytes("x")));
    until(() -> client.received.equals(List.of("x of " + name)));
  }

  @Test
  void theFileComesAndGoes() throws Exception {
    Echo server =
        in(() ->
            UnixDatagramProtocol.bind(
                reactor,
                UnixAddress.of(path()),
                SocketSettings.defaults().with().mode(0620).build(),
                Echo::new));
    assertThat((int) Files.getAttribute(path(), "unix:mode") & 07777).isEqualTo(0620);
    assertThatThrownBy(() -> bind(UnixAddress.of(path())))
        .isInstanceOf(ListenFailed.class)
        .hasMessageContaining("already in use");
    Files.createLink(directory.resolve("left"), path());
    run(server.transport::close);
    until(() -> server.closed);
    assertThat(path()).doesNotExist();
    Files.move(directory.resolve("left"), path());
    bind(UnixAddress.of(path())); // in the place of what was left behind
  }

  @Test
  void whatAReceiverDoesNotTakeWaitsForIt() throws Exception {
    Echo server = bind(UnixAddress.of(path()));
    Client sender =
        in(() ->
            UnixDatagramProtocol.bind(
                reactor,
                UnixAddress.ofAbstract("tendril-sender-" + path()),
                SocketSettings.defaults(),
                Client::new));
    run(() -> {
      server.transport.pauseReading();
      for (int i = 0; i < 2_000; i++) {
        sender.transport.send(bytes("" + i), UnixAddress.of(path()));
      }
      server.transport.resumeReading();
    });
    until(() -> server.received.size() == 2_000);
    assertThat(server.received.getLast()).isEqualTo("1999");
  }

  @Test
  void nobodyThereIsTold() throws Exception {
    Echo server = bind(UnixAddress.of(path()));
    Client client = connect(UnixAddress.of(path()));
    run(server.transport::close);
    run(() -> client.transport.send(bytes("x")));
    until(() -> client.refused == 1);
    assertThatThrownBy(() -> connect(UnixAddress.of(path()))).isInstanceOf(ListenFailed.class);
  }

  @Test
  void longOnesAreTakenAndLongerOnesRefused() throws Exception {
    Echo server = bind(UnixAddress.of(path()));
    Client client = connect(UnixAddress.of(path()));
    run(() -> client.transport.send(ByteBuffer.allocate(65_535)));
    until(() -> server.received.size() == 1);
    assertThat(server.received.getFirst()).hasSize(65_535);
    assertThatExceptionOfType(DatagramTooLong.class)
        .isThrownBy(() -> run(() -> client.transport.send(ByteBuffer.allocate(65_536))));
  }

  @Test
  @Tag("interop")
  void socatIsAnswered() throws Exception {
    Echo server = bind(UnixAddress.of(path()));
    var socat =
        Program.named("socat").reading(Files.writeString(directory.resolve("input"), "hello"));
    String mine = "" + directory.resolve("mine");
    assertThat(socat.run("-t", "2", "-", "UNIX-SENDTO:" + path() + ",bind=" + mine).succeeded())
        .isEqualTo("hello");
    assertThat(server.received).containsExactly("hello");
  }

  @Test
  void onNioTheyAreLacking() throws Exception {
    Reactor nio = Reactor.create(ReactorOptions.defaults().withEngine(Engines.nio())).start();
    try {
      assertThatExceptionOfType(EngineLacks.class)
          .isThrownBy(() ->
              nio.blockingCall(
                  () ->
                      UnixDatagramProtocol.bind(
                          nio, UnixAddress.of(path()), SocketSettings.defaults(), Echo::new),
                  PATIENCE))
          .matches(e -> e.engine().equals("nio") && e.able().equals("linux"));
    } finally {
      nio.stop();
      nio.awaitStopped(PATIENCE);
    }
  }
}
