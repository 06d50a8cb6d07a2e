package io.tendril.testing.files;

import io.tendril.testing.files.Conditions.Operation;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link java.nio.file.Files} calls for paths of volumes. */
final class VolumeProvider extends FileSystemProvider {
  static final VolumeProvider ONLY = new VolumeProvider();
  static final String SCHEME = "tendril-disk";

  private static final int COPIED_AT_ONCE = 65_536;

  private VolumeProvider() {}

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw notByUri();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw notByUri();
  }

  @Override
  public Path getPath(URI uri) {
    throw notByUri();
  }

  private static UnsupportedOperationException notByUri() {
    return new UnsupportedOperationException("disks of simulated hosts are not found by URI");
  }

  // ---- Channels -------------------------------------------------------------------------------

  @Override
  public FileChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    refuse(attributes);
    return VolumeChannel.open(VolumePath.of(path), OpenMode.of(options));
  }

  private static void refuse(FileAttribute<?>... attributes) {
    if (attributes.length > 0) {
      throw new UnsupportedOperationException("'" + attributes[0].name() + "' of a new file");
    }
  }

  // ---- Directories ----------------------------------------------------------------------------

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    List<Path> entries = new ArrayList<>();
    for (String name : volume(directory).list(VolumePath.of(directory))) {
      Path entry = directory.resolve(name);
      if (filter.accept(entry)) {
        entries.add(entry);
      }
    }
    return new Entries(entries);
  }

  /** A list of entries, which may be walked once. */
  private static final class Entries implements DirectoryStream<Path> {
    private final List<Path> entries;
    private boolean used;

    Entries(List<Path> entries) {
      this.entries = entries;
    }

    @Override
    public Iterator<Path> iterator() {
      if (used) {
        throw new IllegalStateException("a directory stream is walked once");
      }
      used = true;
      return entries.iterator();
    }

    @Override
    public void close() {
      used = true;
    }
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    refuse(attributes);
    volume(directory).createDirectory(VolumePath.of(directory));
  }

  @Override
  public void delete(Path path) throws IOException {
    volume(path).delete(VolumePath.of(path));
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    Set<CopyOption> set = Set.of(options);
    VolumePath target = VolumePath.of(to);
    if (target.volume() != volume(from)) {
      throw new UnsupportedOperationException("a move from one simulated disk to another");
    }
    boolean replace =
        set.contains(StandardCopyOption.REPLACE_EXISTING)
            || set.contains(StandardCopyOption.ATOMIC_MOVE);
    volume(from).move(VolumePath.of(from), target, replace);
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    Set<CopyOption> set = Set.of(options);
    Node node = volume(from).get(VolumePath.of(from));
    Node there = volume(to).find(VolumePath.of(to));
    if (node == there) {
      return;
    }
    if (there != null) {
      if (!set.contains(StandardCopyOption.REPLACE_EXISTING)) {
        throw new FileAlreadyExistsException(to.toString());
      }
      delete(to);
    }
    if (node instanceof DirectoryNode) {
      createDirectory(to);
      return;
    }
    try (var source = newFileChannel(from, Set.of(StandardOpenOption.READ));
        var target =
            newFileChannel(to, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      var buffer = ByteBuffer.allocate(COPIED_AT_ONCE);
      while (source.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          target.write(buffer);
        }
      }
    }
    if (set.contains(StandardCopyOption.COPY_ATTRIBUTES)) {
      volume(to).get(VolumePath.of(to)).modified(node.attributes().lastModifiedTime());
    }
  }

  // ---- Attributes -----------------------------------------------------------------------------

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return path.equals(other)
        || (other instanceof VolumePath theirs
            && volume(path).get(VolumePath.of(path)) == theirs.volume().get(theirs));
  }

  @Override
  public boolean isHidden(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().startsWith(".");
  }

  @Override
  public FileStore getFileStore(Path path) {
    return new VolumeStore(VolumePath.of(path).getFileSystem());
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    Node node = volume(path).get(VolumePath.of(path));
    if (node instanceof FileNode && Set.of(modes).contains(AccessMode.EXECUTE)) {
      throw new AccessDeniedException(path.toString());
    }
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return type == BasicFileAttributeView.class || type == FileAttributeView.class
        ? type.cast(new View(VolumePath.of(path)))
        : null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class) {
      throw new UnsupportedOperationException(type.getSimpleName() + " of a file in memory");
    }
    return type.cast(volume(path).get(VolumePath.of(path)).attributes());
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return AttributeNames.read(volume(path).get(VolumePath.of(path)).attributes(), attributes);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    Node node = volume(path).get(VolumePath.of(path));
    FileTime time = (FileTime) value;
    switch (AttributeNames.basic(attribute)) {
      case "lastModifiedTime" -> node.modified(time);
      case "lastAccessTime" -> node.accessed(time);
      default -> throw new UnsupportedOperationException("setting '" + attribute + "'");
    }
  }

  /** The basic attributes of a path. */
  private record View(VolumePath path) implements BasicFileAttributeView {
    @Override
    public String name() {
      return "basic";
    }

    @Override
    public BasicFileAttributes readAttributes() throws IOException {
      return path.volume().get(path).attributes();
    }

    @Override
    public void setTimes(
        @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
        throws IOException {
      Node node = path.volume().get(path);
      path.volume().conditions().before(Operation.WRITE, path);
      if (modified != null) {
        node.modified(modified);
      }
      if (accessed != null) {
        node.accessed(accessed);
      }
    }
  }

  private static Volume volume(Path path) {
    return VolumePath.of(path).volume();
  }
}
