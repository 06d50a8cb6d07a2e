package io.tendril.testing.multicast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tendril.core.endpoint.UdpServerEndpoint;
import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.testing.Program;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The process in a network namespace of its own, where v0 and v1 are the ends of one wire: see
 * {@link NamespaceMulticastTest}.
 */
final class InNamespace {
  private static final Group GROUP = Group.of("ff12::717%v1");

  private InNamespace() {}

  public static void main(String[] arguments) throws Exception {
    String engine = arguments[0];
    try (var members = Members.on(engine)) {
      hearsAndIsHeard(members);
      hearsOneSender(members);
      loopbackIsOff(members);
      theInterfaceVanishes(members);
    }
    System.out.println("all is well on " + engine);
  }

  private static void socatSends(String text, String to) throws Exception {
    Path file = Files.writeString(Files.createTempFile("datagram", ""), text);
    try {
      Program.named("socat").reading(file).run("-u", "-", to).succeeded();
    } finally {
      Files.delete(file);
    }
  }

  private static void hearsAndIsHeard(Members members) throws Exception {
    var member = members.open(UdpServerEndpoint.port(0).joining(GROUP));
    socatSends("hello", "UDP6-DATAGRAM:[ff12::717%v0]:" + member.port());
    assertThat(member.heard()).isEqualTo("hello");
    var sender = members.open(UdpServerEndpoint.port(0));
    sender.change(multicast -> {
      multicast.outgoing("v1");
      multicast.timeToLive(9);
    });
    try (var socat =
        Program.named("socat")
            .start(
                "-u",
                "UDP6-RECVFROM:4711,ipv6-join-group=[ff12::717]:v0,ipv6-recvhoplimit",
                "SYSTEM:cat; echo _hops $SOCAT_IPV6_HOPLIMIT")) {
      var to = new InetSocketAddress(GROUP.address(), 4711);
      socat.await(
          "heard",
          () -> {
            try {
              sender.send("hello yourself", to);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
            return socat.output().contains("hops");
          });
      assertThat(socat.output()).contains("hello yourself_hops 9");
    }
    member.close();
    sender.close();
  }

  private static void hearsOneSender(Members members) throws Exception {
    InetAddress friend = InetAddress.ofLiteral("fd00::2");
    var member = members.open(UdpServerEndpoint.port(0).joining(GROUP.from(friend)));
    String to = "UDP6-DATAGRAM:[ff12::717%v0]:" + member.port();
    socatSends("stranger", to + ",bind=[fd00::1]");
    socatSends("friend", to + ",bind=[fd00::2]");
    assertThat(member.heard()).isEqualTo("friend");
    assertThat(member.heardNothing()).isTrue();
    member.close();
  }

  private static void loopbackIsOff(Members members) throws Exception {
    var member = members.open(UdpServerEndpoint.port(0).joining(GROUP));
    var to = new InetSocketAddress(GROUP.address(), member.port());
    member.change(multicast -> {
      multicast.outgoing("v1");
      multicast.loopback(false);
    });
    member.send("not for myself", to);
    member.change(multicast -> multicast.loopback(true));
    member.send("for myself", to);
    assertThat(member.heard()).isEqualTo("for myself");
    member.close();
  }

  private static void theInterfaceVanishes(Members members) throws Exception {
    var member = members.open(UdpServerEndpoint.port(0).joining(GROUP).joining("ff12::1%v0"));
    Process gone = new ProcessBuilder("ip", "link", "del", "v0").inheritIO().start();
    assertThat(gone.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(gone.exitValue()).isZero();
    member.change(multicast -> {
      multicast.leave(GROUP);
      assertThat(multicast.groups()).containsExactly(Group.of("ff12::1%v0"));
      assertThatExceptionOfType(MulticastFailed.UnknownInterface.class)
          .isThrownBy(() -> multicast.join(GROUP))
          .withMessageContaining("v1");
      assertThatExceptionOfType(MulticastFailed.UnknownInterface.class)
          .isThrownBy(() -> multicast.outgoing("v1"));
    });
    member.close(); // with a membership on an interface that is gone
  }
}
