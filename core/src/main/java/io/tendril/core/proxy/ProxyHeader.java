package io.tendril.core.proxy;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy says of a connection before anything else is said on it.
 *
 * @param version 1 or 2
 * @param source who has connected to the proxy; null if the proxy does not say, or has connected on
 *     its own account, as for a health check
 * @param destination where; null with the source
 * @param values what else it says, in order; none in version 1
 */
public record ProxyHeader(
    int version,
    @Nullable SocketAddress source,
    @Nullable SocketAddress destination,
    List<Value> values) {
  /** The application protocol that was negotiated. */
  public static final int ALPN = 0x01;

  /** The host name that the client has asked for: what TLS calls the server's name. */
  public static final int AUTHORITY = 0x02;

  /** A number of the proxy's for this connection, of up to 128 octets. */
  public static final int UNIQUE_ID = 0x05;

  /** What is said of the client's TLS: see {@link #tls}. */
  public static final int SSL = 0x20;

  /** The network namespace, by name. */
  public static final int NETNS = 0x30;

  /** Copies the list. */
  public ProxyHeader {
    values = List.copyOf(values);
  }

  /** The first value of a type, or null. */
  public @Nullable Value value(int type) {
    return first(values, type);
  }

  /** What the proxy says of the client's TLS; null if it says nothing, or there was none. */
  public @Nullable Tls tls() {
    Value value = value(SSL);
    return value == null ? null : Tls.read(value.octets());
  }

  private static @Nullable Value first(List<Value> values, int type) {
    return values.stream().filter(value -> value.type() == type).findFirst().orElse(null);
  }

  /**
   * One value of version 2, whose type says how it is to be read.
   *
   * @param type 0 to 255; those from 0xE0 on are anybody's own
   * @param octets what it says; not copied, and not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by content, below
  public record Value(int type, byte[] octets) {
    /** As text in UTF-8: for names. */
    public String text() {
      return new String(octets, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Value that && type == that.type && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
      return 31 * type + Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
      return "0x%02x=%s".formatted(type, HexFormat.of().formatHex(octets));
    }
  }

  /**
   * TLS between the client and the proxy.
   *
   * @param verified whether the client has shown a certificate, on this connection or before in its
   *     session, and that was found good
   * @param version "TLSv1.3"
   * @param name the common name of the client's certificate
   * @param cipher the cipher suite
   */
  public record Tls(
      boolean verified, @Nullable String version, @Nullable String name, @Nullable String cipher) {
    private static final int FIXED = 5;
    private static final int USED = 1;
    private static final int CERTIFICATES = 2 | 4;
    private static final int VERSION = 0x21;
    private static final int NAME = 0x22;
    private static final int CIPHER = 0x23;

    private static @Nullable Tls read(byte[] octets) {
      ByteBuffer in = ByteBuffer.wrap(octets);
      int client = in.get();
      boolean good = in.getInt() == 0;
      if ((client & USED) == 0) {
        return null;
      }
      List<Value> inside = values(octets);
      return new Tls(
          good && (client & CERTIFICATES) != 0,
          text(inside, VERSION),
          text(inside, NAME),
          text(inside, CIPHER));
    }

    /** The values inside of one. */
    static List<Value> values(byte[] octets) {
      return ProxyBlock.values(ByteBuffer.wrap(octets).position(FIXED), true);
    }

    /** Whether a value can be read as this. */
    static boolean isWhole(byte[] octets) {
      return octets.length >= FIXED;
    }

    private static @Nullable String text(List<Value> values, int type) {
      Value value = first(values, type);
      return value == null ? null : value.text();
    }
  }
}
