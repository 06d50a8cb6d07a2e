package io.tendril.testing.multicast;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.endpoint.UdpServerEndpoint;
import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.testing.Program;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups that socat is in, or sends to, on the loopback interface. */
@Tag("interop")
@EnabledOnOs(OS.LINUX)
class SocatMulticastTest {
  private static final Group GROUP = Group.of("239.255.71.7%lo");
  private static final UdpServerEndpoint MEMBER = UdpServerEndpoint.port(0).joining(GROUP);

  @TempDir Path directory;

  private void socatSends(String text, String to) throws Exception {
    Path file = Files.writeString(directory.resolve("datagram"), text);
    Program.named("socat").reading(file).run("-u", "-", to).succeeded();
  }

  private static InetSocketAddress to(int port) {
    return new InetSocketAddress(GROUP.address(), port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "linux"})
  void hearsWhatSocatSends(String engine) throws Exception {
    try (var members = Members.on(engine)) {
      var member = members.open(MEMBER);
      socatSends(
          "hello, all",
          "UDP4-DATAGRAM:239.255.71.7:" + member.port() + ",ip-multicast-if=127.0.0.1");
      assertThat(member.heard()).isEqualTo("hello, all");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "linux"})
  void socatHearsWhatIsSentOnTheSamePortAndFromWhere(String engine) throws Exception {
    try (var members = Members.on(engine)) {
      // A port of both: whoever comes first must let the other in.
      var probe = members.open(UdpServerEndpoint.port(0));
      int port = probe.port();
      probe.close();
      var member = members.open(UdpServerEndpoint.port(port).joining(GROUP));
      try (var socat =
          Program.named("socat")
              .start(
                  "-u",
                  "UDP4-RECVFROM:"
                      + port
                      + ",reuseaddr,ip-add-membership=239.255.71.7:127.0.0.1,ip-recvttl",
                  "SYSTEM:cat; echo _ttl $SOCAT_IP_TTL of $SOCAT_PEERADDR")) {
        member.change(multicast -> {
          multicast.outgoing("lo");
          multicast.timeToLive(9);
        });
        socat.await(
            "heard",
            () -> {
              try {
                member.send("hello", to(port));
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return socat.output().contains("of");
            });
        assertThat(socat.awaitEnd().all()).startsWith("hello_ttl 9 of 127.0.0.1");
        assertThat(member.heard()).as("it is a member itself").isEqualTo("hello");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "linux"})
  void hearsOneSenderOnly(String engine) throws Exception {
    try (var members = Members.on(engine)) {
      var member =
          members.open(
              UdpServerEndpoint.port(0).joining(GROUP.from(InetAddress.ofLiteral("127.0.0.1"))));
      String to = "UDP4-DATAGRAM:239.255.71.7:" + member.port() + ",ip-multicast-if=127.0.0.1";
      socatSends("stranger", to + ",bind=127.0.0.2");
      socatSends("friend", to + ",bind=127.0.0.1");
      assertThat(member.heard()).isEqualTo("friend");
      assertThat(member.heardNothing()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "linux"})
  void anInterfaceIsTheSameUnderEachOfItsNames(String engine) throws Exception {
    try (var members = Members.on(engine)) {
      var member = members.open(MEMBER);
      for (String name : new String[] {"127.0.0.1", "1"}) {
        member.change(multicast ->
            Assertions.assertThatExceptionOfType(MulticastFailed.AlreadyMember.class)
                .isThrownBy(() -> multicast.join(GROUP.on(name))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "linux"})
  void theSystemsLimitOnMembershipsIsARefusal(String engine) throws Exception {
    try (var members = Members.on(engine)) {
      var member = members.open(UdpServerEndpoint.port(0));
      member.change(multicast ->
          Assertions.assertThatExceptionOfType(MulticastFailed.Refused.class)
              .isThrownBy(() -> {
                for (int i = 1; i < 100_000; i++) {
                  multicast.join(Group.of("239.1.%d.%d%%lo".formatted(i / 256, i % 256)));
                }
              }));
    }
  }
}
