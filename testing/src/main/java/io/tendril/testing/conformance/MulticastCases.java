package io.tendril.testing.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ListenFailed;
import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.Multicast;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.core.multicast.MulticastOptions;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** U1: groups of receivers. All of it is on the loopback interface. */
interface MulticastCases extends Cases {
  /** Of the local scope, which no router hands on (RFC 2365, section 6.1). */
  Group GROUP = Group.of("239.255.71.7%127.0.0.1");

  Group OTHER = Group.of("239.255.71.8%127.0.0.1");

  private DatagramScript open(int port, UnaryOperator<MulticastOptions> options) {
    return rig()
        .value(
            rig()
                .reactor()
                .network()
                .datagram(
                    new InetSocketAddress(port), null, settings(options), new DatagramScript()));
  }

  private static SocketSettings settings(UnaryOperator<MulticastOptions> options) {
    return SocketSettings.defaults()
        .with()
        .multicast(options.apply(MulticastOptions.defaults()))
        .build();
  }

  private DatagramScript member(int port, Group group) {
    return open(port, options -> options.joining(group));
  }

  /** A port that nobody has just now. */
  private int port() {
    DatagramPeer peer = rig().datagramPeer();
    int port = peer.address().getPort();
    peer.close();
    return port;
  }

  private static InetSocketAddress at(Group group, int port) {
    return new InetSocketAddress(group.address(), port);
  }

  private static int portOf(DatagramScript script) {
    return script.transport().local().getPort();
  }

  private static Multicast multicast(DatagramScript script) {
    return script.transport().multicast();
  }

  private void awaitCount(DatagramScript script, int count) {
    rig()
        .until(
            () -> count + " datagrams have come; it has " + script.received.size(),
            () -> script.received.size() >= count);
  }

  // ---- Members --------------------------------------------------------------------------------

  @Test
  default void u1AMemberHearsItsGroup() {
    DatagramScript script = member(port(), GROUP);
    DatagramPeer peer = rig().datagramPeer();
    peer.send("hello, all", at(GROUP, portOf(script)));
    awaitCount(script, 1);
    assertEquals("hello, all", script.text(0));
    assertEquals(peer.address(), script.senders.getFirst());
  }

  @Test
  default void u1JoiningLaterIsTheSame() {
    DatagramScript script = open(0, options -> options);
    multicast(script).join(GROUP);
    rig().datagramPeer().send("hello", at(GROUP, portOf(script)));
    awaitCount(script, 1);
  }

  @Test
  default void u1SeveralMembersShareAPortAndAllHear() {
    int port = port();
    List<DatagramScript> members =
        List.of(member(port, GROUP), member(port, GROUP), member(port, GROUP));
    rig().datagramPeer().send("hello, all", at(GROUP, port));
    for (DatagramScript member : members) {
      awaitCount(member, 1);
    }
    rig().settle();
    members.forEach(member -> assertEquals(1, member.received.size()));
  }

  @Test
  default void u1AMemberHearsNoGroupOfOthers() {
    int port = port();
    DatagramScript one = member(port, GROUP);
    DatagramScript other = member(port, OTHER);
    DatagramPeer peer = rig().datagramPeer();
    peer.send("one", at(GROUP, port));
    peer.send("other", at(OTHER, port));
    awaitCount(one, 1);
    awaitCount(other, 1);
    rig().settle();
    assertEquals("one", one.text(0));
    assertEquals("other", other.text(0));
    assertEquals(List.of(1, 1), List.of(one.received.size(), other.received.size()));
  }

  @Test
  default void u1OneSocketHearsSeveralGroups() {
    DatagramScript script = open(port(), options -> options.joining(GROUP).joining(OTHER));
    DatagramPeer peer = rig().datagramPeer();
    peer.send("one", at(GROUP, portOf(script)));
    peer.send("other", at(OTHER, portOf(script)));
    awaitCount(script, 2);
  }

  @Test
  default void u1WhoHasLeftHearsNothing() {
    int port = port();
    DatagramScript leaver = member(port, GROUP);
    DatagramScript stayer = member(port, GROUP);
    multicast(leaver).leave(GROUP);
    rig().datagramPeer().send("where are you?", at(GROUP, port));
    awaitCount(stayer, 1);
    rig().settle();
    assertEquals(0, leaver.received.size());
    multicast(leaver).join(GROUP);
    rig().datagramPeer().send("welcome back", at(GROUP, port));
    awaitCount(leaver, 1);
  }

  @Test
  default void u1OneSourceIsHeardAndNoOther() throws Exception {
    InetAddress here = rig().candidate().address();
    byte[] next = here.getAddress();
    next[next.length - 1]++;
    InetAddress elsewhere = InetAddress.getByAddress(next);
    DatagramScript script = member(port(), GROUP.from(here));
    DatagramPeer stranger = rig().datagramPeer(new InetSocketAddress(elsewhere, 0));
    stranger.send("stranger", at(GROUP, portOf(script)));
    rig().datagramPeer().send("friend", at(GROUP, portOf(script)));
    awaitCount(script, 1);
    rig().settle();
    assertEquals(1, script.received.size());
    assertEquals("friend", script.text(0));
    multicast(script).join(GROUP.from(elsewhere));
    stranger.send("no stranger any more", at(GROUP, portOf(script)));
    awaitCount(script, 2);
  }

  @Test
  default void u1AMemberIsStillReachedAlone() {
    DatagramScript script = member(port(), GROUP);
    var alone = new InetSocketAddress(rig().candidate().address(), portOf(script));
    rig().datagramPeer().send("you", alone);
    awaitCount(script, 1);
  }

  @Test
  default void u1WhoSendsToAGroupNeedNotBeInIt() {
    DatagramScript member = member(port(), GROUP);
    DatagramScript sender = open(0, options -> options.withOutgoing("127.0.0.1"));
    sender.transport().send(ByteBuffer.wrap("hello".getBytes(UTF_8)), at(GROUP, portOf(member)));
    awaitCount(member, 1);
    assertEquals(portOf(sender), member.senders.getFirst().getPort());
    assertEquals(rig().candidate().address(), member.senders.getFirst().getAddress());
  }

  @Test
  default void u1AMemberHearsItself() {
    DatagramScript script =
        open(port(), options -> options.joining(GROUP).withOutgoing("127.0.0.1"));
    script.transport().send(ByteBuffer.wrap("me".getBytes(UTF_8)), at(GROUP, portOf(script)));
    awaitCount(script, 1);
  }

  // ---- What is asked --------------------------------------------------------------------------

  @Test
  default void u1MembershipsAreListedInOrder() {
    DatagramScript script = member(port(), GROUP);
    multicast(script).join(OTHER);
    assertEquals(List.of(GROUP, OTHER), multicast(script).groups());
    multicast(script).leave(GROUP);
    assertEquals(List.of(OTHER), multicast(script).groups());
  }

  @Test
  default void u1TheSettingsAreToldBack() {
    Multicast multicast = multicast(open(0, options -> options));
    assertEquals(1, multicast.timeToLive());
    assertTrue(multicast.loopback());
    assertNull(multicast.outgoing());
    multicast.timeToLive(7);
    multicast.loopback(false);
    multicast.outgoing("127.0.0.1");
    assertEquals(7, multicast.timeToLive());
    assertFalse(multicast.loopback());
    assertEquals("127.0.0.1", multicast.outgoing());
  }

  @Test
  default void u1ATimeToLiveHasItsLimits() {
    Multicast multicast = multicast(open(0, options -> options));
    assertThrows(IllegalArgumentException.class, () -> multicast.timeToLive(256));
    assertThrows(IllegalArgumentException.class, () -> multicast.timeToLive(-1));
    multicast.timeToLive(255);
    multicast.timeToLive(0);
    assertEquals(0, multicast.timeToLive());
  }

  // ---- Refused --------------------------------------------------------------------------------

  @Test
  default void u1JoiningTwiceIsTyped() {
    DatagramScript script = member(port(), GROUP);
    Multicast multicast = multicast(script);
    assertThrows(MulticastFailed.AlreadyMember.class, () -> multicast.join(GROUP));
    Group part = GROUP.from(rig().candidate().address());
    assertThrows(MulticastFailed.AlreadyMember.class, () -> multicast.join(part));
    assertEquals(List.of(GROUP), multicast.groups());
    rig().datagramPeer().send("still here", at(GROUP, portOf(script)));
    awaitCount(script, 1);
  }

  @Test
  default void u1JoiningASourceTwiceIsTyped() {
    Group part = GROUP.from(rig().candidate().address());
    Multicast multicast = multicast(member(port(), part));
    assertThrows(MulticastFailed.AlreadyMember.class, () -> multicast.join(part));
    assertThrows(MulticastFailed.AlreadyMember.class, () -> multicast.join(GROUP));
    assertEquals(List.of(part), multicast.groups());
  }

  @Test
  default void u1LeavingWhatWasNotJoinedIsTyped() {
    Multicast multicast = multicast(member(port(), GROUP));
    var failure = assertThrows(MulticastFailed.NotMember.class, () -> multicast.leave(OTHER));
    assertSays("239.255.71.8", failure);
    multicast.leave(GROUP);
    assertThrows(MulticastFailed.NotMember.class, () -> multicast.leave(GROUP));
  }

  @Test
  default void u1AnUnknownInterfaceIsTyped() {
    Multicast multicast = multicast(open(0, options -> options));
    for (String name : List.of("nosuch0", "192.0.2.1", "4000")) {
      var failure =
          assertThrows(
              MulticastFailed.UnknownInterface.class, () -> multicast.join(GROUP.on(name)));
      assertSays(name, failure);
      assertThrows(MulticastFailed.UnknownInterface.class, () -> multicast.outgoing(name));
    }
    assertEquals(List.of(), multicast.groups());
    assertNull(multicast.outgoing());
  }

  @Test
  default void u1AnUnknownInterfaceOpensNothing() {
    int port = port();
    ListenFailed failed =
        rig()
            .failure(
                ListenFailed.class,
                rig()
                    .reactor()
                    .network()
                    .datagram(
                        new InetSocketAddress(port),
                        null,
                        settings(options -> options.joining(GROUP).joining(OTHER.on("nosuch0"))),
                        new DatagramScript()));
    assertSays("nosuch0", failed);
    assertInstanceOf(MulticastFailed.UnknownInterface.class, failed.getCause());
    rig().settle(); // an engine may close a socket in its next wait
    open(port, options -> options);
  }

  @Test
  default void u1WhoHearsNoGroupSharesNoPort() {
    int port = port();
    member(port, GROUP);
    rig()
        .failure(
            ListenFailed.class,
            rig()
                .reactor()
                .network()
                .datagram(
                    new InetSocketAddress(port),
                    null,
                    SocketSettings.defaults(),
                    new DatagramScript()));
  }

  // ---- The end --------------------------------------------------------------------------------

  @Test
  default void u1AClosedSocketIsInNoGroup() {
    int port = port();
    DatagramScript gone = member(port, GROUP);
    DatagramScript stayer = member(port, GROUP);
    Multicast multicast = multicast(gone);
    gone.transport().close();
    assertEquals(List.of(), multicast.groups());
    assertThrows(IllegalStateException.class, () -> multicast.join(GROUP));
    assertThrows(IllegalStateException.class, () -> multicast.leave(GROUP));
    assertThrows(IllegalStateException.class, () -> multicast.timeToLive(2));
    rig().datagramPeer().send("anybody?", at(GROUP, port));
    awaitCount(stayer, 1);
    assertEquals(0, gone.received.size());
  }

  @Test
  default void u1AClosedSocketHasNoGroupsFromTheBeginning() {
    DatagramScript script = open(0, options -> options);
    script.transport().close();
    assertEquals(List.of(), multicast(script).groups());
    assertThrows(IllegalStateException.class, () -> multicast(script).outgoing("lo"));
  }
}
