package io.tendril.testing.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.testing.MemoryNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a program sees of files is the same on a simulated disk as on that of the computer. */
class LikeTheKernelsFilesTest {
  private enum Ground {
    MEMORY,
    KERNEL
  }

  @TempDir private Path kernel;
  private final Path memory = new MemoryNetwork().host("one").disk().root();

  private Path directory(Ground ground) throws IOException {
    return ground == Ground.KERNEL ? kernel : Files.createDirectory(memory.resolve("work"));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String read(FileChannel file, int most, long position) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(most);
    int count = file.read(into, position);
    return count < 0 ? "END" : new String(into.array(), 0, count, UTF_8);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static FileChannel open(Path path, OpenOption... options) throws IOException {
    return FileChannel.open(path, options);
  }

  // ---- Files ----------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenIsRead(Ground ground) throws IOException {
    Path file = directory(ground).resolve("a");
    Files.writeString(file, "one\n");
    Files.writeString(file, "two\n", APPEND);
    assertThat(Files.readString(file)).isEqualTo("one\ntwo\n");
    assertThat(Files.readAllLines(file)).containsExactly("one", "two");
    assertThat(Files.size(file)).isEqualTo(8);
    Files.writeString(file, "three");
    assertThat(Files.readAllBytes(file)).asString(UTF_8).isEqualTo("three");
  }

  @ParameterizedTest
  @EnumSource
  void aChannelHasAPlace(Ground ground) throws IOException {
    try (var file = open(directory(ground).resolve("a"), CREATE_NEW, READ, WRITE)) {
      assertThat(file.write(bytes("0123456789"))).isEqualTo(10);
      assertThat(file.position()).isEqualTo(10);
      assertThat(file.write(bytes("AB"), 2)).isEqualTo(2);
      assertThat(file.position()).isEqualTo(10);
      assertThat(read(file, 4, 1)).isEqualTo("1AB4");
      assertThat(read(file, 10, 8)).isEqualTo("89");
      assertThat(read(file, 10, 10)).isEqualTo("END");
      assertThat(read(file, 10, 1_000)).isEqualTo("END");
      file.position(3);
      assertThat(file.read(ByteBuffer.allocate(0))).isZero();
      assertThat(file.read(ByteBuffer.allocate(3))).isEqualTo(3);
      assertThat(file.position()).isEqualTo(6);
      file.force(true);
      assertThat(file.size()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGapIsZeros(Ground ground) throws IOException {
    Path path = directory(ground).resolve("a");
    try (var file = open(path, CREATE_NEW, WRITE)) {
      file.write(bytes("end"), 5);
      file.truncate(6);
      file.write(bytes("!"), 8);
    }
    assertThat(Files.readString(path)).isEqualTo("\0\0\0\0\0e\0\0!");
  }

  @ParameterizedTest
  @EnumSource
  void truncatingMovesThePlaceAndNeverExtends(Ground ground) throws IOException {
    try (var file = open(directory(ground).resolve("a"), CREATE_NEW, READ, WRITE)) {
      file.write(bytes("0123456789"));
      file.truncate(20);
      assertThat(file.size()).isEqualTo(10);
      assertThat(file.position()).isEqualTo(10);
      file.truncate(4);
      assertThat(file.size()).isEqualTo(4);
      assertThat(file.position()).isEqualTo(4);
      assertThatThrownBy(() -> file.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.position(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> read(file, 1, -1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalBuffersAtOnce(Ground ground) throws IOException {
    try (var file = open(directory(ground).resolve("a"), CREATE_NEW, READ, WRITE)) {
      ByteBuffer[] parts = {bytes("ab"), ByteBuffer.allocate(0), bytes("cde")};
      assertThat(file.write(parts)).isEqualTo(5);
      file.position(1);
      ByteBuffer[] into = {ByteBuffer.allocate(2), ByteBuffer.allocate(9)};
      assertThat(file.read(into)).isEqualTo(4);
      assertThat(file.read(into)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void appendingGoesToTheEndWhoeverWroteThere(Ground ground) throws IOException {
    Path path = directory(ground).resolve("a");
    try (var one = open(path, CREATE, APPEND);
        var other = open(path, APPEND)) {
      one.write(bytes("1"));
      other.write(bytes("2"));
      one.write(bytes("3"));
      assertThatThrownBy(() -> read(one, 1, 0)).isInstanceOf(NonReadableChannelException.class);
    }
    assertThat(Files.readString(path)).isEqualTo("123");
  }

  @ParameterizedTest
  @EnumSource
  void bytesAreTransferred(Ground ground) throws IOException {
    Path place = directory(ground);
    String text = "0123456789".repeat(20_000);
    Files.writeString(place.resolve("a"), text);
    try (var from = open(place.resolve("a"), READ);
        var to = open(place.resolve("b"), CREATE, READ, WRITE);
        var source = Channels.newChannel(Files.newInputStream(place.resolve("a")))) {
      assertThat(from.transferTo(5, 150_000, to)).isEqualTo(150_000);
      assertThat(from.transferTo(500_000, 10, to)).isZero();
      assertThat(read(to, 10, 0)).isEqualTo("5678901234");
      assertThat(to.transferFrom(source, 100, 3)).isEqualTo(3);
      assertThat(read(to, 5, 99)).isEqualTo("40128");
      assertThat(to.transferFrom(source, 200_000, 3)).isEqualTo(3);
      assertThat(read(to, 5, 199_999)).isEqualTo("\000345");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotAllowedIsRefused(Ground ground) throws IOException {
    Path place = directory(ground);
    Path path = place.resolve("a");
    assertThatThrownBy(() -> open(path, READ)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> open(path, WRITE)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> open(path, READ, CREATE)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> open(place.resolve("x").resolve("a"), WRITE, CREATE))
        .isInstanceOf(NoSuchFileException.class);
    Files.writeString(path, "x");
    assertThatThrownBy(() -> open(path, WRITE, CREATE_NEW))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> open(path, READ, APPEND)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> open(path, APPEND, TRUNCATE_EXISTING))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> open(place, WRITE)).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> Files.readString(place)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Files.createDirectory(path))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> Files.list(path)).isInstanceOf(NotDirectoryException.class);
    FileChannel reading = open(path, READ);
    assertThatThrownBy(() -> reading.write(bytes("x")))
        .isInstanceOf(NonWritableChannelException.class);
    reading.close();
    assertThatThrownBy(() -> read(reading, 1, 0)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(reading::size).isInstanceOf(ClosedChannelException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsDeletedIsThereForWhoHasItOpen(Ground ground) throws IOException {
    Path path = directory(ground).resolve("a");
    Files.writeString(path, "still here");
    try (var file = open(path, READ)) {
      Files.delete(path);
      assertThat(Files.exists(path)).isFalse();
      assertThat(read(file, 20, 0)).isEqualTo("still here");
    }
    try (var file = open(path, CREATE, READ, WRITE, DELETE_ON_CLOSE)) {
      file.write(bytes("x"));
      assertThat(read(file, 20, 0)).isEqualTo("x");
    }
    assertThat(Files.exists(path)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void locksOfOneProcessExcludeEachOther(Ground ground) throws IOException {
    Path path = directory(ground).resolve("a");
    try (var one = open(path, CREATE, WRITE);
        var other = open(path, WRITE)) {
      var lock = one.tryLock(0, 10, false);
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> other.tryLock(5, 10, false))
          .isInstanceOf(OverlappingFileLockException.class);
      var behind = other.lock(10, 10, false);
      lock.release();
      assertThat(lock.isValid()).isFalse();
      assertThat(other.tryLock(0, 5, false)).isNotNull();
      other.close();
      assertThat(behind.isValid()).isFalse();
      assertThat(one.tryLock()).isNotNull();
    }
  }

  // ---- Directories ----------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void directoriesAreMadeListedAndWalked(Ground ground) throws IOException {
    Path place = directory(ground);
    Files.createDirectories(place.resolve("x").resolve("y"));
    Files.createDirectories(place.resolve("x").resolve("y"));
    Files.writeString(place.resolve("x").resolve("1.log"), "");
    Files.writeString(place.resolve("x").resolve("2.txt"), "");
    assertThat(names(place.resolve("x"))).containsExactly("1.log", "2.txt", "y");
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(place.resolve("x"), "*.log")) {
      logs.forEach(log -> found.add(place.relativize(log).toString()));
    }
    assertThat(found).containsExactly("x/1.log");
    try (Stream<Path> all = Files.walk(place)) {
      assertThat(all.map(each -> place.relativize(each).toString()).sorted())
          .containsExactly("", "x", "x/1.log", "x/2.txt", "x/y");
    }
    assertThat(place.resolve("x/../x/./y/..").toRealPath())
        .isEqualTo(place.toRealPath().resolve("x"));
  }

  @ParameterizedTest
  @EnumSource
  void deleting(Ground ground) throws IOException {
    Path place = directory(ground);
    Files.createDirectory(place.resolve("x"));
    Files.writeString(place.resolve("x").resolve("a"), "");
    assertThatThrownBy(() -> Files.delete(place.resolve("x")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    Files.delete(place.resolve("x").resolve("a"));
    Files.delete(place.resolve("x"));
    assertThatThrownBy(() -> Files.delete(place.resolve("x")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(Files.deleteIfExists(place.resolve("x"))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void movingReplacesInOneStep(Ground ground) throws IOException {
    Path place = directory(ground);
    Path a = place.resolve("a");
    Path b = place.resolve("b");
    Files.writeString(a, "new");
    Files.writeString(b, "old");
    assertThatThrownBy(() -> Files.move(a, b)).isInstanceOf(FileAlreadyExistsException.class);
    try (var old = open(b, READ)) {
      Files.move(a, b, ATOMIC_MOVE);
      assertThat(read(old, 9, 0)).isEqualTo("old");
    }
    assertThat(Files.readString(b)).isEqualTo("new");
    assertThat(names(place)).containsExactly("b");
    Files.createDirectories(place.resolve("x").resolve("y"));
    Files.move(b, place.resolve("x").resolve("y").resolve("b"));
    Files.move(place.resolve("x").resolve("y"), place.resolve("z"));
    assertThat(Files.readString(place.resolve("z").resolve("b"))).isEqualTo("new");
    assertThatThrownBy(() -> Files.move(place.resolve("z"), place.resolve("z").resolve("w")))
        .isInstanceOf(FileSystemException.class);
    Files.move(place.resolve("z"), place.resolve("z"));
    assertThatThrownBy(() -> Files.move(place.resolve("x"), place.resolve("z"), REPLACE_EXISTING))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThatThrownBy(() -> Files.move(a, b)).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @EnumSource
  void copying(Ground ground) throws IOException {
    Path place = directory(ground);
    Path a = place.resolve("a");
    Path b = place.resolve("b");
    String text = "text".repeat(50_000);
    Files.writeString(a, text);
    Files.copy(a, b);
    assertThat(Files.readString(b)).isEqualTo(text);
    assertThatThrownBy(() -> Files.copy(a, b)).isInstanceOf(FileAlreadyExistsException.class);
    Files.writeString(a, "other");
    Files.copy(a, b, REPLACE_EXISTING);
    assertThat(Files.readString(b)).isEqualTo("other");
    assertThat(Files.isSameFile(a, b)).isFalse();
    assertThat(Files.isSameFile(a, place.resolve("./a"))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aDirectoryCanBeForced(Ground ground) throws IOException {
    Path place = directory(ground);
    try (var opened = open(place, READ)) {
      opened.force(true);
      assertThatThrownBy(() -> read(opened, 10, 0)).isInstanceOf(IOException.class);
    }
  }

  // ---- Attributes -----------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void attributes(Ground ground) throws IOException {
    Path place = directory(ground);
    Path file = place.resolve(".a");
    Files.writeString(file, "12345");
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    assertThat(attributes.size()).isEqualTo(5);
    assertThat(attributes.isRegularFile()).isTrue();
    assertThat(attributes.isDirectory() || attributes.isSymbolicLink()).isFalse();
    assertThat(attributes.fileKey()).isNotNull();
    assertThat(Files.readAttributes(place, BasicFileAttributes.class).isDirectory()).isTrue();
    assertThat(Files.isHidden(file)).isTrue();
    assertThat(Files.isReadable(file) && Files.isWritable(file)).isTrue();
    assertThat(Files.isExecutable(file)).isFalse();
    assertThat(Files.isExecutable(place)).isTrue();
    FileTime time = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(file, time);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
    assertThat(Files.readAttributes(file, "size,lastModifiedTime"))
        .containsEntry("size", 5L)
        .containsEntry("lastModifiedTime", time);
    assertThat(Files.readAttributes(file, "*")).containsEntry("isRegularFile", true);
    assertThat(Files.getFileAttributeView(file, BasicFileAttributeView.class).name())
        .isEqualTo("basic");
    assertThatThrownBy(() -> Files.readAttributes(file, "nothing"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Files.getFileStore(file).getUsableSpace()).isPositive();
    assertThatThrownBy(
            () -> file.getFileSystem().provider().checkAccess(place.resolve("b"), AccessMode.READ))
        .isInstanceOf(NoSuchFileException.class);
  }

  // ---- Paths ----------------------------------------------------------------------------------

  private static final String[] PARTS = {"a", "b", "..", ".", "", "/", "//", "a/b", "c.txt"};

  private static String somePath(SplittableRandom random) {
    var text = new StringBuilder(random.nextInt(3) == 0 ? "/" : "");
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(PARTS[random.nextInt(PARTS.length)]).append(random.nextBoolean() ? "/" : "");
    }
    return text.toString();
  }

  @Test
  void pathsAreReadAndJoinedAsOnUnix() {
    var random = new SplittableRandom(42);
    for (int i = 0; i < 20_000; i++) {
      String one = somePath(random);
      String other = somePath(random);
      assertThat(facts(memory.getFileSystem().getPath(one), other))
          .as("'%s' and '%s'", one, other)
          .isEqualTo(facts(Path.of(one), other));
    }
  }

  private static List<Object> facts(Path path, String otherText) {
    Path other = path.getFileSystem().getPath(otherText);
    List<Object> facts = new ArrayList<>();
    facts.add(path.toString());
    facts.add(path.isAbsolute());
    facts.add("" + path.getRoot());
    facts.add("" + path.getFileName());
    facts.add("" + path.getParent());
    facts.add(path.getNameCount());
    path.forEach(name -> facts.add(name.toString()));
    facts.add(path.normalize().toString());
    facts.add(path.resolve(other).toString());
    facts.add(path.resolveSibling(other).toString());
    facts.add(path.startsWith(other));
    facts.add(path.endsWith(other));
    facts.add(path.equals(other));
    facts.add(Integer.signum(path.compareTo(other)));
    facts.add(path.equals(path.getFileSystem().getPath(path.toString())));
    if (path.getNameCount() > 1) {
      facts.add(path.subpath(1, path.getNameCount()).toString());
    }
    if (path.isAbsolute() == other.isAbsolute() && !(path + "/" + other).contains(".")) {
      facts.add(path.relativize(other).toString());
    }
    return facts;
  }

  @Test
  void patternsMatchAsOnUnix() {
    List<String> patterns =
        List.of(
            "*.java",
            "*.*",
            "*.{java,class}",
            "foo.?",
            "/home/*/*",
            "/home/**",
            "[a-c]*",
            "[!a-c]x",
            "\\*",
            "{a,bc}d",
            "a,b",
            "**/x",
            "[a*?]",
            "}",
            "[-a]");
    List<String> paths =
        List.of(
            "A.java",
            "a.b",
            "a.class",
            "foo.x",
            "foo.xy",
            "/home/u/x",
            "/home/u/x/y",
            "abc",
            "dx",
            "ax",
            "*",
            "ad",
            "bcd",
            "a,b",
            "p/q/x",
            "x",
            "a",
            "?",
            "x]",
            "}",
            "-",
            "");
    for (String pattern : patterns) {
      var ours = memory.getFileSystem().getPathMatcher("glob:" + pattern);
      var theirs = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      for (String path : paths) {
        assertThat(ours.matches(memory.getFileSystem().getPath(path)))
            .as("%s of %s", path, pattern)
            .isEqualTo(theirs.matches(Path.of(path)));
      }
    }
    for (String wrong : List.of("[a", "{a", "{a{b}}", "a\\")) {
      assertThatThrownBy(() -> memory.getFileSystem().getPathMatcher("glob:" + wrong))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> FileSystems.getDefault().getPathMatcher("glob:" + wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
