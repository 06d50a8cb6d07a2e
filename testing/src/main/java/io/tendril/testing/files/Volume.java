package io.tendril.testing.files;

import io.tendril.testing.files.Conditions.Operation;
import io.tendril.testing.files.Journal.Edit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The files of one disk, and what becomes of them when programs end or power is lost. */
public final class Volume {
  private static final long DEFAULT_CAPACITY = 256 << 20;
  private static final long MOST = 1 << 30;
  private static final int LONGEST_NAME = 255;

  private final Conditions conditions;
  private final int disorder;
  private final Journal journal = new Journal();
  private final Set<VolumeChannel> open = new LinkedHashSet<>();
  private final VolumeFileSystem system;
  private final DirectoryNode root;
  private long capacity = DEFAULT_CAPACITY;
  private long used;
  private long nodes;

  /**
   * An empty disk of 256 MiB.
   *
   * @param disorder decides the order in which directories are listed
   */
  public Volume(String name, Conditions conditions, int disorder) {
    this.conditions = conditions;
    this.disorder = disorder;
    this.root = new DirectoryNode(nodes++, conditions.now());
    this.system = new VolumeFileSystem(name, this);
  }

  /** Its root directory. */
  public Path root() {
    return system.root();
  }

  /**
   * Sets how many bytes of files there may be.
   *
   * @param bytes from 0 to 1 GiB
   */
  public void capacity(long bytes) {
    if (bytes < 0 || bytes > MOST) {
      throw new IllegalArgumentException(
          "a disk of " + bytes + " bytes; there may be 0 to " + MOST);
    }
    capacity = bytes;
  }

  long capacity() {
    return capacity;
  }

  long free() {
    return Math.max(0, capacity - used);
  }

  Conditions conditions() {
    return conditions;
  }

  // ---- The end of programs, and of power ------------------------------------------------------

  /** Programs end: their channels are closed. */
  public void closeAll() {
    for (VolumeChannel channel : List.copyOf(open)) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The files that are open, for messages. */
  public List<String> open() {
    return open.stream().map(VolumeChannel::toString).toList();
  }

  /** All that has been written so far is on the disk. */
  public void sync() {
    journal.force();
    force(root);
  }

  private static void force(DirectoryNode directory) {
    for (Node node : directory.seen().values()) {
      switch (node) {
        case FileNode file -> file.force();
        case DirectoryNode below -> force(below);
      }
    }
  }

  /** Power is lost, and with it what chance does not let get to the disk. */
  public void losePower() {
    closeAll();
    if (journal.isWaiting(conditions.nanoTime())) {
      RandomGenerator chance = conditions.losing(root());
      if (chance == null) {
        journal.force();
      } else {
        journal.lose(chance);
      }
    }
    used = 0;
    reload(root, root());
  }

  private void reload(DirectoryNode directory, Path path) {
    directory.reload();
    directory
        .seen()
        .forEach((name, node) -> {
          Path place = path.resolve(name);
          node.linked(true);
          switch (node) {
            case FileNode file -> reload(file, place);
            case DirectoryNode below -> reload(below, place);
          }
        });
  }

  private void reload(FileNode file, Path path) {
    if (file.isWaiting(conditions.nanoTime())) {
      RandomGenerator chance = conditions.losing(path);
      if (chance == null) {
        file.force();
      } else {
        file.lose(chance);
      }
    }
    file.reload();
    used += file.size();
  }

  /** There is an empty disk in its place. */
  public void erase() {
    closeAll();
    journal.clear();
    root.kept().clear();
    root.reload();
    used = 0;
  }

  // ---- Looking --------------------------------------------------------------------------------

  /** What is at a path, or null. */
  @Nullable Node find(VolumePath path) {
    Node node = root;
    for (String name : path.places()) {
      node = node instanceof DirectoryNode directory ? directory.seen().get(name) : null;
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  /** What is at a path. */
  Node get(VolumePath path) throws IOException {
    Node node = find(path);
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  private DirectoryNode parent(VolumePath path) throws IOException {
    VolumePath parent = path.place().getParent();
    if (parent == null) {
      throw new FileSystemException(path.toString(), null, "is the root directory");
    }
    if (!(find(parent) instanceof DirectoryNode directory)) {
      throw new NoSuchFileException(path.toString());
    }
    return directory;
  }

  /** The names in a directory, in an order that nobody should rely on. */
  List<String> list(VolumePath path) throws IOException {
    if (!(get(path) instanceof DirectoryNode directory)) {
      throw new NotDirectoryException(path.toString());
    }
    conditions.before(Operation.READ, path);
    List<String> names = new ArrayList<>(directory.seen().keySet());
    names.sort((one, other) -> Integer.compare(mixed(one), mixed(other)));
    return names;
  }

  private int mixed(String name) {
    int hash = (name.hashCode() ^ disorder) * 0x9E37_79B9;
    return hash ^ (hash >>> 15);
  }

  // ---- Changing directories -------------------------------------------------------------------

  private void change(Edit... edits) {
    journal.change(conditions.nanoTime(), edits);
    for (Edit edit : edits) {
      edit.directory().modified(conditions.now());
    }
  }

  FileNode createFile(VolumePath path) throws IOException {
    var file = new FileNode(nodes, conditions.now());
    create(path, file);
    return file;
  }

  void createDirectory(VolumePath path) throws IOException {
    create(path, new DirectoryNode(nodes, conditions.now()));
  }

  private void create(VolumePath path, Node node) throws IOException {
    if (find(path) != null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    DirectoryNode parent = parent(path);
    if (path.lastPlace().length() > LONGEST_NAME) {
      throw new FileSystemException(path.toString(), null, "File name too long");
    }
    conditions.before(Operation.WRITE, path);
    nodes++;
    node.linked(true);
    change(new Edit(parent, path.lastPlace(), node));
  }

  void delete(VolumePath path) throws IOException {
    Node node = get(path);
    DirectoryNode parent = parent(path);
    requireEmpty(node, path);
    conditions.before(Operation.WRITE, path);
    change(new Edit(parent, path.lastPlace(), null));
    unlinked(node);
  }

  private void unlinked(Node node) {
    node.linked(false);
    if (node instanceof FileNode file) {
      used -= file.size();
    }
  }

  private static void requireEmpty(Node node, VolumePath path) throws IOException {
    if (node instanceof DirectoryNode directory && !directory.seen().isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
  }

  /** Gives what is at one path another one, in one step. */
  void move(VolumePath from, VolumePath to, boolean replace) throws IOException {
    Node node = get(from);
    DirectoryNode source = parent(from);
    DirectoryNode target = parent(to);
    Node there = find(to);
    if (there == node) {
      return;
    }
    if (there != null) {
      if (!replace) {
        throw new FileAlreadyExistsException(to.toString());
      }
      requireEmpty(there, to);
    }
    if (node instanceof DirectoryNode && to.place().startsWith(from.place())) {
      throw new FileSystemException(from.toString(), to.toString(), "Invalid argument");
    }
    conditions.before(Operation.WRITE, to);
    change(new Edit(source, from.lastPlace(), null), new Edit(target, to.lastPlace(), node));
    if (there != null) {
      unlinked(there);
    }
  }

  /** The entries of a directory are on the disk. */
  void force(DirectoryNode directory, VolumePath path) throws IOException {
    conditions.before(Operation.FORCE, path);
    journal.force(directory);
  }

  // ---- Channels -------------------------------------------------------------------------------

  void opened(VolumeChannel channel) {
    open.add(channel);
  }

  void closed(VolumeChannel channel) {
    if (open.remove(channel)) {
      conditions.closed();
    }
  }

  /**
   * How many bytes of a write there is space for.
   *
   * @throws IOException if there is none
   */
  int space(FileNode file, long position, int length, VolumePath path) throws IOException {
    if (position > MOST) {
      throw new FileSystemException(path.toString(), null, "File too large");
    }
    long growth = position + length - file.size();
    if (length == 0 || growth <= free()) {
      return length;
    }
    long fits = length - (growth - free());
    if (fits <= 0) {
      throw new FileSystemException(path.toString(), null, "No space left on device");
    }
    return (int) fits;
  }

  /** A file has become larger, or smaller. */
  void grown(FileNode file, long bytes) {
    if (file.isLinked()) {
      used += bytes;
    }
  }
}
