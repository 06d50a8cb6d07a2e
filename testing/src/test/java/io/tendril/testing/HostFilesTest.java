package io.tendril.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What becomes of a host's files when its programs are killed, and when it loses power. */
class HostFilesTest {
  private static final int SEEDS = 200;

  private static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, READ)) {
      channel.force(true);
    }
  }

  /** A file that is on the disk. */
  private static Path old(MemoryHost host, String name, String content) throws IOException {
    Path file = host.disk().root().resolve(name);
    Files.writeString(file, content);
    host.disk().sync();
    return file;
  }

  private static String contentOrNothing(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "nothing";
  }

  /** What a scenario ends in, over many seeds. */
  @FunctionalInterface
  private interface Ending {
    String of(Simulation net) throws IOException;
  }

  private static TreeSet<String> endings(Ending ending) throws IOException {
    var endings = new TreeSet<String>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (var net = new Simulation(seed)) {
        endings.add(ending.of(net));
      }
    }
    return endings;
  }

  // ---- What is kept ---------------------------------------------------------------------------

  @Test
  void aKilledProgramLeavesAllThatItHasWritten() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = host.disk().root().resolve("a");
              Files.writeString(file, "written");
              host.kill();
              host.restart();
              return contentOrNothing(file);
            }))
        .containsExactly("written");
  }

  @Test
  void whatWasForcedSurvivesALossOfPower() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = host.disk().root().resolve("a");
              Files.writeString(file, "forced");
              force(file);
              force(host.disk().root());
              host.powerOff();
              host.restart();
              return contentOrNothing(file);
            }))
        .containsExactly("forced");
  }

  @Test
  void aChannelThatIsOpenedToForceDoesSo() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = old(host, "a", "");
              Files.writeString(file, "forced", WRITE, SYNC);
              host.powerOff();
              return contentOrNothing(file);
            }))
        .containsExactly("forced");
  }

  @Test
  void theKernelWritesWhatIsOld() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = host.disk().root().resolve("a");
              Files.writeString(file, "old");
              net.runFor(ofSeconds(31));
              host.powerOff();
              return contentOrNothing(file);
            }))
        .containsExactly("old");
  }

  // ---- What is lost ---------------------------------------------------------------------------

  @Test
  void whatWasNotForcedIsLostWhollyOrInPart() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = old(host, "a", "");
              Files.writeString(file, "A".repeat(512) + "B".repeat(100));
              host.powerOff();
              return contentOrNothing(file).replaceAll("(.)\\1+", "$1");
            }))
        .as("nothing, all, the first sector, and the second behind zeros")
        .containsExactly("", "\0B", "A", "AB");
  }

  @Test
  void whatWasOverwrittenMayBeThereAgainInPart() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = old(host, "a", "-".repeat(1_536));
              Files.writeString(file, "A".repeat(1_536), WRITE);
              host.powerOff();
              return contentOrNothing(file).replaceAll("(.)\\1{511}", "$1");
            }))
        .containsExactly("---", "--A", "-A-", "-AA", "A--", "A-A", "AA-", "AAA");
  }

  @Test
  void writesAreLostInAnyOrderUnlessForcedInBetween() throws IOException {
    Ending unordered =
        net -> {
          var host = net.host("one");
          Path file = old(host, "a", "");
          Path other = old(host, "b", "");
          Files.writeString(file, "A");
          Files.writeString(other, "B");
          host.powerOff();
          return contentOrNothing(file) + contentOrNothing(other);
        };
    assertThat(endings(unordered)).containsExactly("", "A", "AB", "B");
    Ending ordered =
        net -> {
          var host = net.host("one");
          Path file = old(host, "a", "");
          Path other = old(host, "b", "");
          Files.writeString(file, "A");
          force(file);
          Files.writeString(other, "B");
          host.powerOff();
          return contentOrNothing(file) + contentOrNothing(other);
        };
    assertThat(endings(ordered)).containsExactly("A", "AB");
  }

  @Test
  void entriesOfDirectoriesAreLostFromTheLastOneBackwards() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path root = host.disk().root();
              for (String name : List.of("a", "b", "c")) {
                Files.createFile(root.resolve(name));
              }
              host.powerOff();
              try (var entries = Files.list(root)) {
                return entries.map(Path::toString).sorted().toList().toString();
              }
            }))
        .containsExactly("[/a, /b, /c]", "[/a, /b]", "[/a]", "[]");
  }

  @Test
  void aFileThatWasReplacedIsTheOldOneOrTheNewOne() throws IOException {
    Ending careful = net -> replaced(net, /* forced= */ true);
    assertThat(endings(careful)).containsExactly("new", "old");
    Ending careless = net -> replaced(net, /* forced= */ false);
    assertThat(endings(careless))
        .as("renaming does not force what is renamed")
        .containsExactly("", "new", "old");
  }

  private static String replaced(Simulation net, boolean forced) throws IOException {
    var host = net.host("one");
    Path file = old(host, "a", "old");
    Path next = host.disk().root().resolve("a.new");
    Files.writeString(next, "new");
    if (forced) {
      force(next);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    host.powerOff();
    return contentOrNothing(file);
  }

  @Test
  void aDeletedFileMayComeBack() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = old(host, "a", "content");
              Files.delete(file);
              host.powerOff();
              return contentOrNothing(file);
            }))
        .containsExactly("content", "nothing");
  }

  @Test
  void whatForcingHasFailedForIsLost() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = old(host, "a", "");
              Files.writeString(file, "lost");
              host.disk().forceErrors(1);
              assertThatThrownBy(() -> force(file))
                  .isInstanceOf(FileSystemException.class)
                  .hasMessageContaining("Input/output error");
              host.disk().forceErrors(0);
              force(file);
              String seen = Files.readString(file);
              host.powerOff();
              return seen + ", then '" + contentOrNothing(file) + "'";
            }))
        .containsExactly("lost, then ''");
  }

  @Test
  void aCallThatIsUnderWayIsDoneInPart() throws IOException {
    assertThat(
            endings(net -> {
              var host = net.host("one");
              Path file = old(host, "a", "");
              var answers = new ArrayList<String>();
              host.blockingTakes(ofSeconds(1), ofSeconds(1));
              host.run(reactor ->
                  reactor
                      .deferToThread(() -> {
                        for (String letter : List.of("A", "B", "C")) {
                          Files.writeString(file, letter, APPEND);
                        }
                        return "done";
                      })
                      .thenAccept(answers::add));
              net.runFor(ofMillis(500));
              assertThat(Files.readString(file)).isEmpty();
              host.kill();
              net.runFor(ofSeconds(2));
              assertThat(answers).isEmpty();
              return contentOrNothing(file);
            }))
        .containsExactly("", "A", "AB", "ABC");
  }

  @Test
  void aReplacementHasNoFiles() throws IOException {
    try (var net = new Simulation(1)) {
      var host = net.host("one");
      Path file = old(host, "a", "content");
      var found = new ArrayList<String>();
      host.run(_ -> {
        found.add(contentOrNothing(file));
        Files.writeString(file, "again");
        return Deferred.done();
      });
      host.restart();
      net.runFor(ofMillis(1));
      host.restartWithoutFiles();
      net.runFor(ofMillis(1));
      assertThat(found).containsExactly("content", "again", "nothing");
      assertThat(net.count(Fault.DISK_LOST)).isEqualTo(1);
    }
  }

  // ---- What fails -----------------------------------------------------------------------------

  @Test
  void aDiskIsFull() throws IOException {
    try (var net = new Simulation(1)) {
      var host = net.host("one");
      Path root = host.disk().root();
      host.disk().capacity(1_000);
      Files.write(root.resolve("a"), new byte[700]);
      try (var file = FileChannel.open(root.resolve("b"), CREATE, WRITE)) {
        assertThat(file.write(ByteBuffer.allocate(500))).as("a short write").isEqualTo(300);
        assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1)))
            .isInstanceOf(FileSystemException.class)
            .hasMessageContaining("No space left on device");
        assertThat(file.write(ByteBuffer.allocate(300), 0)).isEqualTo(300);
        assertThat(Files.getFileStore(root).getUsableSpace()).isZero();
        Files.delete(root.resolve("a"));
        assertThat(file.write(ByteBuffer.allocate(900))).isEqualTo(700);
        file.truncate(100);
        assertThat(Files.getFileStore(root).getUsableSpace()).isEqualTo(900);
        host.powerOff();
      }
      assertThat(Files.getFileStore(root).getTotalSpace()).isEqualTo(1_000);
    }
  }

  @SimulationTest(
      seeds = 10,
      expect = {Fault.READ_ERROR, Fault.WRITE_ERROR, Fault.FORCE_ERROR})
  void operationsFailNowAndThen(Simulation net) throws IOException {
    var host = net.host("one");
    Path file = old(host, "a", "");
    host.disk().readErrors(0.1).writeErrors(0.1).forceErrors(0.1);
    int failed = 0;
    int length = 0;
    for (int i = 0; i < 200; i++) {
      try {
        Files.writeString(file, "x", APPEND);
        length++;
        force(file);
        assertThat(Files.readString(file)).hasSize(length);
      } catch (FileSystemException e) {
        failed++;
      }
    }
    assertThat(failed).isBetween(20, 120);
    net.heal();
    assertThat(Files.readString(file)).hasSize(length);
  }

  @SimulationTest(
      seeds = 3,
      expect = {Fault.NO_DESCRIPTORS, Fault.KILL})
  void openFilesTakeDescriptors(Simulation net) throws IOException {
    var host = net.host("one");
    Path file = old(host, "a", "x");
    host.limitDescriptors(2);
    var first = FileChannel.open(file);
    var _ = FileChannel.open(file);
    assertThatThrownBy(() -> FileChannel.open(file))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Too many open files");
    first.close();
    first.close();
    var third = FileChannel.open(file);
    assertThatThrownBy(net::assertNothingLeft)
        .hasMessageContaining("left behind")
        .hasMessageContaining("file one:/a");
    host.kill();
    assertThatThrownBy(third::size).isInstanceOf(ClosedChannelException.class);
    var open = List.of(FileChannel.open(file), FileChannel.open(file));
    for (FileChannel each : open) {
      each.close();
    }
    net.assertNothingLeft();
  }

  @SimulationTest(seeds = 5)
  void aFileIsSent(Simulation net) throws IOException {
    var server = net.host("server");
    var client = net.host("client");
    Path file = old(server, "a", "0123456789".repeat(30_000));
    var sent = new ArrayList<Long>();
    server.run(reactor ->
        reactor.listen(
            "tcp:7",
            transport ->
                new Protocol() {
                  private FileChannel channel;

                  @Override
                  public void connectionMade() throws IOException {
                    channel = FileChannel.open(file);
                    var _ =
                        transport
                            .sendFile(channel, 5, 299_000)
                            .handle((count, failure) -> sent.add(failure == null ? count : -1));
                    transport.loseConnection();
                  }

                  @Override
                  public void dataReceived(ByteBuffer data) {}

                  @Override
                  public void connectionLost(ConnectionClosed reason) throws IOException {
                    channel.close();
                  }
                }));
    var received = new StringBuilder();
    client.run(reactor ->
        reactor.connect(
            "tcp:server:7", Protocol.onData((_, data) -> received.append(UTF_8.decode(data)))));
    net.runFor(ofSeconds(10));
    assertThat(sent).containsExactly(299_000L);
    assertThat(received.toString()).isEqualTo(Files.readString(file).substring(5, 299_005));
  }

  // ---- The run as a whole ---------------------------------------------------------------------

  @Test
  void aHostThatRestartsItselfComesBack() {
    for (long seed = 1; seed <= 50; seed++) {
      try (var net = new Simulation(seed)) {
        var host = net.host("one");
        var starts = new ArrayList<Long>();
        host.run(reactor -> {
          starts.add(net.clock().nanoTime());
          if (starts.size() < 5) {
            var _ = reactor.callLater(ofSeconds(1), host::restart);
          }
          return Deferred.done();
        });
        net.runFor(ofSeconds(10));
        assertThat(starts).as("seed %s", seed).hasSize(5);
      }
    }
  }

  @Test
  void filesAreListedInNoOrder() throws IOException {
    assertThat(
            endings(net -> {
              Path root = net.host("one").disk().root();
              for (String name : List.of("a", "b", "c")) {
                Files.createFile(root.resolve(name));
              }
              try (var entries = Files.list(root)) {
                return entries.toList().toString();
              }
            }))
        .hasSize(6);
  }

  @Test
  void theTimelineSaysWhatIsWrittenAndForced() throws IOException {
    try (var net = new Simulation(1)) {
      Path file = old(net.host("one"), "a", "x");
      force(file);
      net.host("one").powerOff();
      assertThat(net.timeline())
          .anyMatch(line -> line.endsWith("one writes to /a"))
          .anyMatch(line -> line.endsWith("one forces /a"));
    }
  }

  @Test
  void aLossIsAFaultThatCanBeLeftOut() throws IOException {
    var replay = new Replay(1, new TreeSet<>(), true, true);
    try (var net = new Simulation(replay)) {
      var host = net.host("one");
      Path file = host.disk().root().resolve("a");
      Files.writeString(file, "kept");
      host.powerOff();
      assertThat(contentOrNothing(file)).isEqualTo("kept");
    }
  }

  @Test
  void pathsOfOneHostAreNotThoseOfAnother() {
    try (var net = new Simulation(1)) {
      Path one = net.host("one").disk().root();
      Path other = net.host("other").disk().root();
      assertThat(one).isNotEqualTo(other).hasToString("/");
      assertThat(one.toUri()).hasToString("tendril-disk:/one/");
      assertThatThrownBy(() -> Files.readString(one.resolve("a")))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> Files.move(one.resolve("a"), other.resolve("a")))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> one.resolve(Path.of("a")))
          .isInstanceOf(java.nio.file.ProviderMismatchException.class);
    }
  }
}
