package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.internal.tls.TlsFailure;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers of one version, and peers that ask for what they should not. */
@ParameterizedClass
@ValueSource(strings = {"JDK", "BoringSSL"})
class BadPeersTest {
  private static final TlsIdentity IDENTITY = Certificates.AUTHORITY.issue("server.test");

  private final Certificates certificates;
  private final TlsOptions server;

  BadPeersTest(String engine) {
    certificates = Certificates.on(engine);
    server = certificates.serverAs(IDENTITY);
  }

  /** A client that resumes nothing, and a server. */
  private Wire wire() {
    return new Wire(certificates.clientOf("server.test"), server);
  }

  /** One of our ends, and a peer: a server's is a client, and the other way about. */
  private static final class Talk {
    private final Wire wire;
    final RawPeer peer;
    final Wire.End end;
    final Wire.Plug plug;

    Talk(Wire wire, boolean ofServer, String version) {
      this.wire = wire;
      this.peer = ofServer ? RawPeer.client(version) : RawPeer.server(version);
      this.end = ofServer ? wire.server : wire.client;
      this.plug = ofServer ? wire.serverPlug : wire.clientPlug;
      end.socket.begin();
      pump(new byte[0]);
    }

    /** Moves what the peer has to say, and all that comes of it. */
    void pump(byte[] said) {
      byte[] toUs = said.length > 0 ? said : peer.exchange(said);
      for (int turns = 0; turns < 100; turns++) {
        plug.arrive(toUs, toUs.length);
        wire.settle();
        plug.tell();
        wire.settle();
        byte[] sent = plug.sent.toByteArray();
        plug.sent.reset();
        toUs = peer.exchange(sent);
        if (toUs.length == 0 && plug.sent.size() == 0) {
          return;
        }
      }
      throw new AssertionError("no end of it");
    }

    String heard() {
      return end.received.toString(StandardCharsets.US_ASCII);
    }

    void say(String text) throws IOException {
      end.write(text.getBytes(StandardCharsets.US_ASCII));
      pump(new byte[0]);
    }
  }

  // ---- Versions -------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"true, TLSv1.2", "true, TLSv1.3", "false, TLSv1.2", "false, TLSv1.3"})
  void speaksEitherVersionAlone(boolean ofServer, String version) throws IOException {
    Talk talk = new Talk(wire(), ofServer, version);
    var session = (TlsSession) talk.end.socket.capability(TlsSession.class);
    assertThat(session.version()).isEqualTo(version);
    talk.say("ours");
    talk.pump(talk.peer.write("theirs"));
    assertThat(talk.peer.text()).isEqualTo("ours");
    assertThat(talk.heard()).isEqualTo("theirs");
    talk.pump(talk.peer.close());
    assertThat(talk.end.ended).isTrue();
    assertThat(talk.end.failure).isNull();
  }

  /** A hello of TLS 1.2 or older (RFC 5246, section 7.4.1.2), as one message. */
  private static byte[] hello(int version, int... compressions) {
    ByteBuffer hello = ByteBuffer.allocate(200).put((byte) 1).put((byte) 0).putShort((short) 0);
    hello.putShort((short) version).put(new byte[32]).put((byte) 0);
    hello.putShort((short) 4).putShort((short) 0xc02b).putShort((short) 0xc02f);
    hello.put((byte) compressions.length);
    for (int each : compressions) {
      hello.put((byte) each);
    }
    ByteBuffer extensions =
        ByteBuffer.allocate(100)
            .put(new byte[] {0, 10, 0, 4, 0, 2, 0, 23}) // the group P-256
            .put(new byte[] {0, 13, 0, 6, 0, 4, 4, 3, 4, 1}) // signatures
            .put(new byte[] {0, 23, 0, 0, (byte) 0xff, 1, 0, 1, 0})
            .flip();
    hello.putShort((short) extensions.remaining()).put(extensions).flip();
    hello.putShort(2, (short) (hello.limit() - 4));
    byte[] message = new byte[hello.remaining()];
    hello.get(message);
    return message;
  }

  private static byte[] record(byte[] message) {
    return record(message, 0, message.length);
  }

  private static byte[] record(byte[] message, int from, int to) {
    return ByteBuffer.allocate(5 + to - from)
        .put(new byte[] {22, 3, 1})
        .putShort((short) (to - from))
        .put(message, from, to - from)
        .array();
  }

  /** What a server answers to these bytes. */
  private Wire answering(byte[]... pieces) {
    var wire = wire();
    wire.server.socket.begin();
    for (byte[] each : pieces) {
      wire.serverPlug.arrive(each, each.length);
      wire.settle();
      wire.serverPlug.tell();
      wire.settle();
    }
    return wire;
  }

  private static void assertAlert(Wire.Plug plug, int number) {
    byte[] sent = plug.sent.toByteArray();
    assertThat(sent).startsWith(21, 3).endsWith(2, number);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0300, 0x0301, 0x0302})
  void olderVersionsAreRefusedInWords(int version) {
    Wire wire = answering(record(hello(version, 0)));
    assertThat(wire.server.failure)
        .isInstanceOf(TlsFailure.class)
        .hasMessageContaining("no version of TLS is shared");
    assertAlert(wire.serverPlug, 70);
  }

  @Test
  void aServerOfAnOlderVersionIsRefusedInWords() {
    var wire = wire();
    wire.client.socket.begin();
    wire.settle();
    wire.clientPlug.sent.reset();
    byte[] answer = new byte[42];
    ByteBuffer.wrap(answer)
        .put(new byte[] {2, 0, 0, 38, 3, 2})
        .position(38)
        .put((byte) 0)
        .put(new byte[] {(byte) 0xc0, 0x2b, 0});
    byte[] record = record(answer);
    wire.clientPlug.arrive(record, record.length);
    wire.settle();
    assertThat(wire.client.failure).hasMessageContaining("no version of TLS is shared");
    assertAlert(wire.clientPlug, 70);
  }

  /** Where an extension of a hello begins, in a record. */
  private static int extension(byte[] record, int type) {
    ByteBuffer hello = ByteBuffer.wrap(record).position(5 + 4 + 2 + 32);
    hello.position(hello.position() + 1 + hello.get(hello.position()));
    hello.position(hello.position() + 2 + hello.getShort(hello.position()));
    hello.position(hello.position() + 1 + hello.get(hello.position()) + 2);
    while ((hello.getShort(hello.position()) & 0xffff) != type) {
      hello.position(hello.position() + 4 + hello.getShort(hello.position() + 2));
    }
    return hello.position();
  }

  /** Somebody has the server believe that its client knows nothing newer than TLS 1.2. */
  @Test
  void aDowngradeIsSeenByTheClient() {
    var wire = wire();
    wire.begin();
    wire.settle();
    byte[] hello = wire.clientPlug.sent.toByteArray();
    hello[extension(hello, 43) + 1] = 0x7f; // what versions there are, as something unknown
    wire.clientPlug.sent.reset();
    wire.clientPlug.sent.writeBytes(hello);
    wire.move(wire.clientPlug, wire.serverPlug, Integer.MAX_VALUE);
    wire.settle();
    assertThat(wire.server.failure).isNull();
    assertThat(wire.serverPlug.sent.toString(StandardCharsets.ISO_8859_1))
        .as("what a server says that could do better (RFC 8446, section 4.1.3)")
        .contains("DOWNGRD\1");
    wire.move(wire.serverPlug, wire.clientPlug, Integer.MAX_VALUE);
    wire.settle();
    assertThat(wire.client.failure)
        .isInstanceOf(TlsFailure.class)
        .hasMessageContaining(
            "somebody on the way has kept a newer version of TLS from being used");
    assertAlert(wire.clientPlug, 47);
    assertThat(wire.client.isUp() || wire.server.isUp()).isFalse();
  }

  @Test
  void nothingIsEverCompressed() {
    Wire both = answering(record(hello(0x0303, 1, 0)));
    assertThat(both.server.failure).isNull();
    byte[] sent = both.serverPlug.sent.toByteArray();
    int afterId = 5 + 4 + 2 + 32 + 1 + sent[5 + 4 + 2 + 32];
    assertThat(sent[5]).as("a ServerHello").isEqualTo((byte) 2);
    assertThat(sent[afterId + 2]).as("its compression").isZero();
  }

  /**
   * Which no client may do (RFC 5246, section 7.4.1.2); the JDK's engine compresses nothing all the
   * same.
   */
  @Test
  void aHelloThatWantsCompressionOnlyIsRefusedInWords() {
    Wire wire = answering(record(hello(0x0303, 1)));
    if (certificates.isJdk()) {
      assertThat(wire.serverPlug.sent.toByteArray()).startsWith(22, 3, 3);
    } else {
      assertThat(wire.server.failure).hasMessageContaining("compression");
      assertAlert(wire.serverPlug, 47);
    }
  }

  // ---- The hello ------------------------------------------------------------------------------

  @Test
  void aHelloMayComeInAnyNumberOfRecords() {
    byte[] hello = hello(0x0303, 0);
    byte[][] pieces = new byte[hello.length][];
    for (int i = 0; i < hello.length; i++) {
      pieces[i] = record(hello, i, i + 1);
    }
    Wire wire = answering(pieces);
    assertThat(wire.server.failure).isNull();
    assertThat(wire.serverPlug.sent.toByteArray()).startsWith(22, 3, 3);
  }

  @Test
  void aHelloThatIsTooLongIsRefusedAtItsBeginning() {
    byte[] message = new byte[16_384];
    message[0] = 1;
    message[1] = (byte) 0x7f;
    Wire wire = answering(record(message));
    assertThat(wire.server.failure).isInstanceOf(TlsFailure.class).hasMessageContaining("message");
    assertThat(wire.serverPlug.sent.toByteArray()).startsWith(21, 3);
  }

  @Test
  void recordsThatHoldNothingAreNoHandshake() {
    byte[][] pieces = new byte[1_000][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = record(new byte[0]);
    }
    assertThat(answering(pieces).server.failure).isInstanceOf(TlsFailure.class);
  }

  @Test
  void aHelloWithoutEndIsRefused() {
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      all.writeBytes(record(new byte[16_384]));
    }
    assertThat(answering(all.toByteArray()).server.failure).isInstanceOf(TlsFailure.class);
  }

  // ---- In mid-stream --------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherHandshakeIsRefused(boolean ofServer) throws IOException {
    Talk talk = new Talk(wire(), ofServer, "TLSv1.2");
    talk.say("before");
    talk.peer.beginHandshake();
    talk.pump(new byte[0]);
    assertThat(talk.end.failure)
        .isInstanceOf(TlsFailure.class)
        .hasMessage("the peer asks for a renegotiation, which is refused");
    assertThat(talk.peer.text()).isEqualTo("before");
    assertThat(talk.peer.failure)
        .as("the peer was told")
        .hasMessageContaining(
            certificates.isJdk()
                ? "fatal alert: unexpected_message"
                : "fatal alert: no_renegotiation");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysMayBeUpdatedAsOftenAsThePeerLikes(boolean ofServer) throws IOException {
    Talk talk = new Talk(wire(), ofServer, "TLSv1.3");
    var said = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      talk.peer.beginHandshake();
      talk.pump(new byte[0]);
      talk.say("a" + i);
      talk.pump(talk.peer.write("a" + i));
      said.append('a').append(i);
    }
    assertThat(talk.end.failure).isNull();
    assertThat(talk.heard()).isEqualTo(said.toString());
    assertThat(talk.peer.text()).isEqualTo(said.toString());
  }

  /** The JDK's engine answers each request of a peer; BoringSSL has had enough of them soon. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void requestsForNewKeysWhoseAnswersNobodyReadsAreBounded(boolean ofServer) throws IOException {
    Talk talk = new Talk(wire(), ofServer, "TLSv1.3");
    talk.plug.room = 0;
    for (int i = 0; i < 5_000 && talk.end.failure == null; i++) {
      talk.peer.beginHandshake();
      byte[] request = talk.peer.exchange(new byte[0]);
      talk.plug.arrive(request, request.length);
      talk.plug.tell();
      talk.wire.settle();
    }
    if (certificates.isJdk()) {
      assertThat(talk.end.socket.unsent()).isBetween(64L << 10, 65L << 10);
      talk.plug.room = Integer.MAX_VALUE;
      talk.say("ours");
      assertThat(talk.peer.text()).isEqualTo("ours");
      assertThat(talk.end.failure).isNull();
    } else {
      assertThat(talk.end.failure).hasMessageContaining("too many key updates");
    }
  }

  // ---- Cuts -----------------------------------------------------------------------------------

  /** What is cut, in and between all records that the peer sends: a failure, and never an end. */
  @ParameterizedTest
  @CsvSource({"true, TLSv1.2", "true, TLSv1.3", "false, TLSv1.2", "false, TLSv1.3"})
  void aCutIsAFailureWhereverItIs(boolean ofServer, String version) throws IOException {
    var all = Shears.blunt();
    assertThat(conversation(ofServer, version, all).ended).isTrue();
    assertThat(all.records()).isGreaterThan(4);
    for (int whole = 0; whole < all.records(); whole++) {
      for (int bytes : Shears.PLACES) {
        Wire.End end = conversation(ofServer, version, new Shears(whole, bytes));
        String where = "cut after " + whole + " records and " + bytes;
        assertThat(end.failure).as(where).isInstanceOf(TlsFailure.class);
        assertThat(end.ended).as(where).isFalse();
      }
    }
  }

  /** The peer says something, and closes: what comes of it at our end. */
  private Wire.End conversation(boolean ofServer, String version, Shears shears)
      throws IOException {
    Wire wire = wire();
    Wire.End end = ofServer ? wire.server : wire.client;
    Wire.Plug plug = ofServer ? wire.serverPlug : wire.clientPlug;
    RawPeer peer = ofServer ? RawPeer.client(version) : RawPeer.server(version);
    end.socket.begin();
    boolean said = false;
    byte[] toUs = new byte[0];
    for (int turns = 0; turns < 50 && end.failure == null && !end.ended; turns++) {
      plug.arrive(toUs, shears.cut(toUs));
      plug.cut = shears.used();
      wire.settle();
      plug.tell();
      wire.settle();
      byte[] sent = plug.sent.toByteArray();
      plug.sent.reset();
      toUs = peer.exchange(sent);
      if (toUs.length == 0 && peer.isUp() && !said) {
        said = true;
        var last = new ByteArrayOutputStream();
        last.writeBytes(peer.write("hello"));
        last.writeBytes(peer.close());
        toUs = last.toByteArray();
      }
    }
    return end;
  }
}
