package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.endpoint.TcpClientEndpoint;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsProfile;
import io.tendril.spi.TlsCapability;
import io.tendril.testing.TestClock;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which engine is taken, and that it is said. */
class EngineChoiceTest {
  private static final InetSocketAddress SOMEWHERE = new InetSocketAddress(1);

  @BeforeEach
  void needsTheFastOne() {
    var unused = Certificates.on("BoringSSL");
  }

  /** The engines that a reactor says it has taken for a server and so many clients. */
  private static List<ReactorEvent.Chosen> choices(TlsOptions server, int clients)
      throws Exception {
    var heard = new CopyOnWriteArrayList<ReactorEvent.Chosen>();
    Reactor.runUntil(reactor -> {
      reactor.observe(event -> {
        if (event instanceof ReactorEvent.Chosen chosen && chosen.what().equals("TLS engine")) {
          heard.add(chosen);
        }
      });
      return TlsServerEndpoint.over(TcpServerEndpoint.port(0).on("127.0.0.1"), server)
          .listen(reactor, transport -> new Talker(transport, null))
          .thenCompose(listener -> {
            var client =
                TlsClientEndpoint.over(
                    TcpClientEndpoint.to("127.0.0.1", listener.port()), Certificates.CLIENT);
            var last = client.connect(reactor, transport -> new Talker(transport, null));
            for (int i = 1; i < clients; i++) {
              last =
                  last.thenCompose(
                      talker -> client.connect(reactor, made -> new Talker(made, null)));
            }
            return last;
          })
          .orTimeout(Duration.ofSeconds(60));
    });
    return heard;
  }

  @Test
  void theBestOneIsTakenAndToldOnce() throws Exception {
    assertThat(choices(Certificates.SERVER, 3))
        .containsExactly(
            new ReactorEvent.Chosen("TLS engine", "BoringSSL", "the best of those that are here"));
  }

  @Test
  void oneThatHasNotWhatIsNeededIsPassedOverAndTheReasonIsTold() throws Exception {
    assertThat(choices(Certificates.SERVER.withProfile(TlsProfile.STRICT), 1))
        .contains(
            new ReactorEvent.Chosen(
                "TLS engine",
                "JDK",
                "BoringSSL is not used: the profile asks for a choice of suites that it does not"
                    + " give"));
  }

  /** A key that does not show itself as it is kept, as those of smart cards do not. */
  private record Kept(ECPrivateKey inside) implements ECPrivateKey {
    @Override
    public BigInteger getS() {
      return inside.getS();
    }

    @Override
    public ECParameterSpec getParams() {
      return inside.getParams();
    }

    @Override
    public String getAlgorithm() {
      return inside.getAlgorithm();
    }

    @Override
    public @Nullable String getFormat() {
      return null;
    }

    @Override
    public byte @Nullable [] getEncoded() {
      return null;
    }
  }

  @Test
  void aKeyThatDoesNotLeaveItsKeeperIsForTheEngineThatAsksIt() throws Exception {
    TlsIdentity open = Certificates.AUTHORITY.issue("server.test");
    var kept = new TlsIdentity(new Kept((ECPrivateKey) open.key()), open.chain());
    assertThat(choices(TlsOptions.server(kept), 1))
        .contains(
            new ReactorEvent.Chosen(
                "TLS engine",
                "JDK",
                "BoringSSL is not used: it does not take a key of this kind, of this side or of"
                    + " those whom this side trusts"));
  }

  @Test
  void optionsMayNameOne() throws Exception {
    assertThat(choices(Certificates.SERVER.withEngine("jdk"), 1))
        .contains(new ReactorEvent.Chosen("TLS engine", "JDK", "the options name it"));
  }

  @Test
  void oneThatDoesNotExistIsAnErrorThatSaysWhichDo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Certificates.SERVER.withEngine("OpenSSL"))
        .withMessageContaining("no TLS engine 'OpenSSL'; there are BoringSSL, JDK");
  }

  @Test
  void oneThatIsNamedAndLacksWhatIsNeededIsAnError() {
    Certificates.on("BoringSSL").need(TlsCapability.KEY_LOG);
    TlsOptions options = Certificates.SERVER.withEngine("JDK").withKeyLog(line -> {});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.engines().create(options, SOMEWHERE, new TestClock()))
        .withMessage("JDK is not used: it has no key log, and one is asked for");
  }
}
