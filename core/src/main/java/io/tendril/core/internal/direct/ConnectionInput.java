package io.tendril.core.internal.direct;

import io.tendril.core.Connection;
import io.tendril.core.Reactor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** What a peer sends, for one thread at a time of the pool. */
final class ConnectionInput extends InputStream {
  private final Connection connection;
  private final FromThread calls;

  ConnectionInput(Connection connection, Reactor reactor) {
    this.connection = connection;
    this.calls = new FromThread(reactor, "the input of " + connection);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    calls.checkOpen();
    if (length == 0) {
      return 0;
    }
    ByteBuffer bytes = calls.call(() -> connection.read(length));
    if (bytes == null) {
      return -1;
    }
    int count = bytes.remaining();
    bytes.get(into, offset, count);
    return count;
  }

  @Override
  public void close() {
    calls.close();
  }
}
