package io.tendril.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.ManualTransport;
import io.tendril.core.tls.TlsOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contract L5: bytes a second, each way. */
class RateLimitTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private ManualReactor reactor;
  private ManualTransport below;
  private Transport transport;
  private int received;
  private final List<Object> outcomes = new ArrayList<>();

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    below = new ManualTransport(reactor);
  }

  @AfterEach
  void close() throws Exception {
    if (below.protocol != null) {
      below.lose();
    }
    reactor.settle();
    assertThat(reactor.pendingCalls()).isZero();
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private void connect(RateLimit limit) throws Exception {
    below.connect(limit.wrap(this::protocol));
  }

  private Protocol protocol(Transport given) {
    transport = given;
    return data -> {
      received += data.remaining();
      data.position(data.limit());
    };
  }

  private void expect(Deferred<?> deferred) {
    deferred
        .thenAccept(value -> outcomes.add(value == null ? "sent" : value))
        .exceptionally(failure -> {
          outcomes.add(failure);
          return null;
        });
  }

  private int written() {
    return below.written().length();
  }

  // ---- The way in -----------------------------------------------------------------------------

  @Test
  void pausesReadingUntilWhatCameIsPaidFor() throws Exception {
    connect(RateLimit.incoming(100));
    below.deliver("x".repeat(100));
    assertThat(below.paused).as("one second's worth may come at once").isFalse();
    below.deliver("x".repeat(50));
    assertThat(received).as("what has come is delivered").isEqualTo(150);
    assertThat(below.paused).isTrue();
    reactor.advance(Duration.ofMillis(499));
    assertThat(below.paused).isTrue();
    reactor.advance(Duration.ofMillis(1));
    assertThat(below.paused).isFalse();
  }

  @Test
  void holdsTheRateOverAnyLongTime() throws Exception {
    connect(RateLimit.incoming(1_000));
    for (int i = 0; i < 100_000; i++) {
      if (!below.paused) {
        below.deliver("x".repeat(70));
      }
      reactor.advance(Duration.ofMillis(1));
    }
    assertThat(received).isBetween(100_000, 101_100);
  }

  @Test
  void bytesThatAreLeftUnreadAreCountedOnce() throws Exception {
    below.connect(RateLimit.incoming(100).wrap(given -> data -> {}));
    for (int i = 0; i < 100; i++) {
      below.deliver("x");
    }
    assertThat(below.paused).isFalse();
    below.deliver("x");
    assertThat(below.paused).isTrue();
  }

  @Test
  void aProtocolsOwnPauseOutlivesTheLimits() throws Exception {
    connect(RateLimit.incoming(100));
    below.deliver("x".repeat(150));
    transport.pauseReading();
    reactor.advance(SECOND);
    assertThat(below.paused).isTrue();
    transport.resumeReading();
    assertThat(below.paused).isFalse();
  }

  @Test
  void aProtocolCannotResumeAgainstTheLimit() throws Exception {
    connect(RateLimit.incoming(100));
    below.deliver("x".repeat(150));
    transport.pauseReading();
    transport.resumeReading();
    assertThat(below.paused).isTrue();
    assertThat(transport.reading()).isFalse();
    reactor.advance(SECOND);
    assertThat(below.paused).isFalse();
    assertThat(transport.reading()).isTrue();
  }

  @Test
  void staysWhenTheConnectionIsHandedOver() throws Exception {
    connect(RateLimit.incoming(100));
    below.deliver("x".repeat(150));
    transport.become(this::protocol);
    assertThat(below.paused).isTrue();
    reactor.advance(SECOND);
    assertThat(below.paused).isFalse();
  }

  @Test
  void pausesTheSourceThatTheInputFlowsFrom() throws Exception {
    connect(RateLimit.incoming(100));
    var source = transport.input();
    var unused = source.forEach(data -> received += data.remaining());
    below.deliver("x".repeat(150));
    assertThat(received).isEqualTo(150);
    assertThat(below.input.paused).isTrue();
    source.pause();
    reactor.advance(SECOND);
    assertThat(below.input.paused).isTrue();
    source.resume();
    assertThat(below.input.paused).isFalse();
  }

  @Test
  void mayBeSharedByAllConnections() throws Exception {
    ProtocolFactory<?> factory = RateLimit.incoming(100).sharedByAll().wrap(this::protocol);
    var other = new ManualTransport(reactor);
    below.connect(factory);
    other.connect(factory);
    below.deliver("x".repeat(100));
    other.deliver("x".repeat(50));
    assertThat(below.paused).isFalse();
    assertThat(other.paused).isTrue();
    below.deliver("x".repeat(50));
    reactor.advance(Duration.ofMillis(500));
    assertThat(other.paused).as("the other has spent more").isTrue();
    reactor.advance(Duration.ofMillis(500));
    assertThat(other.paused).isFalse();
    assertThat(below.paused).isFalse();
    other.lose();
  }

  // ---- The way out ----------------------------------------------------------------------------

  @Test
  void letsOneSecondsWorthThroughAndHoldsTheRestBack() throws Exception {
    connect(RateLimit.outgoing(100));
    transport.write("x".repeat(250));
    assertThat(written()).isEqualTo(105);
    assertThat(transport.outboundBytes()).isEqualTo(145);
    reactor.advance(SECOND);
    assertThat(written()).isEqualTo(100);
    reactor.advance(SECOND);
    assertThat(written()).isEqualTo(45);
    assertThat(transport.outboundBytes()).isZero();
  }

  @Test
  void flushedWaitsForWhatIsHeldBack() throws Exception {
    connect(RateLimit.outgoing(100));
    transport.write("x".repeat(250));
    expect(transport.flushed());
    reactor.advance(SECOND);
    assertThat(outcomes).isEmpty();
    reactor.advance(SECOND);
    assertThat(outcomes).containsExactly("sent");
    expect(transport.flushed());
    assertThat(outcomes).containsExactly("sent", "sent");
  }

  @Test
  void keepsTheOrderAndTheBytes() throws Exception {
    connect(RateLimit.outgoing(10));
    var expected = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      String text = "message " + i + "\n";
      expected.append(text);
      if (i % 3 == 0) {
        transport.write(text);
      } else {
        ByteBuffer data = ByteBuffer.wrap(text.getBytes());
        expect(i % 3 == 1 ? transport.writeOwned(data) : transport.writeFully(data));
      }
    }
    reactor.advance(Duration.ofMinutes(2));
    assertThat(below.written()).isEqualTo(expected.toString());
    assertThat(outcomes).hasSize(33).containsOnly("sent");
  }

  @Test
  void copiesWhatItHoldsBack() throws Exception {
    connect(RateLimit.outgoing(10));
    byte[] data = "0123456789abcdefghijklmnopqrstuvwxyz".getBytes();
    ByteBuffer buffer = ByteBuffer.wrap(data);
    transport.write(buffer);
    assertThat(buffer.hasRemaining()).isFalse();
    java.util.Arrays.fill(data, (byte) '!');
    reactor.advance(Duration.ofSeconds(10));
    assertThat(below.written()).isEqualTo("0123456789abcdefghijklmnopqrstuvwxyz");
    ByteBuffer prepared = ByteBuffer.wrap(data).asReadOnlyBuffer();
    transport.write(prepared);
    assertThat(prepared.position()).as("a read-only buffer stays as it is").isZero();
    reactor.advance(Duration.ofSeconds(10));
  }

  @Test
  void tellsWhenItIsFull() throws Exception {
    connect(RateLimit.outgoing(1_000));
    transport.marks(2_000, 5_000);
    List<String> told = new ArrayList<>();
    transport.onWritable(() -> told.add("at once"));
    assertThat(told).containsExactly("at once");
    transport.write("x".repeat(7_000));
    assertThat(transport.writable()).isFalse();
    assertThat(below.paused).as("past the high mark reading pauses").isTrue();
    transport.onWritable(() -> told.add("later"));
    reactor.advance(Duration.ofSeconds(3));
    assertThat(told).hasSize(1);
    reactor.advance(SECOND);
    assertThat(told).containsExactly("at once", "later");
    assertThat(transport.writable()).isTrue();
    assertThat(below.paused).isFalse();
    reactor.advance(Duration.ofSeconds(9));
  }

  @Test
  void doesNotPauseReadingWhenFullWhereToldNotTo() throws Exception {
    connect(RateLimit.outgoing(1_000));
    transport.pauseReadingWhenFull(false);
    transport.write("x".repeat(100_000));
    assertThat(below.paused).isFalse();
    transport.pauseReadingWhenFull(true);
    assertThat(below.paused).isTrue();
  }

  @Test
  void waitsForATransportThatIsFull() throws Exception {
    connect(RateLimit.outgoing(1_000));
    below.stalled = true;
    transport.write("x".repeat(500));
    reactor.advance(Duration.ofSeconds(9));
    assertThat(written()).isZero();
    below.drain();
    reactor.advance(SECOND);
    assertThat(written()).isEqualTo(500);
  }

  @Test
  void closesBehindWhatItHoldsBack() throws Exception {
    connect(RateLimit.outgoing(100));
    transport.write("x".repeat(250));
    transport.loseConnection();
    transport.write("dropped");
    expect(transport.writeOwned(ByteBuffer.allocate(1)));
    assertThat(outcomes.getFirst()).isInstanceOf(ConnectionClosed.class);
    assertThat(transport.reading()).isFalse();
    below.deliver("not delivered");
    assertThat(received).isZero();
    assertThat(below.closing).isNull();
    reactor.advance(Duration.ofSeconds(2));
    assertThat(written()).isEqualTo(250);
    assertThat(below.closing).isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void endsTheOutputBehindWhatItHoldsBack() throws Exception {
    connect(RateLimit.outgoing(100));
    transport.write("x".repeat(250));
    transport.shutdownOutput();
    assertThat(below.outputShut).isFalse();
    assertThat(transport.writable()).isFalse();
    reactor.advance(Duration.ofSeconds(2));
    assertThat(below.outputShut).isTrue();
    assertThat(written()).isEqualTo(250);
  }

  @Test
  void abortsAtOnce() throws Exception {
    connect(RateLimit.outgoing(100));
    transport.write("x".repeat(250));
    expect(transport.writeOwned(ByteBuffer.allocate(10)));
    transport.abortConnection();
    assertThat(below.closing).isInstanceOf(ConnectionClosed.Aborted.class);
    below.lose();
    assertThat(outcomes.getFirst()).isInstanceOf(ConnectionClosed.Aborted.class);
  }

  @Test
  void closesWhenTooMuchWaits() throws Exception {
    connect(RateLimit.outgoing(1));
    ByteBuffer mebibyte = ByteBuffer.allocate(1 << 20).asReadOnlyBuffer();
    for (int i = 0; i < 17; i++) {
      assertThat(below.closing).isNull();
      transport.write(mebibyte);
    }
    assertThat(below.closing)
        .isInstanceOf(ConnectionClosed.LimitExceeded.class)
        .hasMessageContaining("16777216 bytes held back by the rate limit");
    assertThat(transport.outboundBytes()).isZero();
  }

  @Test
  void manySmallWritesShareTheirMemory() {
    var chunk = new HeldBack.Chunk(ByteBuffer.wrap(new byte[] {1}));
    for (int i = 1; i < 4096; i++) {
      assertThat(chunk.append(ByteBuffer.wrap(new byte[] {1}))).isTrue();
    }
    assertThat(chunk.append(ByteBuffer.wrap(new byte[] {1}))).isFalse();
    assertThat(chunk.left()).isEqualTo(4096);
  }

  @Test
  void aCancelledWriteStopsWhereItIs() throws Exception {
    connect(RateLimit.outgoing(100));
    Deferred<Void> writing = transport.writeFully(ByteBuffer.allocate(1_000));
    expect(writing.exceptionally(failure -> null));
    reactor.advance(SECOND);
    writing.cancel();
    transport.write("!");
    reactor.advance(SECOND);
    assertThat(written()).isEqualTo(206);
    assertThat(transport.outboundBytes()).isZero();
  }

  @Test
  void sendsFilesAtTheRateAndInOrder(@TempDir Path directory) throws Exception {
    Path path = Files.writeString(directory.resolve("file"), "abcdefghij".repeat(20));
    connect(RateLimit.outgoing(100));
    try (FileChannel file = FileChannel.open(path)) {
      transport.write("<");
      expect(transport.sendFile(file, 0, 200));
      transport.write(">");
      assertThat(transport.outboundBytes()).isBetween(90L, 105L);
      reactor.advance(Duration.ofSeconds(2));
      assertThat(below.written()).isEqualTo("<" + "abcdefghij".repeat(20) + ">");
      assertThat(outcomes).containsExactly(200L);
    }
  }

  @Test
  void aFileThatIsShorterSaysSo(@TempDir Path directory) throws Exception {
    Path path = Files.writeString(directory.resolve("file"), "abc");
    connect(RateLimit.outgoing(100));
    try (FileChannel file = FileChannel.open(path)) {
      expect(transport.sendFile(file, 1, 200));
      transport.write("!");
      reactor.advance(SECOND);
      assertThat(below.written()).isEqualTo("bc!");
      assertThat(outcomes).containsExactly(2L);
    }
  }

  @Test
  void startTlsSendsWhatWasWrittenInTheClearFirst() throws Exception {
    connect(RateLimit.outgoing(100));
    transport.write("x".repeat(250));
    var unused = transport.startTls(TlsOptions.server(SSLContext.getDefault()));
    assertThat(written()).isEqualTo(250);
    assertThat(transport.outboundBytes()).isZero();
    transport.write("y");
    assertThat(written()).isZero();
    reactor.advance(Duration.ofSeconds(2));
    assertThat(written()).isOne();
  }

  @Test
  void startTlsIsRefusedWhileAFileWaits(@TempDir Path directory) throws Exception {
    Path path = Files.writeString(directory.resolve("file"), "x".repeat(500));
    connect(RateLimit.outgoing(100));
    try (FileChannel file = FileChannel.open(path)) {
      expect(transport.sendFile(file, 0, 500));
      assertThatIllegalStateException()
          .isThrownBy(() -> transport.startTls(TlsOptions.server(SSLContext.getDefault())));
      below.lose();
    }
  }

  @Test
  void whatIsHeldBackSurvivesAHandOver() throws Exception {
    connect(RateLimit.outgoing(100));
    below.stalled = true;
    transport.write("x".repeat(50));
    transport.become(this::protocol);
    below.drain();
    reactor.advance(SECOND);
    assertThat(written()).isEqualTo(50);
  }

  @Test
  void refusesRatesThatAreNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.incoming(-1));
  }
}
