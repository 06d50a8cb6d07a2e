package io.tendril.core.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files for children, and FIFOs whose other end nobody comes to. */
@EnabledOnOs(OS.LINUX)
class PatientOpeningTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(30);
  private static final int CREATE = Kernel.O_CREAT | Kernel.O_TRUNC;

  @TempDir Path directory;

  private final ExecutorService others = Executors.newSingleThreadExecutor();
  private Path fifo;

  @BeforeEach
  void makeFifo() throws Exception {
    fifo = directory.resolve("fifo");
    Process made = new ProcessBuilder("mkfifo", "" + fifo).start();
    assertThat(made.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(made.exitValue()).isZero();
  }

  @AfterEach
  void end() {
    others.shutdownNow();
  }

  private int open(Path path, int flags, Duration longest) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      return new PatientOpening(state, arena.allocateFrom("" + path), flags, longest).open(0600);
    }
  }

  private Future<Integer> opening(int flags) {
    Callable<Integer> call = () -> open(fifo, flags, LONG);
    return others.submit(call);
  }

  /** Whether calls on it wait, as a child takes for granted; closes it. */
  private static boolean waits(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      int flags = DescriptorCalls.control(state, fd, Kernel.F_GETFL, 0);
      Libc.close(state, fd);
      return flags >= 0 && (flags & Kernel.O_NONBLOCK) == 0;
    }
  }

  private long ofThis() throws IOException {
    long count = 0;
    for (int number : OpenNumbers.now()) {
      Path link = Path.of("/proc/self/fd/" + number);
      count +=
          Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                  && Files.readSymbolicLink(link).equals(fifo)
              ? 1
              : 0;
    }
    return count;
  }

  @Test
  void aReaderWaitsForSomethingToRead() throws Exception {
    Future<Integer> opening = opening(Kernel.O_RDONLY);
    try (var writer = FileChannel.open(fifo, StandardOpenOption.WRITE)) {
      writer.write(java.nio.ByteBuffer.wrap(new byte[] {1}));
      assertThat(waits(opening.get(30, TimeUnit.SECONDS))).isTrue();
    }
  }

  @Test
  void aWriterThatComesAndGoesIsEnough() throws Exception {
    Future<Integer> opening = opening(Kernel.O_RDONLY);
    FileChannel.open(fifo, StandardOpenOption.WRITE).close();
    assertThat(waits(opening.get(30, TimeUnit.SECONDS))).isTrue();
  }

  @Test
  void aWriterWaitsForAReader() throws Exception {
    Future<Integer> opening = opening(Kernel.O_WRONLY | CREATE);
    try (var _ = FileChannel.open(fifo, StandardOpenOption.READ)) {
      assertThat(waits(opening.get(30, TimeUnit.SECONDS))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Kernel.O_RDONLY, Kernel.O_WRONLY})
  void nobodyComes(int flags) throws Exception {
    assertThat(open(fifo, flags, SHORT)).isEqualTo(-Kernel.ETIMEDOUT);
    assertThat(ofThis()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {Kernel.O_RDONLY, Kernel.O_WRONLY})
  void whoIsInterruptedWaitsNoLonger(int flags) throws Exception {
    Future<Integer> opening =
        others.submit(() -> {
          Thread.currentThread().interrupt();
          return open(fifo, flags, LONG);
        });
    assertThat(opening.get(30, TimeUnit.SECONDS)).isEqualTo(-Kernel.ECANCELED);
    assertThat(ofThis()).isZero();
  }

  @Test
  void bothEndsAtOnceWaitForNobody() {
    assertThat(waits(open(fifo, Kernel.O_RDWR, LONG))).isTrue();
  }

  @Test
  void filesAreOpenedAsTheyAre() throws Exception {
    Path file = directory.resolve("file");
    assertThat(open(file, Kernel.O_RDONLY, LONG)).isEqualTo(-Kernel.ENOENT);
    assertThat(waits(open(file, Kernel.O_WRONLY | CREATE, LONG))).isTrue();
    assertThat(waits(open(file, Kernel.O_RDONLY, LONG))).isTrue();
    int appending = open(file, Kernel.O_WRONLY | Kernel.O_CREAT | Kernel.O_APPEND, LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.state());
      int flags = DescriptorCalls.control(state, appending, Kernel.F_GETFL, 0);
      assertThat(flags & Kernel.O_APPEND).isEqualTo(Kernel.O_APPEND);
    }
    assertThat(waits(appending)).isTrue();
  }

  /** As the file of a socket is, which cannot be opened either. */
  @Test
  void whatIsNoFifoIsNotWaitedFor() throws Exception {
    Path path = directory.resolve("socket");
    try (var listening =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      listening.bind(java.net.UnixDomainSocketAddress.of(path));
      assertThat(open(path, Kernel.O_WRONLY, LONG)).isEqualTo(-Kernel.ENXIO);
    }
  }
}
