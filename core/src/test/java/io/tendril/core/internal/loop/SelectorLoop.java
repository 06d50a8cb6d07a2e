package io.tendril.core.internal.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Somebody's selector, with a pipe in it. */
final class SelectorLoop implements PolledReactorTest.PollLoop {
  private final Selector selector = Selector.open();
  private final Pipe pipe = Pipe.open();
  private final ByteBuffer read = ByteBuffer.allocate(64);

  SelectorLoop() throws IOException {
    pipe.source().configureBlocking(false);
    pipe.source().register(selector, SelectionKey.OP_READ);
  }

  @Override
  public void wake() {
    try {
      pipe.sink().write(ByteBuffer.allocate(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void poll(long nanos) throws IOException {
    if (nanos == 0) {
      selector.selectNow();
    } else {
      selector.select(nanos < 0 ? 0 : 1 + nanos / 1_000_000);
    }
    if (!selector.selectedKeys().isEmpty()) {
      selector.selectedKeys().clear();
      pipe.source().read(read.clear());
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    pipe.sink().close();
    pipe.source().close();
  }
}
