package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A file that the JDK has open, and that is open once more under a descriptor of this engine's own,
 * since the JDK tells nobody its: so that the kernel can send of it. In everything else it is the
 * JDK's.
 */
final class KernelFile extends FileChannel {
  private final FileChannel file;
  private int fd;

  private KernelFile(FileChannel file, int fd) {
    this.file = file;
    this.fd = fd;
  }

  /**
   * The same file, open once more if that can be done. What is at the path by now may be another
   * one: it is looked at first, and opened by what was looked at.
   *
   * @param key what {@link BasicFileAttributes#fileKey} says of the file
   */
  static FileChannel of(FileChannel file, Path path, @Nullable Object key) {
    if (key == null || path.getFileSystem() != FileSystems.getDefault()) {
      return file;
    }
    int found = FileCalls.open(path.toString(), Kernel.O_PATH | Kernel.O_CLOEXEC);
    if (found < 0) {
      return file;
    }
    try {
      Path itself = Path.of("/proc/self/fd/" + found);
      if (!key.equals(Files.readAttributes(itself, BasicFileAttributes.class).fileKey())) {
        return file;
      }
      int fd = FileCalls.open(itself.toString(), Kernel.O_CLOEXEC); // to read
      return fd < 0 ? file : new KernelFile(file, fd);
    } catch (IOException e) {
      return file; // there is no /proc
    } finally {
      FileCalls.close(found);
    }
  }

  /** Sends: the count, or the error's number, negated. */
  synchronized long send(Slab slab, int socket, long position, long count) throws IOException {
    if (fd < 0) {
      throw new ClosedChannelException();
    }
    slab.offset.set(JAVA_LONG, 0, position);
    return FileCalls.send(slab.state, socket, fd, slab.offset, count);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    synchronized (this) {
      if (fd >= 0) {
        FileCalls.close(fd);
        fd = -1;
      }
    }
    file.close();
  }

  // ---- The JDK's ------------------------------------------------------------------------------

  @Override
  public int read(ByteBuffer into) throws IOException {
    return file.read(into);
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    return file.read(into, offset, length);
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    return file.read(into, position);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return file.write(from);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    return file.write(from, offset, length);
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    return file.write(from, position);
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    file.position(newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    file.force(metaData);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return file.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    return file.transferFrom(source, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return file.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return file.lock(position, size, shared);
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return file.tryLock(position, size, shared);
  }
}
