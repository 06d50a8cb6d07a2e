package io.tendril.testing.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tendril.core.CapabilityMissing;
import io.tendril.core.EngineLacks;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.endpoint.UnixClientEndpoint;
import io.tendril.core.endpoint.UnixServerEndpoint;
import io.tendril.core.unix.DescriptorPassing;
import io.tendril.core.unix.PeerCredentials;
import io.tendril.spi.Engine;
import io.tendril.spi.EngineFactory;
import io.tendril.testing.tls.Certificates;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import jdk.net.UnixDomainPrincipal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a connection of UNIX sockets knows of its peer, and can do, on which engine. */
@EnabledOnOs(OS.LINUX)
@ParameterizedClass
@MethodSource("engines")
class PeerCredentialsTest extends UnixFixture {
  private final String engine;

  PeerCredentialsTest(EngineFactory engine) throws Exception {
    super(engine);
    Engine open = engine.open();
    this.engine = open.name();
    open.close();
  }

  /** Neither speaks nor closes. */
  private record Silent(Transport connection) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  private Transport connection() throws Exception {
    listen("");
    var protocol = in(() -> reactor.connect("unix:" + path(), Silent::new));
    return protocol.connection();
  }

  @Test
  void areThoseOfTheProcessAtTheOtherEnd() throws Exception {
    Transport connection = connection();
    if (engine.equals("linux")) {
      assertThat(connection.has(PeerCredentials.class)).isTrue();
      assertThat(connection.query(PeerCredentials.class))
          .isEqualTo(
              new PeerCredentials(
                  (int) ProcessHandle.current().pid(),
                  (int) Files.getAttribute(directory, "unix:uid"),
                  (int) Files.getAttribute(directory, "unix:gid")));
    } else {
      assertThat(connection.query(UnixDomainPrincipal.class).user().getName())
          .isEqualTo(Files.getOwner(directory).getName());
    }
  }

  @Test
  void whatAnEngineLacksIsSaidByType() throws Exception {
    Transport connection = connection();
    for (Class<?> each : new Class<?>[] {PeerCredentials.class, DescriptorPassing.class}) {
      assertThat(connection.has(each)).isEqualTo(engine.equals("linux"));
      if (engine.equals("nio")) {
        assertThatExceptionOfType(EngineLacks.class)
            .isThrownBy(() -> connection.query(each))
            .matches(e -> e.able().equals("linux"));
      }
    }
  }

  /** TLS would not survive bytes from beside it. */
  @Test
  void throughTlsThePeerIsKnownAndNothingIsPassed() throws Exception {
    var certificates = Certificates.on("JDK");
    in(() ->
        reactor.listen(
            TlsServerEndpoint.over(UnixServerEndpoint.at(path().toString()), certificates.server()),
            ECHO));
    var client =
        TlsClientEndpoint.over(UnixClientEndpoint.to(path().toString()), certificates.client());
    Transport connection = in(() -> reactor.connect(client, Silent::new)).connection();
    assertThat(connection.has(PeerCredentials.class)).isEqualTo(engine.equals("linux"));
    assertThat(connection.has(DescriptorPassing.class)).isFalse();
    Asker asker = in(() -> reactor.connect(client, Asker::new));
    assertThat(in(() -> asker.answer.deferred())).startsWith("ping to ");
  }

  @Test
  void connectionsOfTheInternetHaveNone() throws Exception {
    var listener = in(() -> reactor.listen("tcp:0:interface=127.0.0.1", ECHO));
    Transport connection =
        in(() -> reactor.connect("tcp:127.0.0.1:" + listener.port(), Silent::new)).connection();
    for (Class<?> each : new Class<?>[] {PeerCredentials.class, DescriptorPassing.class}) {
      assertThatExceptionOfType(CapabilityMissing.class).isThrownBy(() -> connection.query(each));
    }
  }
}
