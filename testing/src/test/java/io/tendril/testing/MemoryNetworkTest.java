package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the sockets of the network in memory do: what the kernel's do. */
class MemoryNetworkTest {
  private static final SocketSettings SETTINGS = SocketSettings.defaults();
  private static final Engine.Ready IGNORED = (_, _) -> {};

  private final MemoryNetwork network = new MemoryNetwork();
  private final TestClock clock = network.clock();
  private final MemoryHost server = network.host("server");
  private final MemoryHost client = network.host("client");
  private final MemoryLink link = network.link(server, client);
  private final Engine serverEngine = open(server);
  private final Engine clientEngine = open(client);

  private static Engine open(MemoryHost host) {
    try {
      return host.engine().open();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(MemoryHost.literal(address), port);
  }

  private Engine.ListenSocket listener(int port) throws IOException {
    return serverEngine.listen(at("0.0.0.0", port), SETTINGS, IGNORED);
  }

  private Engine.StreamSocket connecting(int port) throws IOException {
    return clientEngine.connect(at("10.0.0.1", port), SETTINGS, IGNORED);
  }

  private record Two(Engine.StreamSocket client, Engine.StreamSocket server) {}

  private Two connected() throws IOException {
    var listener = listener(80);
    var ours = connecting(80);
    clock.advance(ofSeconds(1));
    assertThat(ours.finishConnect()).isTrue();
    var theirs = listener.accept(SETTINGS);
    assertThat(theirs).isNotNull();
    return new Two(ours, theirs);
  }

  private static long write(Engine.StreamSocket socket, String text) throws IOException {
    return write(socket, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static long write(Engine.StreamSocket socket, byte[] bytes) throws IOException {
    return socket.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1);
  }

  private static String read(Engine.StreamSocket socket) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    int count = socket.read(buffer);
    return count < 0 ? "END" : StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  // ---- Connecting -----------------------------------------------------------------------------

  @Test
  void connectsAndNamesBothEnds() throws IOException {
    Two two = connected();
    assertThat(two.client.peer()).isEqualTo(at("10.0.0.1", 80));
    assertThat(two.server.local()).isEqualTo(at("10.0.0.1", 80));
    assertThat(two.server.peer()).isEqualTo(two.client.local());
    assertThat(((InetSocketAddress) two.client.local()).getAddress()).isEqualTo(client.address());
    assertThat(((InetSocketAddress) two.client.local()).getPort()).isGreaterThanOrEqualTo(49_152);
  }

  @Test
  void unixSocketsAreOfOneHost() throws IOException {
    var name = UnixAddress.of("/run/x");
    var listener = serverEngine.listen(name, SETTINGS, IGNORED);
    assertThat(listener.local()).isEqualTo(name);
    assertThatThrownBy(() -> serverEngine.listen(name, SETTINGS, IGNORED))
        .isInstanceOf(BindException.class);
    assertThatThrownBy(() -> clientEngine.connect(name, SETTINGS, IGNORED))
        .isInstanceOf(ConnectException.class)
        .hasMessage("No such file or directory");
    var ours = serverEngine.connect(name, SETTINGS, IGNORED);
    clock.advance(ofSeconds(1));
    assertThat(ours.finishConnect()).isTrue();
    var theirs = listener.accept(SETTINGS);
    assertThat(ours.peer()).isEqualTo(name).isEqualTo(theirs.local());
    assertThat(ours.local()).isEqualTo(UnixAddress.unnamed()).isEqualTo(theirs.peer());
    assertThat(ours.layer()).isEqualTo("unix");
    listener.close();
    serverEngine.listen(name, SETTINGS, IGNORED).close();
  }

  @Test
  void takesATripThereAndBackToConnect() throws IOException {
    link.latency(ofMillis(40));
    var listener = listener(80);
    var ours = connecting(80);
    clock.advance(ofMillis(39));
    assertThat(listener.accept(SETTINGS)).isNull();
    clock.advance(ofMillis(40));
    assertThat(ours.finishConnect()).isFalse();
    clock.advance(ofMillis(1));
    assertThat(ours.finishConnect()).isTrue();
  }

  @Test
  void refusesWhereNobodyListens() throws IOException {
    var ours = connecting(81);
    clock.runCurrent();
    assertThatThrownBy(ours::finishConnect)
        .isInstanceOf(ConnectException.class)
        .hasMessage("Connection refused");
  }

  @Test
  void knowsNoRouteToAddressesThatNobodyHas() throws IOException {
    var ours = clientEngine.connect(at("10.9.9.9", 80), SETTINGS, IGNORED);
    assertThatThrownBy(ours::finishConnect).isInstanceOf(NoRouteToHostException.class);
  }

  @Test
  void getsNoAnswerFromABlackHole() throws IOException {
    var ours = clientEngine.connect(at("192.0.2.1", 80), SETTINGS, IGNORED);
    clock.advance(ofSeconds(3_600));
    assertThat(ours.finishConnect()).isFalse();
  }

  @Test
  void givesUpConnectingThroughACutLink() throws IOException {
    link.cut();
    var ours = connecting(80);
    clock.advance(ofSeconds(126));
    assertThat(ours.finishConnect()).isFalse();
    clock.advance(ofSeconds(2));
    assertThatThrownBy(ours::finishConnect).hasMessage("Connection timed out");
  }

  @Test
  void makesCallersWaitWhileTheBacklogIsFull() throws IOException {
    var listener =
        serverEngine.listen(at("0.0.0.0", 80), SETTINGS.with().backlog(1).build(), IGNORED);
    var first = connecting(80);
    var second = connecting(80);
    clock.runCurrent();
    assertThat(first.finishConnect()).isTrue();
    assertThat(second.finishConnect()).isFalse();
    assertThat(listener.accept(SETTINGS)).isNotNull();
    clock.advance(ofSeconds(2));
    assertThat(second.finishConnect()).isTrue();
  }

  @Test
  void closingAListenerResetsWhoWaitsInItsBacklog() throws IOException {
    var listener = listener(80);
    var ours = connecting(80);
    listener.close();
    assertThatThrownBy(() -> read(ours)).hasMessage("Connection reset");
    var late = connecting(80);
    assertThatThrownBy(late::finishConnect).hasMessage("Connection refused");
  }

  @Test
  void loopbackStaysOnTheHost() throws IOException {
    listener(80);
    var theirs = clientEngine.connect(at("127.0.0.1", 80), SETTINGS, IGNORED);
    assertThatThrownBy(theirs::finishConnect).hasMessage("Connection refused");
    var ours = serverEngine.connect(at("127.0.0.1", 80), SETTINGS, IGNORED);
    assertThat(ours.finishConnect()).isTrue();
    assertThat(((InetSocketAddress) ours.local()).getAddress()).isEqualTo(MemoryHost.LOOPBACK);
  }

  @Test
  void anAddressIsTakenOnce() throws IOException {
    var first = listener(80);
    assertThatThrownBy(() -> listener(80)).isInstanceOf(BindException.class);
    assertThatThrownBy(() -> serverEngine.listen(at("10.0.0.1", 80), SETTINGS, IGNORED))
        .isInstanceOf(BindException.class)
        .hasMessage("Address already in use");
    first.close();
    listener(80).close();
    assertThatThrownBy(() -> serverEngine.listen(at("10.0.0.2", 80), SETTINGS, IGNORED))
        .hasMessage("Cannot assign requested address");
  }

  @Test
  void listenersThatShareAPortTakeTurns() throws IOException {
    var shared = SETTINGS.with().reusePort(true).build();
    var one = serverEngine.listen(at("0.0.0.0", 80), shared, IGNORED);
    var other = serverEngine.listen(at("0.0.0.0", 80), shared, IGNORED);
    connecting(80);
    connecting(80);
    assertThat(one.accept(SETTINGS)).isNotNull();
    assertThat(one.accept(SETTINGS)).isNull();
    assertThat(other.accept(SETTINGS)).isNotNull();
  }

  @Test
  void portsChosenByTheHostDiffer() throws IOException {
    var one = listener(0);
    var other = listener(0);
    assertThat(one.local()).isNotEqualTo(other.local());
  }

  @Test
  void aClientMayChooseItsOwnPort() throws IOException {
    listener(80);
    var settings = SETTINGS.with().bind(at("0.0.0.0", 5_000)).build();
    var ours = clientEngine.connect(at("10.0.0.1", 80), settings, IGNORED);
    assertThat(ours.local()).isEqualTo(at("10.0.0.2", 5_000));
    assertThatThrownBy(() -> clientEngine.connect(at("10.0.0.1", 80), settings, IGNORED))
        .isInstanceOf(BindException.class);
    ours.close();
    clientEngine.connect(at("10.0.0.1", 80), settings, IGNORED);
  }

  @Test
  void runsOutOfDescriptorsAndRecovers() throws IOException {
    var listener = listener(80);
    connecting(80);
    server.limitDescriptors(1);
    assertThatThrownBy(() -> listener.accept(SETTINGS))
        .isInstanceOf(IOException.class)
        .hasMessage("Too many open files");
    assertThatThrownBy(() -> listener(81)).hasMessage("Too many open files");
    server.limitDescriptors(2);
    var accepted = listener.accept(SETTINGS);
    assertThat(accepted).isNotNull();
    accepted.close();
    listener(81);
  }

  // ---- Bytes ----------------------------------------------------------------------------------

  @Test
  void carriesBytesBothWays() throws IOException {
    Two two = connected();
    assertThat(write(two.client, "ping")).isEqualTo(4);
    assertThat(read(two.server)).isEqualTo("ping");
    assertThat(read(two.server)).isEmpty();
    write(two.server, "pong");
    assertThat(read(two.client)).isEqualTo("pong");
  }

  @Test
  void gathersAndScattersInOrder() throws IOException {
    Two two = connected();
    ByteBuffer[] parts = {
      ByteBuffer.wrap("not".getBytes(StandardCharsets.US_ASCII)),
      ByteBuffer.wrap("one ".getBytes(StandardCharsets.US_ASCII)),
      ByteBuffer.wrap("two".getBytes(StandardCharsets.US_ASCII)),
      ByteBuffer.wrap("nor".getBytes(StandardCharsets.US_ASCII))
    };
    assertThat(two.client.write(parts, 1, 2)).isEqualTo(7);
    assertThat(read(two.server)).isEqualTo("one two");
  }

  @Test
  void acceptsNoMoreThanTheBuffersHold() throws IOException {
    Two two = connected();
    byte[] much = new byte[1 << 20];
    assertThat(write(two.client, much)).isEqualTo(65_536);
    assertThat(write(two.client, much)).isEqualTo(65_536);
    assertThat(write(two.client, much)).isZero();
    assertThat(read(two.server)).hasSize(65_536);
    assertThat(write(two.client, much)).isEqualTo(65_536);
  }

  @Test
  void losesNothingUnderBackpressure() throws IOException {
    network.chopping(true);
    Two two = connected();
    link.latency(ofMillis(1), ofMillis(9)).loss(0.2);
    byte[] sent = new byte[300_000];
    for (int i = 0; i < sent.length; i++) {
      sent[i] = (byte) (i * 31 >> 3);
    }
    ByteBuffer from = ByteBuffer.wrap(sent);
    ByteBuffer into = ByteBuffer.allocate(sent.length + 1);
    for (int i = 0; i < 100_000 && into.position() < sent.length; i++) {
      two.client.write(new ByteBuffer[] {from}, 0, 1);
      two.server.read(into);
      clock.advance(ofMillis(3));
    }
    assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(sent));
  }

  @Test
  void delaysBytesAndKeepsTheirOrder() throws IOException {
    Two two = connected();
    link.latency(ofMillis(10), ofMillis(100));
    for (int i = 0; i < 10; i++) {
      write(two.client, Integer.toString(i));
    }
    clock.advance(ofMillis(9));
    assertThat(read(two.server)).isEmpty();
    clock.advance(ofMillis(91));
    assertThat(read(two.server)).isEqualTo("0123456789");
  }

  @Test
  void sendsAgainWhatAPartitionSwallowed() throws IOException {
    Two two = connected();
    link.partition(ofSeconds(0), ofSeconds(5));
    write(two.client, "late");
    clock.advance(ofMillis(4_999));
    assertThat(read(two.server)).isEmpty();
    clock.advance(ofSeconds(2));
    assertThat(read(two.server)).isEqualTo("late");
  }

  @Test
  void breaksWhenNothingComesThroughForAQuarterOfAnHour() throws IOException {
    Two two = connected();
    link.cut();
    write(two.client, "never");
    clock.advance(ofSeconds(1_200));
    assertThatThrownBy(() -> read(two.client)).hasMessage("Connection timed out");
  }

  @Test
  void sendsPartsOfFiles(@TempDir Path directory) throws IOException {
    Path path = Files.writeString(directory.resolve("file"), "0123456789");
    Two two = connected();
    try (var file = java.nio.channels.FileChannel.open(path, StandardOpenOption.READ)) {
      assertThat(two.client.sendFile(file, 2, 5)).isEqualTo(5);
      assertThat(read(two.server)).isEqualTo("23456");
      assertThat(two.client.sendFile(file, 8, 100)).isEqualTo(2);
      assertThat(two.client.sendFile(file, 10, 100)).isZero();
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  @Test
  void halfCloses() throws IOException {
    Two two = connected();
    write(two.client, "last");
    two.client.shutdownOutput();
    assertThat(read(two.server)).isEqualTo("last");
    assertThat(read(two.server)).isEqualTo("END");
    assertThatThrownBy(() -> write(two.client, "more")).hasMessage("Broken pipe");
    write(two.server, "answer");
    assertThat(read(two.client)).isEqualTo("answer");
  }

  @Test
  void goesOnSendingAfterAClose() throws IOException {
    link.latency(ofMillis(10));
    Two two = connected();
    write(two.client, "last");
    two.client.close();
    clock.advance(ofMillis(10));
    assertThat(read(two.server)).isEqualTo("last");
    assertThat(read(two.server)).isEqualTo("END");
    two.server.close();
    clock.runUntilIdle();
  }

  @Test
  void resetsWhenClosedWithBytesThatNobodyRead() throws IOException {
    Two two = connected();
    write(two.client, "unread");
    two.server.close();
    assertThatThrownBy(() -> read(two.client))
        .isInstanceOf(SocketException.class)
        .hasMessage("Connection reset");
  }

  @Test
  void answersBytesForAClosedEndWithAReset() throws IOException {
    Two two = connected();
    two.server.close();
    write(two.client, "too late");
    assertThatThrownBy(() -> write(two.client, "x")).hasMessage("Broken pipe");
  }

  @Test
  void whatHasArrivedBeforeTheEndAndAResetCanBeRead() throws IOException {
    Two two = connected();
    write(two.server, "answer");
    two.server.close();
    write(two.client, "too late");
    assertThat(read(two.client)).isEqualTo("answer");
    assertThat(read(two.client)).isEqualTo("END");
    assertThatThrownBy(() -> write(two.client, "x")).hasMessage("Broken pipe");
  }

  @Test
  void whatHasArrivedBeforeAResetCanBeReadAsOnLinux() throws IOException {
    Two again = connected();
    write(again.server, "answer");
    again.server.abort();
    assertThat(read(again.client)).isEqualTo("answer");
    assertThatThrownBy(() -> read(again.client)).hasMessage("Connection reset");
    assertThat(read(again.client)).isEqualTo("END");
  }

  @Test
  void abortsWithAReset() throws IOException {
    Two two = connected();
    write(two.client, "dropped");
    two.client.abort();
    assertThatThrownBy(() -> write(two.server, "x")).hasMessage("Connection reset");
    assertThatThrownBy(() -> write(two.server, "x")).hasMessage("Broken pipe");
    assertThatThrownBy(() -> read(two.client)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void lingeringForNoTimeIsAnAbort() throws IOException {
    listener(80);
    var ours = clientEngine.connect(at("10.0.0.1", 80), SETTINGS.with().linger(0).build(), IGNORED);
    assertThat(ours.finishConnect()).isTrue();
    var listener = serverEngine.listen(at("0.0.0.0", 81), SETTINGS, IGNORED);
    var other =
        clientEngine.connect(at("10.0.0.1", 81), SETTINGS.with().linger(0).build(), IGNORED);
    var theirs = listener.accept(SETTINGS);
    other.close();
    assertThatThrownBy(() -> read(theirs)).hasMessage("Connection reset");
  }

  @Test
  void aCallerThatLeavesBeforeTheAnswerIsReset() throws IOException {
    link.latency(ofMillis(10));
    var listener = listener(80);
    var ours = connecting(80);
    clock.advance(ofMillis(10));
    ours.close();
    var theirs = listener.accept(SETTINGS);
    clock.advance(ofMillis(20));
    assertThatThrownBy(() -> read(theirs)).hasMessage("Connection reset");
  }

  // ---- Readiness ------------------------------------------------------------------------------

  @Test
  void reportsReadinessAsLongAsItHolds() throws IOException {
    Two two = connected();
    List<String> told = new ArrayList<>();
    two.server.ready((r, w) -> told.add((r ? "r" : "-") + (w ? "w" : "-")));
    serverEngine.await(0);
    assertThat(told).isEmpty();

    two.server.interest(true, true);
    serverEngine.await(0);
    assertThat(told).containsExactly("-w");

    write(two.client, "x");
    serverEngine.await(0);
    serverEngine.await(0);
    assertThat(told).containsExactly("-w", "rw", "rw");

    two.server.interest(true, false);
    read(two.server);
    serverEngine.await(0);
    assertThat(told).hasSize(3);

    two.client.shutdownOutput();
    serverEngine.await(0);
    assertThat(told).last().isEqualTo("r-");
  }

  @Test
  void reportsRoomOnceThePeerHasRead() throws IOException {
    Two two = connected();
    List<String> told = new ArrayList<>();
    while (write(two.client, new byte[10_000]) > 0) {}
    two.client.ready((r, w) -> told.add(r + " " + w));
    two.client.interest(false, true);
    clientEngine.await(0);
    assertThat(told).isEmpty();
    read(two.server);
    clientEngine.await(0);
    assertThat(told).containsExactly("false true");
  }

  @Test
  void tellsNobodyOfASocketThatWasClosedMeanwhile() throws IOException {
    Two two = connected();
    write(two.client, "x");
    var listener = listener(81);
    connecting(81);
    var other = listener.accept(SETTINGS);
    List<String> told = new ArrayList<>();
    two.server.ready((_, _) -> {
      told.add("first");
      other.close();
    });
    other.ready((_, _) -> told.add("second"));
    two.server.interest(true, false);
    other.interest(false, true);
    serverEngine.await(0);
    assertThat(told).containsExactly("first");
  }

  // ---- Datagrams ------------------------------------------------------------------------------

  private Engine.DatagramSocket bound(int port) throws IOException {
    return serverEngine.datagram(at("0.0.0.0", port), null, SETTINGS, IGNORED);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String receive(Engine.DatagramSocket socket) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(65_536);
    InetSocketAddress from = socket.receive(buffer);
    return from == null ? "NOTHING" : StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  @Test
  void carriesDatagrams() throws IOException {
    var theirs = bound(53);
    var ours = clientEngine.datagram(null, null, SETTINGS, IGNORED);
    assertThat(ours.send(bytes("one"), at("10.0.0.1", 53))).isTrue();
    assertThat(ours.send(bytes(""), at("10.0.0.1", 53))).isTrue();
    ByteBuffer buffer = ByteBuffer.allocate(10);
    assertThat(theirs.receive(buffer))
        .isEqualTo(at("10.0.0.2", ((InetSocketAddress) ours.local()).getPort()));
    assertThat(receive(theirs)).isEmpty();
    assertThat(receive(theirs)).isEqualTo("NOTHING");
  }

  @Test
  void dropsDatagramsThatNobodyReads() throws IOException {
    var theirs = bound(53);
    var ours = clientEngine.datagram(null, at("10.0.0.1", 53), SETTINGS, IGNORED);
    for (int i = 0; i < 100; i++) {
      assertThat(ours.send(ByteBuffer.allocate(10_000), null)).isTrue();
    }
    int count = 0;
    while (!receive(theirs).equals("NOTHING")) {
      count++;
    }
    assertThat(count).isEqualTo(21);
  }

  @Test
  void connectedSocketsHearOfNobodyElse() throws IOException {
    var theirs = bound(53);
    var ours = clientEngine.datagram(null, at("10.0.0.1", 53), SETTINGS, IGNORED);
    var stranger = bound(54);
    InetSocketAddress here = (InetSocketAddress) ours.local();
    stranger.send(bytes("from a stranger"), here);
    theirs.send(bytes("answer"), here);
    assertThat(receive(ours)).isEqualTo("answer");
    assertThat(receive(ours)).isEqualTo("NOTHING");
  }

  @Test
  void connectedSocketsHearThatNobodyIsThere() throws IOException {
    var ours = clientEngine.datagram(null, at("10.0.0.1", 53), SETTINGS, IGNORED);
    List<String> told = new ArrayList<>();
    ours.send(bytes("hello?"), null);
    assertThatThrownBy(() -> receive(ours)).isInstanceOf(PortUnreachableException.class);
    assertThat(receive(ours)).isEqualTo("NOTHING");
    assertThat(told).isEmpty();
    var other = clientEngine.datagram(null, null, SETTINGS, IGNORED);
    other.send(bytes("hello?"), at("10.0.0.1", 53));
    assertThat(receive(other)).isEqualTo("NOTHING");
  }

  @Test
  void refusesDatagramsThatAreTooLong() throws IOException {
    var ours = clientEngine.datagram(null, at("10.0.0.1", 53), SETTINGS, IGNORED);
    assertThatThrownBy(() -> ours.send(ByteBuffer.allocate(65_508), null))
        .hasMessage("Message too long");
  }

  @Test
  void broadcastsWithPermissionOnly() throws IOException {
    var theirs = bound(53);
    var ours = clientEngine.datagram(null, null, SETTINGS, IGNORED);
    var everybody = at("255.255.255.255", 53);
    assertThatThrownBy(() -> ours.send(bytes("all"), everybody)).hasMessage("Permission denied");
    var permitted =
        clientEngine.datagram(null, null, SETTINGS.with().broadcast(true).build(), IGNORED);
    permitted.send(bytes("all"), everybody);
    assertThat(receive(theirs)).isEqualTo("all");
  }

  @Test
  void losesDuplicatesAndReordersDatagrams() throws IOException {
    link.latency(ofMillis(1), ofMillis(50)).loss(0.3).duplication(0.3);
    var theirs = bound(53);
    var ours = clientEngine.datagram(null, at("10.0.0.1", 53), SETTINGS, IGNORED);
    for (int i = 0; i < 100; i++) {
      ours.send(bytes(Integer.toString(i)), null);
    }
    clock.runUntilIdle();
    List<Integer> heard = new ArrayList<>();
    for (String text; !(text = receive(theirs)).equals("NOTHING"); ) {
      heard.add(Integer.valueOf(text));
    }
    assertThat(heard.stream().distinct().count()).isBetween(50L, 90L);
    assertThat(heard.size()).isGreaterThan((int) heard.stream().distinct().count());
    assertThat(heard).isNotEqualTo(heard.stream().sorted().toList());
  }

  // ---- The same seed, the same run ------------------------------------------------------------

  @Test
  void theSameSeedGivesTheSameRun() throws IOException {
    assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
  }

  private static List<String> trace(long seed) throws IOException {
    var network = new MemoryNetwork(seed);
    network.chopping(true);
    MemoryHost one = network.host("one");
    MemoryHost other = network.host("other");
    network.link(one, other).latency(ofMillis(1), ofMillis(100)).loss(0.1);
    Engine engine = open(one);
    var receiver = engine.datagram(at("0.0.0.0", 1), null, SETTINGS, IGNORED);
    var sender = open(other).datagram(null, at("10.0.0.1", 1), SETTINGS, IGNORED);
    List<String> trace = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      sender.send(bytes(Integer.toString(i)), null);
      network.clock().advance(ofMillis(10));
      for (String text; !(text = receive(receiver)).equals("NOTHING"); ) {
        trace.add(text + "@" + network.clock().nanoTime());
      }
    }
    return trace;
  }
}
