package io.tendril.tls.boringssl;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a client's first message which application protocols it offers (RFC 8446, section
 * 4.1.2; RFC 7301, section 3.1). The message may be cut over several records. One that is wrong in
 * itself is left to whoever reads all of it.
 */
final class ClientHello {
  private static final int RECORD_HEADER = 5;
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int MESSAGE_HEADER = 4;
  private static final int VERSION_AND_RANDOM = 34;
  private static final int ALPN = 16;

  /** A longer one is none that is meant well. */
  private static final int LONGEST = 16 << 10;

  /** The header, and when that is there as much as it says. */
  private byte[] message = new byte[MESSAGE_HEADER];

  /** How much of it is there. */
  private int length;

  private boolean done;
  private List<String> offered = List.of();

  /** Whether all of it that matters is known. */
  boolean isDone() {
    return done;
  }

  /** The protocols that the client offers; empty if none. */
  List<String> offered() {
    return offered;
  }

  /** Takes a whole record, which it does not change. */
  void record(ByteBuffer record) {
    int size = record.remaining() - RECORD_HEADER;
    if (size < 0 || record.get(record.position()) != HANDSHAKE) {
      done = true;
      return;
    }
    ByteBuffer content = record.slice(record.position() + RECORD_HEADER, size);
    while (!done && content.hasRemaining()) {
      int count = Math.min(content.remaining(), message.length - length);
      content.get(message, length, count);
      length += count;
      if (length == message.length) {
        whole();
      }
    }
  }

  /** The header, or all of the message, is there. */
  private void whole() {
    int size = MESSAGE_HEADER + (ByteBuffer.wrap(message).getInt() & 0xffffff);
    if (length == size) {
      done = true;
      offered = read(ByteBuffer.wrap(message));
      message = new byte[0];
    } else if (size > LONGEST) {
      done = true;
      message = new byte[0];
    } else {
      message = Arrays.copyOf(message, size);
    }
  }

  private static List<String> read(ByteBuffer hello) {
    try {
      if (hello.get() != CLIENT_HELLO) {
        return List.of();
      }
      skip(hello, MESSAGE_HEADER - 1 + VERSION_AND_RANDOM);
      skip(hello, hello.get() & 0xff); // the session
      skip(hello, hello.getShort() & 0xffff); // cipher suites
      skip(hello, hello.get() & 0xff); // compression
      ByteBuffer extensions = part(hello);
      while (extensions != null && extensions.hasRemaining()) {
        int type = extensions.getShort();
        ByteBuffer extension = part(extensions);
        if (type == ALPN && extension != null) {
          return protocols(extension);
        }
      }
      return List.of();
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return List.of();
    }
  }

  private static List<String> protocols(ByteBuffer extension) {
    List<String> protocols = new ArrayList<>();
    ByteBuffer list = part(extension);
    while (list != null && list.hasRemaining()) {
      byte[] name = new byte[list.get() & 0xff];
      list.get(name);
      protocols.add(new String(name, StandardCharsets.ISO_8859_1));
    }
    return protocols;
  }

  private static void skip(ByteBuffer from, int count) {
    from.position(from.position() + count);
  }

  /** What a length of two bytes stands before; null if nothing is left. */
  private static @Nullable ByteBuffer part(ByteBuffer from) {
    if (!from.hasRemaining()) {
      return null;
    }
    int length = from.getShort() & 0xffff;
    ByteBuffer part = from.slice(from.position(), Math.min(length, from.remaining()));
    skip(from, length);
    return part;
  }
}
