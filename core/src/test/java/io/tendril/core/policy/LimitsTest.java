package io.tendril.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Refusal;
import io.tendril.core.doubles.ManualNetwork;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.ManualTransport;
import io.tendril.core.endpoint.TcpServerEndpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract L5: connections in total and by peer. */
class LimitsTest {
  private static final ProtocolFactory<Protocol> SILENT =
      transport -> data -> data.position(data.limit());

  private ManualReactor reactor;
  private ManualNetwork network;
  private final List<ManualTransport> open = new ArrayList<>();

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    network = new ManualNetwork(reactor);
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private void connect(ProtocolFactory<?> factory) throws Exception {
    connect(factory, new InetSocketAddress("127.0.0.9", 999));
  }

  private void connect(ProtocolFactory<?> factory, SocketAddress peer) throws Exception {
    var transport = new ManualTransport(reactor);
    transport.peer = peer;
    open.add(transport);
    transport.connect(factory);
  }

  private static SocketAddress from(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 999);
  }

  // ---- In total -------------------------------------------------------------------------------

  @Test
  void refusesConnectionsAboveTheLimit() throws Exception {
    ProtocolFactory<?> factory = ConnectionLimit.of(2).wrap(SILENT);
    connect(factory);
    connect(factory);
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> connect(factory))
        .withMessage("the limit of 2 connections is reached");
    open.getFirst().lose();
    connect(factory);
  }

  @Test
  void countsAConnectionWhoseFactoryThrewUntilItsSocketIsClosed() throws Exception {
    ProtocolFactory<?> factory =
        ConnectionLimit.of(1)
            .wrap(transport -> {
              throw new IllegalStateException("not today");
            });
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> connect(factory));
    open.getFirst().protocol = data -> {};
    open.getFirst().lose();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> connect(factory));
  }

  @Test
  void eachFactoryThatIsWrappedHasTheLimitToItself() throws Exception {
    ConnectionLimit limit = ConnectionLimit.of(1);
    connect(limit.wrap(SILENT));
    connect(limit.wrap(SILENT));
  }

  private Listener listen(ConnectionLimit limit) {
    var opened = new Listener[1];
    reactor
        .listen(limit.wrap(TcpServerEndpoint.port(80)), SILENT)
        .thenAccept(listener -> opened[0] = listener);
    return opened[0];
  }

  @Test
  void pausesAcceptingAtAnEndpoint() throws Exception {
    listen(ConnectionLimit.of(2));
    ManualNetwork.Port port = network.listeners.getFirst();
    var first = port.accept();
    assertThat(port.paused).isFalse();
    port.accept();
    assertThat(port.paused).isTrue();
    first.lose();
    assertThat(port.paused).isFalse();
  }

  @Test
  void doesNotResumeWhatItsOwnerPaused() throws Exception {
    Listener listener = listen(ConnectionLimit.of(1));
    ManualNetwork.Port port = network.listeners.getFirst();
    var connection = port.accept();
    listener.pauseAccepting();
    connection.lose();
    assertThat(port.paused).isTrue();
    listener.resumeAccepting();
    assertThat(port.paused).isFalse();
    port.accept();
    listener.pauseAccepting();
    listener.resumeAccepting();
    assertThat(port.paused).as("full again").isTrue();
  }

  @Test
  void leavesAClosedListenerAlone() throws Exception {
    Listener listener = listen(ConnectionLimit.of(1));
    ManualNetwork.Port port = network.listeners.getFirst();
    var connection = port.accept();
    assertThat(listener.address()).isEqualTo(port.address);
    listener.close();
    assertThat(port.closed).isTrue();
    connection.lose();
    assertThat(port.paused).isTrue();
  }

  @Test
  void theEndpointSaysWhatItIs() {
    assertThat(ConnectionLimit.of(5).wrap(TcpServerEndpoint.port(80)))
        .hasToString("tcp:80 for 5 connections");
  }

  // ---- By peer --------------------------------------------------------------------------------

  @Test
  void refusesConnectionsOfOnePeerAboveTheLimit() throws Exception {
    ProtocolFactory<?> factory = PeerLimit.of(2).wrap(SILENT);
    connect(factory, from("192.0.2.1"));
    connect(factory, from("192.0.2.1"));
    connect(factory, from("192.0.2.2"));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> connect(factory, from("192.0.2.1")))
        .withMessage("the limit of 2 connections of 192.0.2.1 is reached");
    open.getFirst().lose();
    connect(factory, from("192.0.2.1"));
  }

  @Test
  void takesAnIpv6NetworkForOnePeer() throws Exception {
    ProtocolFactory<?> factory = PeerLimit.of(1).wrap(SILENT);
    connect(factory, from("2001:db8:0:1::1"));
    connect(factory, from("2001:db8:0:2::1"));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> connect(factory, from("2001:db8:0:1:ffff::2")));
  }

  @Test
  void takesAsMuchOfAnIpv6AddressAsItIsTold() throws Exception {
    ProtocolFactory<?> whole = PeerLimit.of(1).withIpv6Bits(128).wrap(SILENT);
    connect(whole, from("2001:db8::1"));
    connect(whole, from("2001:db8::2"));
    ProtocolFactory<?> odd = PeerLimit.of(1).withIpv6Bits(60).wrap(SILENT);
    connect(odd, from("2001:db8:0:10::1"));
    connect(odd, from("2001:db8:0:20::1"));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> connect(odd, from("2001:db8:0:1f::1")));
  }

  @Test
  void doesNotLimitPeersWithoutAnInternetAddress() throws Exception {
    ProtocolFactory<?> factory = PeerLimit.of(1).wrap(SILENT);
    connect(factory, UnixDomainSocketAddress.of("/run/x"));
    connect(factory, UnixDomainSocketAddress.of("/run/x"));
  }

  @Test
  void refusesLimitsThatAreNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> ConnectionLimit.of(0));
    assertThatIllegalArgumentException().isThrownBy(() -> PeerLimit.of(0));
    assertThatIllegalArgumentException().isThrownBy(() -> PeerLimit.of(1).withIpv6Bits(129));
  }
}
