package io.tendril.testing.files;

import io.tendril.testing.files.Conditions.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** An open file, or a directory that has been opened to be forced. */
final class VolumeChannel extends FileChannel {
  private static final int TRANSFERRED_AT_ONCE = 65_536;

  private final Volume volume;
  private final VolumePath path;
  private final Node node;
  private final OpenMode mode;
  private long position;

  private VolumeChannel(VolumePath path, Node node, OpenMode mode) {
    this.volume = path.volume();
    this.path = path;
    this.node = node;
    this.mode = mode;
  }

  static VolumeChannel open(VolumePath path, OpenMode mode) throws IOException {
    Volume volume = path.volume();
    Node node = volume.find(path);
    if (node != null && mode.createNew()) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (node == null && !mode.create() && !mode.createNew()) {
      throw new NoSuchFileException(path.toString());
    }
    if (node instanceof DirectoryNode && mode.write()) {
      throw new FileSystemException(path.toString(), null, "Is a directory");
    }
    volume.conditions().opening(path);
    try {
      var channel = new VolumeChannel(path, node == null ? volume.createFile(path) : node, mode);
      if (mode.truncate() && channel.node.size() > 0) {
        channel.cut(0);
      }
      if (mode.deleteOnClose()) {
        volume.delete(path); // at once, as on Linux: who has it open goes on having it
      }
      volume.opened(channel);
      return channel;
    } catch (IOException | Error e) {
      volume.conditions().closed();
      throw e;
    }
  }

  @Override
  public String toString() {
    return path.place().toString();
  }

  // ---- Checks ---------------------------------------------------------------------------------

  private void checkOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private FileNode readable() throws IOException {
    checkOpen();
    if (!mode.read()) {
      throw new NonReadableChannelException();
    }
    return file();
  }

  private FileNode writable() throws IOException {
    checkOpen();
    if (!mode.write()) {
      throw new NonWritableChannelException();
    }
    return file();
  }

  private FileNode file() throws IOException {
    if (node instanceof FileNode file) {
      return file;
    }
    throw new FileSystemException(path.toString(), null, "Is a directory");
  }

  private static void checkPosition(long place) {
    if (place < 0) {
      throw new IllegalArgumentException("a position of " + place);
    }
  }

  // ---- Reading --------------------------------------------------------------------------------

  @Override
  public int read(ByteBuffer into) throws IOException {
    int count = readAt(into, position);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public int read(ByteBuffer into, long place) throws IOException {
    checkPosition(place);
    return readAt(into, place);
  }

  private int readAt(ByteBuffer into, long place) throws IOException {
    FileNode file = readable();
    volume.conditions().before(Operation.READ, path);
    return into.hasRemaining() ? file.read(place, into) : 0;
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int wanted = into[i].remaining();
      int count = wanted == 0 ? 0 : read(into[i]);
      if (count < wanted) {
        return total == 0 && count < 0 ? -1 : total + Math.max(0, count);
      }
      total += count;
    }
    return total;
  }

  // ---- Writing --------------------------------------------------------------------------------

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (mode.append()) {
      position = node.size();
    }
    int count = writeAt(from, position);
    position += count;
    return count;
  }

  @Override
  public int write(ByteBuffer from, long place) throws IOException {
    checkPosition(place);
    return writeAt(from, mode.append() ? node.size() : place);
  }

  private int writeAt(ByteBuffer from, long place) throws IOException {
    FileNode file = writable();
    volume.conditions().before(Operation.WRITE, path);
    int count = volume.space(file, place, from.remaining(), path);
    if (count > 0) {
      byte[] bytes = new byte[count];
      from.get(bytes);
      long before = file.size();
      file.write((int) place, bytes, volume.conditions().nanoTime());
      changed(before);
    }
    return count;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int wanted = from[i].remaining();
      int count = wanted == 0 ? 0 : write(from[i]);
      total += count;
      if (count < wanted) {
        break;
      }
    }
    return total;
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    checkPosition(size);
    FileNode file = writable();
    if (size < file.size()) {
      cut((int) size);
    }
    position = Math.min(position, size);
    return this;
  }

  private void cut(int size) throws IOException {
    FileNode file = writable();
    volume.conditions().before(Operation.WRITE, path);
    long before = file.size();
    file.truncate(size, volume.conditions().nanoTime());
    changed(before);
  }

  private void changed(long sizeBefore) throws IOException {
    volume.grown(file(), node.size() - sizeBefore);
    node.modified(volume.conditions().now());
    if (mode.sync()) {
      force(true);
    }
  }

  @Override
  public void force(boolean metaData) throws IOException {
    checkOpen();
    switch (node) {
      case DirectoryNode directory -> volume.force(directory, path);
      case FileNode file -> force(file);
    }
  }

  private void force(FileNode file) throws IOException {
    try {
      volume.conditions().before(Operation.FORCE, path);
    } catch (IOException e) {
      file.failToForce();
      throw e;
    }
    file.force();
  }

  // ---- Places ---------------------------------------------------------------------------------

  @Override
  public long position() throws IOException {
    checkOpen();
    return mode.append() ? node.size() : position;
  }

  @Override
  public FileChannel position(long place) throws IOException {
    checkOpen();
    checkPosition(place);
    position = place;
    return this;
  }

  @Override
  public long size() throws IOException {
    checkOpen();
    return node.size();
  }

  // ---- Transfers ------------------------------------------------------------------------------

  @Override
  public long transferTo(long place, long count, WritableByteChannel target) throws IOException {
    checkPosition(place);
    checkPosition(count);
    FileNode file = readable();
    long left = Math.min(count, file.size() - place);
    long total = 0;
    while (left > 0) {
      var part = ByteBuffer.allocate((int) Math.min(left, TRANSFERRED_AT_ONCE));
      readAt(part, place + total);
      int written = target.write(part.flip());
      total += written;
      left -= written;
      if (part.hasRemaining()) {
        break;
      }
    }
    return total;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long place, long count) throws IOException {
    checkPosition(place);
    checkPosition(count);
    long total = 0;
    while (total < count) {
      var part = ByteBuffer.allocate((int) Math.min(count - total, TRANSFERRED_AT_ONCE));
      if (source.read(part) <= 0) {
        break;
      }
      part.flip();
      while (part.hasRemaining()) {
        total += writeAt(part, place + total);
      }
    }
    return total;
  }

  @Override
  public MappedByteBuffer map(MapMode mapMode, long place, long size) {
    throw new UnsupportedOperationException("files in memory cannot be mapped");
  }

  // ---- Locks ----------------------------------------------------------------------------------

  @Override
  public FileLock lock(long place, long size, boolean shared) throws IOException {
    return tryLock(place, size, shared);
  }

  @Override
  public FileLock tryLock(long place, long size, boolean shared) throws IOException {
    FileNode file = shared ? readable() : writable();
    for (FileLock other : file.locks()) {
      if (other.overlaps(place, size)) {
        throw new OverlappingFileLockException();
      }
    }
    var lock = new VolumeLock(this, file, place, size, shared);
    file.locks().add(lock);
    return lock;
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  protected void implCloseChannel() {
    volume.closed(this);
    if (node instanceof FileNode file) {
      file.locks().removeIf(lock -> lock.acquiredBy() == this);
    }
  }
}
