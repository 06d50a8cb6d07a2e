package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.internal.tls.TlsFailure;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.TlsCapability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL", "stand-in"})
class TlsSocketTest {
  private final Certificates certificates;

  TlsSocketTest(String engine) {
    certificates = Certificates.on(engine);
  }

  private Wire established() {
    var wire = new Wire(certificates);
    wire.begin();
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.client.isUp() && wire.server.isUp()).isTrue();
    return wire;
  }

  private static byte[] payload(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Writes all of it, moving what is sent. */
  private static void send(Wire wire, Wire.End from, byte[] data, int step) throws IOException {
    int done = 0;
    for (int turns = 0; done < data.length; turns++) {
      assertThat(turns).isLessThan(100_000);
      done += (int) from.write(Arrays.copyOfRange(data, done, data.length));
      wire.pump(step);
    }
  }

  /** How many records there are, of application data by their looks. */
  private static int records(byte[] sent) {
    int count = 0;
    for (ByteBuffer left = ByteBuffer.wrap(sent); left.hasRemaining(); count++) {
      assertThat(left.get()).isEqualTo((byte) 23);
      left.getShort();
      int length = left.getShort();
      left.position(left.position() + length);
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 7, 100, 1_000, 20_000})
  void carriesBytesHoweverTheyAreCut(int step) throws IOException {
    var wire = new Wire(certificates);
    wire.begin();
    wire.pump(step);
    int size = Math.min(60_000, 17_000 + 1_000 * step); // two records at least
    send(wire, wire.client, payload(size), step);
    send(wire, wire.server, payload(size + 1), step);
    assertThat(wire.server.received.toByteArray()).isEqualTo(payload(size));
    assertThat(wire.client.received.toByteArray()).isEqualTo(payload(size + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000, 16_384})
  void carriesBytesToAReaderWithLittleRoom(int room) throws IOException {
    Wire wire = established();
    wire.server.readAtOnce = room;
    send(wire, wire.client, payload(40_000), 10_000);
    assertThat(wire.server.received.toByteArray()).isEqualTo(payload(40_000));
  }

  @Test
  void whatIsWrittenTogetherGoesInOneRecord() throws IOException {
    Wire wire = established();
    ByteBuffer[] parts = {
      ByteBuffer.wrap(payload(6_000)), ByteBuffer.wrap(payload(10_000)), ByteBuffer.wrap(payload(9))
    };
    assertThat(wire.client.socket.write(parts, 0, 3)).isEqualTo(16_009);
    assertThat(records(wire.clientPlug.sent.toByteArray())).isOne();
  }

  @Test
  void aLongOutputBeginsWithSmallRecordsAndGoesOnWithLargeOnes() throws IOException {
    Wire wire = established();
    byte[] data = payload(500_000);
    int done = (int) wire.client.write(data);
    assertThat(records(wire.clientPlug.sent.toByteArray())).isEqualTo(8 + 1);
    while (done < data.length) {
      done += (int) wire.client.write(Arrays.copyOfRange(data, done, data.length));
    }
    assertThat(records(wire.clientPlug.sent.toByteArray())).isEqualTo(8 + 29);
  }

  @Test
  void takesNoMoreThanTheLayerBelow() throws IOException {
    Wire wire = established();
    wire.clientPlug.room = 1_000;
    byte[] data = payload(300_000);
    long taken = wire.client.write(data);
    assertThat(taken).isLessThanOrEqualTo(48 << 10);
    assertThat(wire.client.socket.unsent()).isBetween(1L, 50L << 10);
    assertThat(wire.client.write(data)).isZero();
    wire.clientPlug.room = Integer.MAX_VALUE;
    wire.pump(100);
    assertThat(wire.client.socket.unsent()).isZero();
    assertThat(wire.server.received.toByteArray()).isEqualTo(Arrays.copyOf(data, (int) taken));
  }

  @Test
  void offersMoreAtOnceWhileTheLayerBelowTakesAll() throws IOException {
    Wire wire = established();
    byte[] data = payload(1_000_000);
    int done = 0;
    long most = 0;
    while (done < data.length) {
      int count = (int) wire.client.write(Arrays.copyOfRange(data, done, data.length));
      assertThat(count)
          .as("after %d octets", done)
          .isLessThanOrEqualTo(done < 256 << 10 ? 48 << 10 : 96 << 10);
      most = Math.max(most, count);
      done += count;
    }
    assertThat(most).isGreaterThan(90 << 10);
    wire.clientPlug.room = 1_000;
    wire.client.write(payload(100_000));
    assertThat(wire.client.socket.unsent()).isBetween(1L, 98L << 10);
    wire.clientPlug.room = Integer.MAX_VALUE;
    wire.pump(100_000);
    assertThat(wire.client.write(payload(100_000)))
        .as("it has to flow again first")
        .isLessThanOrEqualTo(48 << 10);
  }

  @Test
  void readsWhileAllThatOneWriteCanLeaveIsLeft() throws IOException {
    Wire wire = established();
    byte[] data = payload(100_000);
    for (int done = 0; done < 256 << 10; ) {
      done += (int) wire.client.write(data);
    }
    wire.pump(Integer.MAX_VALUE);
    wire.clientPlug.room = 0;
    wire.client.write(data);
    assertThat(wire.client.socket.unsent()).isGreaterThan(96L << 10);
    wire.server.write(payload(10));
    wire.move(wire.serverPlug, wire.clientPlug, Integer.MAX_VALUE);
    wire.settle();
    assertThat(wire.client.received.toByteArray()).isEqualTo(payload(10));
  }

  @Test
  void sendsFilesEncrypted(@TempDir Path directory) throws IOException {
    Wire wire = established();
    Path path = Files.write(directory.resolve("file"), payload(200_000));
    try (FileChannel file = FileChannel.open(path)) {
      long position = 0;
      while (position < 200_000) {
        position += wire.client.socket.sendFile(file, position, 200_000 - position);
        wire.pump(50_000);
      }
      assertThat(wire.client.socket.sendFile(file, 200_000, 10)).isZero();
    }
    assertThat(wire.server.received.toByteArray()).isEqualTo(payload(200_000));
  }

  // ---- Ends -----------------------------------------------------------------------------------

  @Test
  void eachDirectionEndsByItself() throws IOException {
    Wire wire = established();
    wire.client.write("question".getBytes(StandardCharsets.UTF_8));
    wire.client.socket.shutdownOutput();
    wire.pump(1);
    assertThat(wire.server.ended).isTrue();
    assertThat(wire.clientPlug.outputShut).isTrue();
    wire.server.write("answer".getBytes(StandardCharsets.UTF_8));
    wire.server.socket.shutdownOutput();
    wire.pump(1);
    assertThat(wire.client.received.toString(StandardCharsets.UTF_8)).isEqualTo("answer");
    assertThat(wire.client.ended).isTrue();
    assertThat(wire.client.failure).isNull();
  }

  @Test
  void theEndWaitsForWhatTheLayerBelowHasNotTaken() throws IOException {
    Wire wire = established();
    wire.clientPlug.room = 10;
    wire.client.write(payload(5_000));
    wire.client.socket.shutdownOutput();
    assertThat(wire.clientPlug.outputShut).isFalse();
    wire.clientPlug.room = Integer.MAX_VALUE;
    wire.pump(1_000);
    assertThat(wire.clientPlug.outputShut).isTrue();
    assertThat(wire.server.received.size()).isEqualTo(5_000);
    assertThat(wire.server.ended).isTrue();
  }

  @Test
  void nothingIsWrittenAfterTheEnd() throws IOException {
    Wire wire = established();
    wire.client.socket.shutdownOutput();
    assertThatThrownBy(() -> wire.client.write(new byte[1])).isInstanceOf(IOException.class);
  }

  @Test
  void borrowedBuffersComeBackAlsoWhenTheLayerBelowBreaks() throws IOException {
    Wire wire = established();
    wire.clientPlug.broken = true;
    wire.serverPlug.broken = true;
    assertThatThrownBy(() -> wire.client.write(payload(1_000))).hasMessage("Connection reset");
    assertThatThrownBy(wire.server.socket::shutdownOutput).hasMessage("Connection reset");
    assertThat(wire.lent()).isZero();
  }

  @Test
  void closingTellsThePeerThatItIsInOrder() {
    Wire wire = established();
    wire.client.socket.close();
    wire.pump(1);
    assertThat(wire.clientPlug.closed).isTrue();
    assertThat(wire.server.ended).isTrue();
  }

  /** Each record of what a client and a server say to each other may be the last that arrives. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCutIsAFailureWhereverItIs(boolean ofTheClient) throws IOException {
    var all = Shears.blunt();
    assertThat(conversation(ofTheClient, all).ended).isTrue();
    assertThat(all.records()).isGreaterThan(3);
    for (int whole = 0; whole < all.records(); whole++) {
      for (int bytes : Shears.PLACES) {
        Wire.End reader = conversation(ofTheClient, new Shears(whole, bytes));
        String where = "cut after " + whole + " records and " + bytes;
        assertThat(reader.failure).as(where).isInstanceOf(TlsFailure.class);
        assertThat(reader.ended).as(where).isFalse();
      }
    }
  }

  /** Both say something and close, and one direction is cut: what comes of it for its reader. */
  private Wire.End conversation(boolean ofTheClient, Shears shears) throws IOException {
    var wire =
        new Wire(certificates.clientOf("server.test"), certificates.server()); // nothing to resume
    Wire.Plug from = ofTheClient ? wire.clientPlug : wire.serverPlug;
    Wire.Plug to = ofTheClient ? wire.serverPlug : wire.clientPlug;
    Wire.End writer = ofTheClient ? wire.client : wire.server;
    Wire.End reader = ofTheClient ? wire.server : wire.client;
    wire.begin();
    boolean said = false;
    for (int turns = 0; turns < 100 && reader.failure == null && !reader.ended; turns++) {
      wire.settle();
      wire.move(to, from, Integer.MAX_VALUE);
      if (writer.isUp() && !said && writer.failure == null) {
        said = true;
        writer.write("hello".getBytes(StandardCharsets.UTF_8));
        writer.socket.shutdownOutput();
      }
      wire.move(from, to, shears.cut(from.sent.toByteArray()));
      to.cut = shears.used();
      to.tell();
    }
    return reader;
  }

  @Test
  void aSecondConnectionResumesTheSessionOfTheFirst() throws IOException {
    certificates.need(TlsCapability.RESUMPTION);
    TlsOptions client = certificates.clientOf("server.test");
    int[] sent = new int[2];
    for (int i = 0; i < 2; i++) {
      var wire = new Wire(client, certificates.server());
      wire.begin();
      for (int turns = 0; turns < 10; turns++) {
        wire.settle();
        wire.move(wire.clientPlug, wire.serverPlug, Integer.MAX_VALUE);
        wire.settle();
        sent[i] += wire.serverPlug.sent.size();
        wire.move(wire.serverPlug, wire.clientPlug, Integer.MAX_VALUE);
      }
      assertThat(wire.client.isUp() && wire.server.isUp()).isTrue();
      TlsSession session = (TlsSession) wire.client.socket.capability(TlsSession.class);
      assertThat(session.peerCertificates().getFirst().getSubjectX500Principal().getName())
          .isEqualTo("CN=server.test");
      wire.server.write("tickets go out with what is written".getBytes(StandardCharsets.UTF_8));
      wire.pump(Integer.MAX_VALUE);
      wire.client.socket.close();
      wire.server.socket.close();
    }
    assertThat(sent[1]).as("no certificate is sent again").isLessThan(sent[0] - 300);
  }

  /** Tickets of before a restart, or of another of several servers: their keys are not known. */
  @Test
  void aTicketOfAnotherServerMeansAFullHandshakeAndNoFailure() throws IOException {
    certificates.need(TlsCapability.RESUMPTION);
    TlsOptions client = certificates.clientOf("server.test");
    int[] sent = new int[3];
    TlsIdentity identity = Certificates.AUTHORITY.issue("server.test");
    TlsOptions first = certificates.serverAs(identity);
    TlsOptions second = certificates.serverAs(identity);
    int number = 0;
    for (TlsOptions server : List.of(first, second, second)) {
      var wire = new Wire(client, server);
      wire.begin();
      for (int turns = 0; turns < 10; turns++) {
        wire.settle();
        wire.move(wire.clientPlug, wire.serverPlug, Integer.MAX_VALUE);
        wire.settle();
        sent[number] += wire.serverPlug.sent.size();
        wire.move(wire.serverPlug, wire.clientPlug, Integer.MAX_VALUE);
      }
      assertThat(wire.client.isUp() && wire.server.isUp()).isTrue();
      wire.server.write("hello".getBytes(StandardCharsets.UTF_8));
      wire.pump(Integer.MAX_VALUE);
      assertThat(wire.client.received.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
      number++;
    }
    assertThat(sent[1]).as("its certificate is sent").isGreaterThan(sent[0] - 100);
    assertThat(sent[2]).as("by tickets of its own").isLessThan(sent[0] - 300);
  }

  @Test
  void bothSidesTellTheSameKeys() {
    certificates.need(TlsCapability.KEY_LOG);
    var ofTheClient = new TreeSet<String>();
    var ofTheServer = new TreeSet<String>();
    var wire =
        new Wire(
            certificates.client().withKeyLog(ofTheClient::add),
            certificates.server().withKeyLog(ofTheServer::add));
    wire.begin();
    wire.pump(Integer.MAX_VALUE);
    assertThat(ofTheClient).isEqualTo(ofTheServer).hasSizeGreaterThan(3);
    assertThat(ofTheClient.first()).matches("CLIENT_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ [0-9a-f]+");
  }

  // ---- What peers do wrong --------------------------------------------------------------------

  @Test
  void garbageIsNoHandshake() {
    for (byte[] garbage :
        new byte[][] {
          "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
          "SSH-2.0-client\r\n".getBytes(StandardCharsets.US_ASCII),
          new byte[100],
          {22, 3, 1, (byte) 0xff, (byte) 0xff, 1, 2, 3},
          {23, 3, 3, 0, 1, 7},
          {22, 3, 1, 0, 5, 99, 0, 0, 1, 7},
          {21, 3, 3, 0, 2, 2, 40},
        }) {
      var wire = new Wire(certificates);
      wire.server.socket.begin();
      wire.clientPlug.sent.writeBytes(garbage);
      wire.pump(3);
      assertThat(wire.server.failure).as(Arrays.toString(garbage)).isInstanceOf(TlsFailure.class);
    }
  }

  @Test
  void whatIsNotTlsIsCalledSo() {
    var wire = new Wire(certificates);
    wire.server.socket.begin();
    wire.clientPlug.sent.writeBytes("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
    wire.pump(100);
    assertThat(wire.server.failure).hasMessage("what the peer sent is not TLS");
  }

  @Test
  void aRecordThatIsTooLongIsRefusedBeforeItIsThere() {
    Wire wire = established();
    wire.serverPlug.arrive(new byte[] {23, 3, 3, (byte) 0xff, (byte) 0xff}, 5);
    wire.pump(100);
    assertThat(wire.server.failure).isInstanceOf(TlsFailure.class);
  }

  @Test
  void aDamagedRecordIsRefusedAndThePeerIsTold() throws IOException {
    Wire wire = established();
    wire.client.write(payload(100));
    byte[] sent = wire.clientPlug.sent.toByteArray();
    sent[50] ^= 1;
    wire.clientPlug.sent.reset();
    wire.clientPlug.sent.writeBytes(sent);
    wire.pump(1_000);
    assertThat(wire.server.received.size()).isZero();
    assertThat(wire.server.failure).isInstanceOf(TlsFailure.class);
    assertThat(wire.client.failure).hasMessageContaining("the peer refuses");
  }

  @Test
  void anyBitFlippedInTheHandshakeIsAFailure() {
    var whole = new Wire(certificates);
    whole.begin();
    whole.pump(Integer.MAX_VALUE);
    for (int at = 0; at < 200; at += 5) {
      var wire = new Wire(certificates);
      wire.begin();
      wire.settle();
      byte[] hello = wire.clientPlug.sent.toByteArray();
      hello[at] ^= (byte) (1 << (at % 8));
      wire.clientPlug.sent.reset();
      wire.clientPlug.sent.writeBytes(hello);
      wire.pump(Integer.MAX_VALUE);
      wire.clientPlug.cut = true;
      wire.serverPlug.cut = true;
      wire.pump(Integer.MAX_VALUE);
      boolean both = wire.client.failure == null && wire.server.failure == null;
      assertThat(both).as("bit of byte " + at).isFalse();
    }
  }

  @Test
  void aCertificateThatIsRefusedIsNamedOnBothSides() {
    TlsIdentity stranger = Certificates.STRANGER.issue("server.test");
    var wire = new Wire(certificates.client(), certificates.serverAs(stranger));
    wire.begin();
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.client.failure)
        .hasMessage(
            "the peer's certificate is refused: its issuer is unknown (CN=some other authority)");
    assertThat(wire.server.failure)
        .hasMessageContaining(
            certificates.isJdk()
                ? "it does not accept this side's certificate"
                : "it does not know the issuer of this side's certificate");
  }

  @Test
  void anotherNameIsRefused() {
    var wire = new Wire(certificates.clientOf("other.test"), certificates.server());
    wire.begin();
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.client.failure)
        .hasMessageContaining("not for 'other.test' but for server.test, 127.0.0.1");
    assertThat(wire.server.failure).hasMessageContaining("the peer refuses");
  }

  @Test
  void noSharedApplicationProtocolIsAFailure() {
    var wire =
        new Wire(
            certificates.client().withApplicationProtocols("h2"),
            certificates.server().withApplicationProtocols("http/1.1"));
    wire.begin();
    wire.pump(Integer.MAX_VALUE);
    assertThat(wire.server.failure).isInstanceOf(TlsFailure.class);
    assertThat(wire.client.failure).hasMessageContaining("no application protocol is shared");
  }

  @Test
  void theServersFirstApplicationProtocolIsChosen() {
    var wire =
        new Wire(
            certificates.client().withApplicationProtocols("http/1.1", "h2"),
            certificates.server().withApplicationProtocols("h2", "http/1.1"));
    wire.begin();
    wire.pump(Integer.MAX_VALUE);
    var session = (TlsSession) wire.client.socket.capability(TlsSession.class);
    assertThat(session.applicationProtocol()).isEqualTo("h2");
  }
}
