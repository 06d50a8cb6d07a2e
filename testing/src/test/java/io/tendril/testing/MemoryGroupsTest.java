package io.tendril.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.endpoint.UdpServerEndpoint;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups whose members are on several hosts. */
class MemoryGroupsTest {
  private static final String GROUP = "239.255.71.7";
  private static final int PORT = 5_000;

  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryHost here = network.host("here");
  private final MemoryHost there = network.host("there");
  private final MemoryHost far = network.host("far");

  private static final class Member implements DatagramProtocol {
    final DatagramTransport transport;
    final List<String> heard = new ArrayList<>();

    Member(DatagramTransport transport) {
      this.transport = transport;
    }

    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
      heard.add(from.getAddress().getHostAddress() + " " + UTF_8.decode(data));
    }
  }

  private Member open(MemoryHost host, UdpServerEndpoint endpoint) {
    List<Member> opened = new ArrayList<>();
    network
        .clock()
        .call(
            host.reactor(),
            () -> host.reactor().bindDatagram(endpoint, Member::new).thenAccept(opened::add));
    return opened.getFirst();
  }

  private Member member(MemoryHost host) {
    return open(host, UdpServerEndpoint.port(PORT).joining(GROUP));
  }

  private void send(MemoryHost host, Member sender, String text) {
    network
        .clock()
        .call(
            host.reactor(),
            () ->
                sender.transport.send(
                    ByteBuffer.wrap(text.getBytes(UTF_8)),
                    new InetSocketAddress(MemoryHost.literal(GROUP), PORT)));
    network.clock().advance(ofSeconds(1));
  }

  private void set(MemoryHost host, Runnable change) {
    network.clock().call(host.reactor(), change);
  }

  @Test
  void allMembersHearOnEachHostAndOfEachSocket() {
    List<Member> members = List.of(member(here), member(there), member(there), member(far));
    Member stranger = open(far, UdpServerEndpoint.port(PORT + 1).joining(GROUP));
    send(here, members.getFirst(), "hello");
    assertThat(members)
        .allSatisfy(each -> assertThat(each.heard).containsExactly("10.0.0.1 hello"));
    assertThat(stranger.heard).isEmpty();
  }

  @Test
  void eachLinkDoesWhatItDoes() {
    Member sender = member(here);
    Member slow = member(there);
    Member unlucky = member(far);
    network.link(here, there).latency(ofMillis(700));
    network.link(here, far).loss(1);
    send(here, sender, "hello");
    assertThat(slow.heard).containsExactly("10.0.0.1 hello");
    assertThat(unlucky.heard).isEmpty();
    network.link(here, far).heal().duplication(1);
    send(here, sender, "again");
    assertThat(unlucky.heard).containsExactly("10.0.0.1 again", "10.0.0.1 again");
  }

  @Test
  void withoutHopsItStaysAtTheHost() {
    Member sender = member(here);
    Member neighbour = member(here);
    Member remote = member(there);
    set(here, () -> sender.transport.multicast().timeToLive(0));
    send(here, sender, "near");
    assertThat(neighbour.heard).containsExactly("10.0.0.1 near");
    assertThat(remote.heard).isEmpty();
  }

  @Test
  void withoutLoopbackTheOwnHostHearsNothing() {
    Member sender = member(here);
    Member neighbour = member(here);
    Member remote = member(there);
    set(here, () -> sender.transport.multicast().loopback(false));
    send(here, sender, "far");
    assertThat(neighbour.heard).isEmpty();
    assertThat(sender.heard).isEmpty();
    assertThat(remote.heard).containsExactly("10.0.0.1 far");
  }

  @Test
  void interfacesAreApart() {
    Member sender = member(here);
    Member onLoopback = open(here, UdpServerEndpoint.port(PORT).joining(GROUP + "%lo"));
    Member remote = member(there);
    Member remoteOnLoopback = open(there, UdpServerEndpoint.port(PORT).joining(GROUP + "%lo"));
    set(here, () -> sender.transport.multicast().outgoing("lo"));
    send(here, sender, "loop");
    assertThat(onLoopback.heard).containsExactly("127.0.0.1 loop");
    set(here, () -> sender.transport.multicast().outgoing("10.0.0.1"));
    send(here, sender, "wire");
    assertThat(onLoopback.heard).hasSize(1);
    assertThat(sender.heard).containsExactly("10.0.0.1 wire");
    assertThat(remote.heard).containsExactly("10.0.0.1 wire");
    assertThat(remoteOnLoopback.heard).isEmpty();
  }

  @Test
  void aMemberOfAHostThatIsDownIsNoMember() {
    Member sender = member(here);
    Member remote = member(there);
    there.powerOff();
    send(here, sender, "hello?");
    assertThat(remote.heard).isEmpty();
    assertThat(sender.heard).hasSize(1);
  }
}
