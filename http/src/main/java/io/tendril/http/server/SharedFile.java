package io.tendril.http.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;

/**
 * An open file that several responses send at once. It is closed when its owner has let it go and
 * nobody borrows it any more. Made in any thread, and used in the reactor's.
 */
final class SharedFile {
  private final FileChannel channel;
  private int holders = 1;

  /** A file whose owner holds it. */
  SharedFile(FileChannel channel) {
    this.channel = channel;
  }

  FileChannel channel() {
    return channel;
  }

  /** One more holds it, until {@link #release}. */
  void hold() {
    holders++;
  }

  void release() {
    if (--holders == 0) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
