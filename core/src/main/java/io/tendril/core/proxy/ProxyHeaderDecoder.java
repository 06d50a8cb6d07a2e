package io.tendril.core.proxy;

import io.tendril.core.framing.Decoder;
import io.tendril.core.framing.FramingViolation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of either version. There is one, at the beginning of a connection; what follows
 * it is left in the buffer. Anything else there is a violation as soon as it is seen to be: nobody
 * is to guess whether there is a header.
 */
public final class ProxyHeaderDecoder implements Decoder<ProxyHeader> {
  /** The most octets behind the fixed part of version 2, unless one says otherwise. */
  public static final int DEFAULT_LIMIT = 4096;

  private final int limit;

  /** Headers of a usual size. */
  public ProxyHeaderDecoder() {
    this(DEFAULT_LIMIT);
  }

  /**
   * Headers of a limited size.
   *
   * @param limit the most octets behind the fixed part of version 2, which has 16; 216 to 65535
   */
  public ProxyHeaderDecoder(int limit) {
    if (limit < 216 || limit > 65_535) {
      throw new IllegalArgumentException("a limit of " + limit + " octets");
    }
    this.limit = limit;
  }

  @Override
  public int unreadLimit() {
    return limit + ProxyBlock.FIXED;
  }

  @Override
  public @Nullable ProxyHeader next(ByteBuffer in) {
    if (!in.hasRemaining()) {
      return null;
    }
    if (begins(in, ProxyLine.FIRST)) {
      return in.remaining() < ProxyLine.FIRST.length ? null : ProxyLine.read(in);
    } else if (begins(in, ProxyBlock.FIRST)) {
      return in.remaining() < ProxyBlock.FIXED ? null : ProxyBlock.read(in, limit);
    }
    throw new FramingViolation("no PROXY header comes first");
  }

  /** Whether what is there agrees with the beginning of a header, as far as it goes. */
  private static boolean begins(ByteBuffer in, byte[] wanted) {
    int length = Math.min(wanted.length, in.remaining());
    return in.slice(in.position(), length).equals(ByteBuffer.wrap(wanted, 0, length));
  }
}
