package io.tendril.examples.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a ledger in a file: of each its length and its checksum, four octets each, and its
 * text. All of it blocks; used in one thread at a time.
 *
 * <p>After a crash the last of them may be there in part, with anything or nothing in place of the
 * rest; so reading ends at the first that is not as its checksum says, and writing begins there.
 */
final class LedgerFile {
  private static final int HEADER = 8;
  private static final int LONGEST = 1 << 20;

  private final Path directory;
  private final Ledger.Mistake mistake;
  private @Nullable FileChannel channel;
  private long end;

  LedgerFile(Path directory, Ledger.Mistake mistake) {
    this.directory = directory;
    this.mistake = mistake;
  }

  /** Opens the file, and makes it if it is not there; the lines that are in it. */
  List<String> open() throws IOException {
    var file = FileChannel.open(directory.resolve("ledger"), CREATE, READ, WRITE);
    channel = file;
    if (mistake != Ledger.Mistake.DIRECTORY_NOT_FORCED) {
      try (var names = FileChannel.open(directory, READ)) {
        names.force(true);
      }
    }
    List<String> lines = new ArrayList<>();
    for (String line; (line = read(file)) != null; ) {
      lines.add(line);
    }
    if (mistake == Ledger.Mistake.END_NOT_CUT_OFF) {
      end = file.size();
    } else {
      file.truncate(end);
    }
    return lines;
  }

  private @Nullable String read(FileChannel file) throws IOException {
    ByteBuffer header = read(file, end, HEADER);
    if (header == null) {
      return null;
    }
    int length = header.getInt();
    int checksum = header.getInt();
    if (length < 1 || length > LONGEST) {
      return null;
    }
    ByteBuffer text = read(file, end + HEADER, length);
    if (text == null || checksum(text) != checksum) {
      return null;
    }
    end += HEADER + length;
    return UTF_8.decode(text).toString();
  }

  private static @Nullable ByteBuffer read(FileChannel file, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) >= 0) {}
    return bytes.hasRemaining() ? null : bytes.flip();
  }

  /**
   * Adds a line, and returns when it is on the disk.
   *
   * @throws IOException also ever after: whether the line is there, is found out by the next start
   */
  void append(String line) throws IOException {
    FileChannel file = channel;
    if (file == null) {
      throw new IOException("the ledger has failed");
    }
    byte[] text = line.getBytes(UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + text.length);
    bytes.putInt(text.length).putInt(checksum(ByteBuffer.wrap(text))).put(text).flip();
    try {
      for (long at = end; bytes.hasRemaining(); ) {
        at += file.write(bytes, at);
      }
      if (mistake != Ledger.Mistake.LINE_NOT_FORCED) {
        file.force(false);
      }
      end += bytes.limit();
    } catch (IOException e) {
      channel = null;
      file.close();
      throw e;
    }
  }

  private static int checksum(ByteBuffer text) {
    var sum = new CRC32();
    sum.update(text.duplicate());
    return (int) sum.getValue();
  }
}
