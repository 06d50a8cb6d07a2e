package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T1 for files: sendFile. */
interface FileCases extends Cases {
  /** A file of so many bytes, which goes with the case. */
  private FileChannel file(int size) {
    try {
      Path path = Files.createTempFile("tendril", ".data");
      Files.write(path, Payload.of(size));
      FileChannel file =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
      rig().atEnd(file::close);
      return file;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16_384, 100_000, 7_000_000})
  default void t1AFileIsSentWhole(int size) {
    Link link = rig().link(new Script());
    var sent = rig().outcome(link.transport().sendFile(file(size), 0, size));
    link.peer().expect(Payload.of(size));
    assertEquals(size, sent.value());
  }

  @Test
  default void t1APartOfAFileIsSent() {
    Link link = rig().link(new Script());
    long sent = rig().value(link.transport().sendFile(file(10_000), 2_000, 3_000));
    assertEquals(3_000, sent);
    link.peer().expect(Payload.of(3_000, 2_000));
  }

  @Test
  default void t1AFileThatIsTooShortSaysHowMuchWasSent() {
    Link link = rig().link(new Script());
    long sent = rig().value(link.transport().sendFile(file(10_000), 9_000, 5_000));
    assertEquals(1_000, sent);
    link.transport().write("|");
    link.peer().awaitSize(1_001);
    assertEquals(0, link.transport().outboundBytes());
  }

  @Test
  default void t1NothingOfAFileIsSentAtOnce() {
    Link link = rig().link(new Script());
    assertEquals(0L, rig().value(link.transport().sendFile(file(10), 0, 0)));
  }

  @Test
  default void t1AFileKeepsItsPlaceBetweenWrites() {
    Link link = rig().link(new Script());
    link.transport().write(Payload.of(100_000));
    rig().outcome(link.transport().sendFile(file(500_000), 100_000, 300_000));
    link.transport().write(Payload.of(100_000, 400_000));
    rig().outcome(link.transport().sendFile(file(600_000), 500_000, 100_000));
    link.peer().expect(Payload.of(600_000));
  }

  @Test
  default void t1TheFileStaysOpen() throws IOException {
    Link link = rig().link(new Script());
    FileChannel file = file(1_000);
    rig().value(link.transport().sendFile(file, 0, 1_000));
    rig().value(link.transport().sendFile(file, 0, 1_000));
    assertTrue(file.isOpen());
    assertEquals(0, file.position());
    link.peer().awaitSize(2_000);
  }

  @Test
  default void t1AFileIsSentBeforeAnOrderlyClose() {
    Link link = rig().link(new Script());
    var sent = rig().outcome(link.transport().sendFile(file(3_000_000), 0, 3_000_000));
    link.transport().loseConnection();
    link.peer().awaitEnd().expect(Payload.of(3_000_000));
    assertEquals(3_000_000, sent.value());
  }

  @Test
  default void t1AFileFailsWithTheConnection() {
    Link link = rig().link(new Script());
    rig().clog(link);
    var sent = rig().outcome(link.transport().sendFile(file(1_000), 0, 1_000));
    link.transport().abortConnection();
    rig().lost(link.protocol());
    rig().settle();
    sent.failure(ConnectionClosed.Aborted.class);
  }

  @Test
  default void t1AFileOnAClosedConnectionFails() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    rig().failure(ConnectionClosed.Done.class, link.transport().sendFile(file(10), 0, 10));
  }

  @Test
  default void t1APlaceThatNoFileHasIsRefused() {
    Link link = rig().link(new Script());
    FileChannel file = file(10);
    assertThrows(IllegalArgumentException.class, () -> link.transport().sendFile(file, -1, 10));
    assertThrows(IllegalArgumentException.class, () -> link.transport().sendFile(file, 0, -10));
  }

  @Test
  default void t1AFileThatCannotBeReadFailsItsDeferred() throws IOException {
    Link link = rig().link(new Script());
    FileChannel file = file(1_000);
    file.close();
    rig().failure(Exception.class, link.transport().sendFile(file, 0, 1_000));
    rig().lost(link.protocol());
  }

  @Test
  default void t1ACancelledFileStops() {
    Link link = rig().link(new Script());
    link.peer().pause();
    var sending = link.transport().sendFile(file(30_000_000), 0, 30_000_000);
    var sent = rig().outcome(sending);
    rig().settle();
    sending.cancel();
    sent.failure(CancellationException.class);
    link.transport().write(ByteBuffer.wrap(Payload.of(10)));
    link.transport().loseConnection();
    link.peer().resume().awaitEnd();
    int size = link.peer().size() - 10;
    assertTrue(size < 30_000_000, "went on after the cancellation");
    assertArrayEquals(Payload.of(size), Arrays.copyOf(link.peer().bytes(), size));
    assertFalse(link.peer().isReset());
  }
}
