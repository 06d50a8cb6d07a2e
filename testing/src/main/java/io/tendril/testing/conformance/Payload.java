package io.tendril.testing.conformance;

/** Bytes that tell when they are in a wrong place. */
final class Payload {
  private Payload() {}

  /** So many bytes, with no period that a buffer could have. */
  static byte[] of(int size) {
    return of(size, 0);
  }

  /** So many bytes, from a place in an endless row. */
  static byte[] of(int size, int from) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      int place = from + i;
      bytes[i] = (byte) (place ^ (place >> 8) * 31 ^ (place >> 16) * 131);
    }
    return bytes;
  }
}
