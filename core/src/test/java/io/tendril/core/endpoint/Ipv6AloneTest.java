package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import io.tendril.spi.Resolver;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** {@code tcp6:} on real sockets. */
@EnabledOnOs(OS.LINUX)
class Ipv6AloneTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Reactor reactor;

  /** A name with an address of each family. */
  private static Resolver names() {
    return (host, found) -> {
      found.accept(InetAddress.ofLiteral("127.0.0.1"));
      found.accept(InetAddress.ofLiteral("::1"));
      return Deferred.done();
    };
  }

  @BeforeEach
  void needsAnAddress() throws Exception {
    open(Engines.linux());
    boolean there =
        in(() ->
            reactor
                .listen("tcp6:0:interface=[::1]", Protocol.onData(Transport::write))
                .handle(listener -> true, failure -> false));
    assumeTrue(there, "no address of IPv6 here");
  }

  private void open(EngineFactory engine) {
    reactor =
        Reactor.create(ReactorOptions.defaults().withEngine(engine).withResolver(names())).start();
  }

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
  }

  private <T> T in(Callable<Deferred<T>> body) throws Exception {
    return reactor.blockingCall(body, PATIENCE);
  }

  private int listen() throws Exception {
    return in(() ->
        reactor
            .listen("tcp6:0", Protocol.onData(Transport::write))
            .thenApply(listener -> listener.port()));
  }

  private Object peer(String endpoint) throws Exception {
    return in(() ->
        reactor
            .connect(endpoint, transport -> new Named(transport))
            .thenApply(named -> named.transport.peer()));
  }

  private record Named(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  @Test
  void whoConnectsByIpv4IsRefused() throws Exception {
    int port = listen();
    assertThat(peer("tcp:[::1]:" + port)).hasToString("/[0:0:0:0:0:0:0:1]:" + port);
    assertThatThrownBy(() -> peer("tcp:127.0.0.1:" + port))
        .isInstanceOf(ConnectFailed.Refused.class);
  }

  @Test
  void aPortIsSharedWithAListenerOnIpv4() throws Exception {
    int port = listen();
    String four =
        in(() ->
            reactor
                .listen("tcp:" + port + ":interface=127.0.0.1", Protocol.onData(Transport::write))
                .thenApply(listener -> "" + listener.port()));
    assertThat(four).isEqualTo("" + port);
  }

  @Test
  void onlySuchAddressesOfANameAreTried() throws Exception {
    int port =
        in(() ->
            reactor
                .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
                .thenApply(listener -> listener.port()));
    assertThat(peer("tcp:both.example:" + port)).hasToString("/127.0.0.1:" + port);
    assertThatThrownBy(() -> peer("tcp6:both.example:" + port))
        .isInstanceOf(ConnectFailed.Refused.class)
        .hasMessageContaining("0:0:0:0:0:0:0:1");
  }

  @Test
  void nioSaysWhoHasIt() throws Exception {
    stop();
    open(Engines.nio());
    assertThatThrownBy(this::listen)
        .isInstanceOf(EngineLacks.class)
        .hasMessageContaining("IPv6 alone")
        .hasMessageContaining("engine linux has");
  }
}
