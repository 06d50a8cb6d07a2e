package io.tendril.testing;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;

/**
 * The test's side of a {@link RecordingTransport}. What is said in one go, between two things that
 * are heard, arrives as one piece but for the cuts.
 */
final class RecordedWire implements Wire {
  private final RecordingTransport connection;
  private final int[] cuts;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
  private byte[] heard = {};
  private int at;

  /**
   * A side of a connection that has been made.
   *
   * @param cuts where to cut what is said, by octets from the beginning, in order
   */
  RecordedWire(RecordingTransport connection, int[] cuts) {
    this.connection = connection;
    this.cuts = cuts;
  }

  /** All that was said. */
  byte[] said() {
    return said.toByteArray();
  }

  @Override
  public void say(byte[] octets) {
    said.writeBytes(octets);
    unsent.writeBytes(octets);
  }

  private void send() {
    byte[] octets = unsent.toByteArray();
    unsent.reset();
    int first = said.size() - octets.length;
    int from = 0;
    for (int cut : cuts) {
      if (cut - first > from && cut - first < octets.length) {
        deliver(octets, from, cut - first);
        from = cut - first;
      }
    }
    deliver(octets, from, octets.length);
  }

  private void deliver(byte[] octets, int from, int to) {
    if (to > from && !connection.isClosed()) {
      connection.deliver(Arrays.copyOfRange(octets, from, to));
    }
  }

  @Override
  public void end() {
    send();
    if (!connection.isClosed()) {
      connection.end();
    }
  }

  @Override
  public void reset() {
    send();
    if (!connection.isClosed()) {
      connection.reset();
    }
  }

  @Override
  public int hear() {
    if (at == heard.length) {
      send();
      heard = connection.bytes();
      at = 0;
      connection.clear();
    }
    if (at < heard.length) {
      return heard[at++] & 0xff;
    }
    if (connection.isAborted()) {
      return RESET;
    }
    return connection.isOutputShut() ? END : SILENCE;
  }

  @Override
  public int hearNow() {
    return hear();
  }

  @Override
  public void pass(Duration time) {
    send();
    connection.clock().advance(time);
  }
}
