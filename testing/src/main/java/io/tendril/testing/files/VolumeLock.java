package io.tendril.testing.files;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;

/** A lock of a part of a file. The programs of a host are one process, so none waits for it. */
final class VolumeLock extends FileLock {
  private final FileNode file;

  VolumeLock(VolumeChannel channel, FileNode file, long position, long size, boolean shared) {
    super(channel, position, size, shared);
    this.file = file;
  }

  @Override
  public boolean isValid() {
    return acquiredBy().isOpen() && file.locks().contains(this);
  }

  @Override
  public void release() throws IOException {
    if (!acquiredBy().isOpen()) {
      throw new ClosedChannelException();
    }
    file.locks().remove(this);
  }
}
