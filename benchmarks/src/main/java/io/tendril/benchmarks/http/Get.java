package io.tendril.benchmarks.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.benchmarks.load.Exchange;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A GET, asked once and looked at closely; that answer is what must come back ever after. */
public final class Get {
  private static final List<String> FIELDS =
      List.of("content-length: ", "content-type: text/plain", "date: ", "server: ");

  private Get() {}

  /** Asks a server for a target. The answer must be 200 with this content. */
  static Exchange of(int port, String target, byte[] content) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      return of(socket, target, content);
    }
  }

  /** The same over a connection that is there. */
  public static Exchange of(Socket connected, String target, byte[] content) throws IOException {
    String host = "127.0.0.1:" + connected.getPort();
    String request = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    try (var socket = connected) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      var input = new DataInputStream(socket.getInputStream());
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) input.readUnsignedByte());
      }
      check(head.toString(), content.length);
      if (!Arrays.equals(input.readNBytes(content.length), content)) {
        throw new IOException("other content of " + target);
      }
      int date = head.toString().toLowerCase(Locale.ROOT).indexOf("\r\ndate: ") + 8;
      byte[] octets = head.toString().getBytes(ISO_8859_1);
      byte[] reply = Arrays.copyOf(octets, octets.length + content.length);
      System.arraycopy(content, 0, reply, octets.length, content.length);
      return new Exchange(request.getBytes(ISO_8859_1), reply, date, head.indexOf("\r\n", date));
    }
  }

  private static void check(String head, int length) throws IOException {
    String lower = head.toLowerCase(Locale.ROOT);
    boolean fine =
        head.startsWith("HTTP/1.1 200 OK\r\n")
            && lower.contains("\r\ncontent-length: " + length + "\r\n")
            && FIELDS.stream().allMatch(field -> lower.contains("\r\n" + field));
    if (!fine) {
      throw new IOException("not the answer that was asked for:\n" + head);
    }
  }
}
