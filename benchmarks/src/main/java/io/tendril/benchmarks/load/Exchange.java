package io.tendril.benchmarks.load;

import java.util.Arrays;

/**
 * What a connection sends, and what must come back each time.
 *
 * @param request sent as it is
 * @param reply what comes back
 * @param anyFrom where in the reply a part begins that may differ: the date
 * @param anyTo where it ends
 */
public record Exchange(byte[] request, byte[] reply, int anyFrom, int anyTo) {
  /** A message that comes back as it is. */
  public static Exchange echo(int size) {
    var message = new byte[size];
    for (int i = 0; i < size; i++) {
      message[i] = (byte) (i * 31);
    }
    return new Exchange(message, message, 0, 0);
  }

  /** The request so many times in a row. */
  byte[] requests(int depth) {
    var all = new byte[request.length * depth];
    for (int i = 0; i < depth; i++) {
      System.arraycopy(request, 0, all, i * request.length, request.length);
    }
    return all;
  }

  /** Whether octets are this exchange's replies, so many in a row. */
  boolean matches(byte[] received, int depth) {
    for (int i = 0; i < depth; i++) {
      int at = i * reply.length;
      if (!Arrays.equals(received, at, at + anyFrom, reply, 0, anyFrom)
          || !Arrays.equals(received, at + anyTo, at + reply.length, reply, anyTo, reply.length)) {
        return false;
      }
    }
    return true;
  }
}
