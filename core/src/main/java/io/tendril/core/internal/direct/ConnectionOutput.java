package io.tendril.core.internal.direct;

import io.tendril.core.Connection;
import io.tendril.core.Reactor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The way to a peer, for one thread at a time of the pool. */
final class ConnectionOutput extends OutputStream {
  private final Connection connection;
  private final FromThread calls;

  ConnectionOutput(Connection connection, Reactor reactor) {
    this.connection = connection;
    this.calls = new FromThread(reactor, "the output of " + connection);
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    calls.checkOpen();
    if (length > 0) {
      calls.call(() -> {
        connection.write(ByteBuffer.wrap(from, offset, length));
        return true;
      });
    }
  }

  @Override
  public void flush() throws IOException {
    calls.call(() -> {
      connection.flush();
      return true;
    });
  }

  @Override
  public void close() throws IOException {
    if (!calls.isClosed()) {
      try {
        flush();
      } finally {
        calls.close();
      }
    }
  }
}
