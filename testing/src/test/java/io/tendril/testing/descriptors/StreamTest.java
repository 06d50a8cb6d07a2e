package io.tendril.testing.descriptors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.WrongDescriptor;
import io.tendril.spi.Engines;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections of one descriptor or two, of every kind. */
class StreamTest extends LinuxFixture {
  @TempDir Path directory;

  /** Collects what comes, and goes on writing after the end of input if it is told so. */
  private static final class Collecting implements Protocol {
    final Transport transport;
    final boolean goesOn;
    final StringBuilder text = new StringBuilder();
    final List<ConnectionClosed> ends = new ArrayList<>();
    boolean ended;

    Collecting(Transport transport, boolean goesOn) {
      this.transport = transport;
      this.goesOn = goesOn;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      text.append(ISO_8859_1.decode(data));
    }

    @Override
    public boolean endReceived() {
      ended = true;
      return goesOn;
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      ends.add(reason);
    }

    void write(String data) {
      transport.write(ISO_8859_1.encode(data));
    }
  }

  private Collecting open(Descriptor input, Descriptor output, boolean goesOn) {
    List<Collecting> made = new ArrayList<>();
    reactor.network().adopting().stream(
            input, output, "a test", transport -> new Collecting(transport, goesOn))
        .thenAccept(made::add)
        .isDone();
    assertThat(made).as("never synchronous").isEmpty();
    until(() -> !made.isEmpty());
    return made.getFirst();
  }

  private Throwable failure(Descriptor input, Descriptor output) {
    return failure(
        reactor.network().adopting().stream(
            input, output, "a test", transport -> new Collecting(transport, false)));
  }

  private Throwable failure(Deferred<?> deferred) {
    List<Throwable> thrown = new ArrayList<>();
    var _ =
        deferred.exceptionally(e -> {
          thrown.add(e);
          return null;
        });
    until(() -> !thrown.isEmpty());
    return thrown.getFirst();
  }

  private Path file(String name, String content) throws Exception {
    return Files.writeString(directory.resolve(name), content);
  }

  // ---- Pipes ----------------------------------------------------------------------------------

  @Test
  void readsOfOnePipeAndWritesToAnother() {
    int[] in = Kernel.pipe();
    int[] out = Kernel.pipe();
    mine(in[1]);
    mine(out[0]);
    Collecting stream = open(owned(in[0]), owned(out[1]), true);
    Kernel.write(in[1], "there");
    until(() -> stream.text.toString().equals("there"));
    stream.write("and back");
    until(() -> stream.transport.outboundBytes() == 0);
    assertThat(Kernel.read(out[0])).isEqualTo("and back");
    close(in[1]);
    until(() -> stream.ended);
    stream.write("still");
    reactor.turn(Duration.ZERO);
    assertThat(Kernel.read(out[0])).isEqualTo("still");
    stream.transport.shutdownOutput();
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends).singleElement().isInstanceOf(ConnectionClosed.Done.class);
    assertThat(Kernel.read(out[0])).as("the end").isEmpty();
    assertThat(stream.transport.toString())
        .contains("descriptor " + in[0] + " and descriptor " + out[1] + " to pipe and pipe");
  }

  @Test
  void moreThanAPipeHoldsWaitsForItsReader() {
    int[] out = Kernel.pipe();
    mine(out[0]);
    Collecting stream = open(null, owned(out[1]), false);
    String much = "0123456789".repeat(50_000);
    stream.write(much);
    reactor.turn(Duration.ZERO);
    assertThat(stream.transport.outboundBytes()).isPositive();
    stream.transport.loseConnection();
    var read = new StringBuilder();
    until(() -> {
      if (stream.ends.isEmpty() || read.length() < much.length()) {
        read.append(Kernel.read(out[0]));
      }
      return !stream.ends.isEmpty() && read.length() == much.length();
    });
    assertThat(read.toString()).isEqualTo(much);
    assertThat(Kernel.read(out[0])).isEmpty();
  }

  @Test
  void aReaderThatIsGoneIsALoss() {
    int[] out = Kernel.pipe();
    Collecting stream = open(null, owned(out[1]), false);
    Kernel.close(out[0]);
    stream.write("x");
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends)
        .singleElement()
        .isInstanceOf(ConnectionClosed.Lost.class)
        .asString()
        .contains("Broken pipe");
  }

  @Test
  void withoutOutputWritingFails() {
    int[] in = Kernel.pipe();
    mine(in[1]);
    Collecting stream = open(owned(in[0]), null, false);
    stream.write("x");
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends).singleElement().asString().contains("nothing to write to");
  }

  @Test
  void withoutInputTheEndComesWithTheEndOfTheOutput() {
    int[] out = Kernel.pipe();
    mine(out[0]);
    Collecting stream = open(null, owned(out[1]), true);
    assertSleeps();
    stream.transport.shutdownOutput();
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ended).isTrue();
    assertThat(stream.ends).singleElement().isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void anOrderlyEndOfPipesWaitsForNobody() {
    int[] in = Kernel.pipe();
    int[] out = Kernel.pipe();
    mine(in[1]);
    mine(out[0]);
    Collecting stream = open(owned(in[0]), owned(out[1]), true);
    stream.write("last");
    stream.transport.loseConnection();
    long start = System.nanoTime();
    until(() -> !stream.ends.isEmpty());
    assertThat(System.nanoTime() - start).as("no lingering").isLessThan(1_900_000_000L);
    assertThat(Kernel.read(out[0])).isEqualTo("last");
  }

  @Test
  void othersGoOnWaitingOnASharedPipe() {
    int[] in = Kernel.pipe();
    mine(in[1]);
    int shared = mine(owned(in[0]).release());
    try (Descriptor duplicate = duplicate(shared)) {
      Collecting stream = open(duplicate, null, false);
      assertThat(Kernel.waits(shared)).isTrue();
      Kernel.write(in[1], "x");
      until(() -> stream.text.length() == 1);
      assertThat(Kernel.waits(shared)).isTrue();
      stream.transport.abortConnection();
      until(() -> !stream.ends.isEmpty());
    }
  }

  private Descriptor duplicate(int fd) {
    try {
      return Descriptor.adopt(fd).duplicate();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  // ---- Terminals and sockets ------------------------------------------------------------------

  @Test
  void aTerminalGoesBothWays() {
    int[] terminal = Kernel.terminal();
    int master = mine(terminal[0]);
    int slave = mine(terminal[1]);
    Descriptor both = duplicate(slave);
    Collecting stream = open(both, both, true);
    assertThat(Kernel.waits(slave)).as("a shell's terminal is left as it is").isTrue();
    Kernel.write(master, "line\n");
    until(() -> stream.text.toString().equals("line\n"));
    stream.write("answer");
    until(() -> stream.transport.outboundBytes() == 0);
    var seen = new StringBuilder();
    while (!seen.toString().endsWith("answer")) {
      seen.append(Kernel.read(master));
    }
    stream.transport.loseConnection();
    until(() -> !stream.ends.isEmpty());
    assertThat(Kernel.waits(slave)).isTrue();
  }

  @Test
  void aMasterIsNotOpenedAgainAndSetBack() {
    int[] terminal = Kernel.terminal();
    int master = mine(terminal[0]);
    mine(terminal[1]);
    Descriptor both = duplicate(master);
    Collecting stream = open(both, both, true);
    assertThat(Kernel.waits(master)).isFalse();
    Kernel.write(terminal[1], "out");
    until(() -> stream.text.toString().equals("out"));
    close(terminal[1]);
    until(() -> stream.ended);
    stream.transport.loseConnection();
    until(() -> !stream.ends.isEmpty());
    assertThat(Kernel.waits(master)).isTrue();
  }

  @Test
  void aPairOfSocketsHasTwoHalves() {
    int[] pair = Kernel.socketPair(Kernel.SOCK_STREAM);
    mine(pair[1]);
    Descriptor both = owned(pair[0]);
    Collecting stream = open(both, both, true);
    stream.write("a");
    stream.transport.shutdownOutput();
    until(() -> stream.transport.outboundBytes() == 0);
    reactor.turn(Duration.ZERO);
    assertThat(Kernel.read(pair[1])).isEqualTo("a");
    assertThat(Kernel.read(pair[1])).isEmpty();
    Kernel.write(pair[1], "b");
    until(() -> stream.text.toString().equals("b"));
    close(pair[1]);
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends).singleElement().isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void aSocketBehindTwoDescriptorsHasTwoHalves() {
    int[] pair = Kernel.socketPair(Kernel.SOCK_STREAM);
    mine(pair[1]);
    Collecting stream = open(duplicate(pair[0]), owned(pair[0]), true);
    stream.write("a");
    stream.transport.shutdownOutput();
    reactor.turn(Duration.ZERO);
    assertThat(Kernel.read(pair[1])).isEqualTo("a");
    assertThat(Kernel.read(pair[1])).as("the end").isEmpty();
    Kernel.write(pair[1], "b");
    until(() -> stream.text.toString().equals("b"));
    close(pair[1]);
    until(() -> !stream.ends.isEmpty());
  }

  // ---- Files ----------------------------------------------------------------------------------

  @Test
  void filesAreReadAndWritten() throws Exception {
    String much = "0123456789".repeat(30_000);
    Path from = file("from", much);
    Path to = file("to", "");
    Collecting stream =
        open(
            owned(Kernel.open(from, Kernel.O_RDONLY)),
            owned(Kernel.open(to, Kernel.O_WRONLY)),
            true);
    until(() -> stream.ended);
    assertThat(stream.text.toString()).isEqualTo(much);
    stream.write(much);
    List<String> flushed = new ArrayList<>();
    stream.transport.flushed().thenRun(() -> flushed.add("flushed")).isDone();
    until(() -> !flushed.isEmpty());
    assertThat(Files.readString(to)).isEqualTo(much);
    stream.write("end");
    stream.transport.loseConnection();
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends).singleElement().isInstanceOf(ConnectionClosed.Done.class);
    assertThat(Files.readString(to)).isEqualTo(much + "end");
  }

  @Test
  void aDeadlineOfTheWriterIsNotTheFiles() throws Exception {
    Path to = file("to", "");
    Collecting stream = open(null, owned(Kernel.open(to, Kernel.O_WRONLY)), true);
    String much = "x".repeat(100_000); // some of which goes out from inside of write
    Deadline.within(Duration.ofNanos(1)).run(() -> stream.write(much));
    stream.transport.loseConnection();
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends).singleElement().isInstanceOf(ConnectionClosed.Done.class);
    assertThat(Files.readString(to)).isEqualTo(much);
  }

  @Test
  void aPausedReaderReadsNoFurther() throws Exception {
    Path from = file("from", "x".repeat(1 << 20));
    Collecting stream = open(owned(Kernel.open(from, Kernel.O_RDONLY)), null, false);
    stream.transport.pauseReading();
    assertSleeps();
    assertThat(stream.text.length()).isLessThan(1 << 20);
    stream.transport.resumeReading();
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.text).hasSize(1 << 20);
  }

  @Test
  void theNullDeviceIsEmptyAndTakesAll() {
    Collecting stream =
        open(
            owned(Kernel.open(Path.of("/dev/null"), Kernel.O_RDONLY)),
            owned(Kernel.open(Path.of("/dev/null"), Kernel.O_WRONLY)),
            true);
    until(() -> stream.ended);
    stream.write("x".repeat(100_000));
    stream.transport.loseConnection();
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends).singleElement().isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void whatCannotBeWrittenIsALoss() {
    Collecting stream = open(null, owned(Kernel.open(Path.of("/dev/full"), Kernel.O_WRONLY)), true);
    stream.write("x");
    List<Throwable> flushed = new ArrayList<>();
    var _ =
        stream
            .transport
            .flushed()
            .exceptionally(failure -> {
              flushed.add(failure);
              return null;
            });
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends).singleElement().isInstanceOf(ConnectionClosed.Lost.class);
    until(() -> !flushed.isEmpty());
  }

  @Test
  void whatCannotBeWrittenAtTheEndIsALoss() {
    Collecting stream = open(null, owned(Kernel.open(Path.of("/dev/full"), Kernel.O_WRONLY)), true);
    stream.write("x");
    stream.transport.loseConnection();
    until(() -> !stream.ends.isEmpty());
    assertThat(stream.ends).singleElement().isInstanceOf(ConnectionClosed.Lost.class);
  }

  @Test
  void anAbortLeavesNothingOpen() throws Exception {
    Path from = file("from", "x".repeat(1 << 20));
    Collecting stream = open(owned(Kernel.open(from, Kernel.O_RDONLY)), null, false);
    stream.transport.abortConnection();
    until(() -> !stream.ends.isEmpty());
  }

  // ---- What is no stream ----------------------------------------------------------------------

  @Test
  void whatIsNoStreamIsNamed() throws Exception {
    int[] pair = Kernel.socketPair(Kernel.SOCK_DGRAM);
    mine(pair[0]);
    mine(pair[1]);
    Descriptor datagrams = owned(pair[0]);
    assertThat(failure(datagrams, null))
        .isInstanceOf(ConnectFailed.class)
        .hasCauseInstanceOf(WrongDescriptor.class)
        .hasMessageContaining(
            "descriptor " + pair[0] + " is a UNIX datagram socket, and not a stream");
    assertThat(datagrams.isOpen()).as("still its owner's").isTrue();
    int opened = mine(Kernel.open(directory, Kernel.O_RDONLY));
    assertThat(failure(owned(opened), null)).hasMessageContaining("is a directory");
    assertThat(failure(owned(9_999), null)).hasMessageContaining("is closed");
  }

  @Test
  void aSecondOneThatIsWrongLeavesTheFirstAsItWas() throws Exception {
    int[] in = Kernel.pipe();
    mine(in[0]);
    mine(in[1]);
    int opened = mine(Kernel.open(directory, Kernel.O_RDONLY));
    Descriptor input = owned(in[0]);
    assertThat(failure(input, owned(opened))).hasMessageContaining("is a directory");
    assertThat(input.isOpen()).isTrue();
    assertThat(Kernel.isOpen(in[0])).isTrue();
    Collecting stream = open(input, null, false);
    Kernel.write(in[1], "x");
    until(() -> stream.text.length() == 1);
  }

  @Test
  void anotherEngineSaysThatItCannot() {
    Reactor other =
        Reactor.create(ReactorOptions.defaults().withEngine(Engines.nio()).withName("other"));
    List<Throwable> thrown = new ArrayList<>();
    var _ =
        other.network().adopting().stream(
                owned(0), owned(1), "x", transport -> new Collecting(transport, false))
            .exceptionally(e -> {
              thrown.add(e);
              return null;
            });
    other.turn(Duration.ZERO);
    assertThat(thrown).singleElement().isInstanceOf(EngineLacks.class);
    other.stop();
    while (other.turn(Duration.ofMillis(5))) {}
    reactor.turn(Duration.ZERO);
  }
}
