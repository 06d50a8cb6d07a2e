package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.spi.Engines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that the kernel sends by itself, on the engine that has to open them once more for that.
 */
@EnabledOnOs(OS.LINUX)
class SentFilesTest {
  private static final int SIZE = 3_000_000;
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final byte[] content = new byte[SIZE];
  private OpenDescriptors before;
  private Reactor reactor;
  private Path path;
  private FileChannel plain;

  /** The JDK keeps a socket that it makes when it closes the first one. */
  @BeforeAll
  static void closeOne() throws IOException {
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new Socket(listening.getInetAddress(), listening.getLocalPort()).close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    before = OpenDescriptors.now();
    new Random(7).nextBytes(content);
    path = Files.write(directory.resolve("file"), content);
    plain = FileChannel.open(path, StandardOpenOption.READ);
    reactor = Reactor.create(ReactorOptions.defaults().withEngine(Engines.linux())).start();
  }

  @AfterEach
  void close() throws Exception {
    plain.close();
    reactor.stop();
    reactor.awaitStopped(SOON);
    before.assertNoMore();
  }

  private static Object key(Path file) throws Exception {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** What a client receives of a part of a file, and how much the server says that it has sent. */
  private byte[] sent(FileChannel file, long position, long count) throws Exception {
    var said = new CompletableFuture<Long>();
    int port =
        reactor
            .blockingCall(
                () ->
                    reactor.listen(
                        "tcp:0:interface=127.0.0.1",
                        Protocol.onData((transport, data) -> {
                          data.position(data.limit());
                          send(transport, file, position, count, said);
                        })),
                SOON)
            .port();
    try (var client = new Socket("127.0.0.1", port)) {
      client.setSoTimeout((int) SOON.toMillis());
      client.getOutputStream().write(1);
      byte[] received = client.getInputStream().readAllBytes();
      assertThat(said.get(30, TimeUnit.SECONDS)).isEqualTo(received.length);
      return received;
    }
  }

  private static void send(
      Transport transport,
      FileChannel file,
      long position,
      long count,
      CompletableFuture<Long> said) {
    var _ =
        transport
            .sendFile(file, position, count)
            .thenAccept(said::complete)
            .whenComplete((_, _) -> transport.loseConnection());
  }

  @Test
  void allOfItAndParts() throws Exception {
    try (FileChannel file = reactor.network().toSend(plain, path, key(path))) {
      assertThat(file).isNotSameAs(plain);
      assertThat(sent(file, 0, SIZE)).isEqualTo(content);
      assertThat(sent(file, 12_345, 1_000_000))
          .isEqualTo(Arrays.copyOfRange(content, 12_345, 1_012_345));
      assertThat(file.position()).as("is not moved").isZero();
    }
    assertThat(plain.isOpen()).as("is closed along with it").isFalse();
  }

  @Test
  void whatIsMissingIsNotSent() throws Exception {
    try (FileChannel file = reactor.network().toSend(plain, path, key(path))) {
      assertThat(sent(file, SIZE - 10, 100))
          .isEqualTo(Arrays.copyOfRange(content, SIZE - 10, SIZE));
    }
  }

  @Test
  void inEverythingElseItIsTheSameFile() throws Exception {
    try (FileChannel file = reactor.network().toSend(plain, path, key(path))) {
      assertThat(file.size()).isEqualTo(SIZE);
      ByteBuffer some = ByteBuffer.allocate(10);
      assertThat(file.read(some, 77)).isEqualTo(10);
      assertThat(some.array()).isEqualTo(Arrays.copyOfRange(content, 77, 87));
      assertThat(file.position(5).read(some.clear())).isEqualTo(10);
      assertThat(file.position()).isEqualTo(15);
    }
  }

  @Test
  void anotherFileThatHasComeInItsPlaceIsNotSent() throws Exception {
    Object key = key(path);
    Path other = Files.writeString(directory.resolve("other"), "other");
    Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
    FileChannel file = reactor.network().toSend(plain, path, key);
    assertThat(file).isSameAs(plain);
    assertThat(sent(file, 0, SIZE)).as("reads and sends").isEqualTo(content);
  }

  @Test
  void aFileThatIsGoneStaysWhatItIs() throws Exception {
    Object key = key(path);
    Files.delete(path);
    assertThat(reactor.network().toSend(plain, path, key)).isSameAs(plain);
    assertThat(reactor.network().toSend(plain, directory, key)).isSameAs(plain);
    assertThat(reactor.network().toSend(plain, path, null)).isSameAs(plain);
  }

  @Test
  void aLinkInItsPlaceLeadsNowhereElse() throws Exception {
    Object key = key(path);
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    Files.delete(path);
    Files.createSymbolicLink(path, secret);
    assertThat(reactor.network().toSend(plain, path, key)).isSameAs(plain);
  }

  @Test
  void whatIsClosedCannotBeSent() throws Exception {
    FileChannel file = reactor.network().toSend(plain, path, key(path));
    file.close();
    assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
  }
}
