package io.tendril.testing.files;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path as UNIX writes them. Immutable; relative ones are taken from the root. */
final class VolumePath implements Path {
  private final VolumeFileSystem system;
  private final boolean absolute;
  private final List<String> names;

  private VolumePath(VolumeFileSystem system, boolean absolute, List<String> names) {
    this.system = system;
    this.absolute = absolute;
    this.names = List.copyOf(names);
  }

  /** Reads a path; the empty one has one name, which is empty. */
  static VolumePath parse(VolumeFileSystem system, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new InvalidPathException(text, "a NUL in a path");
    }
    List<String> names = new ArrayList<>();
    for (String name : text.split("/", -1)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    boolean absolute = text.startsWith("/");
    return of(system, absolute, names);
  }

  private static VolumePath of(VolumeFileSystem system, boolean absolute, List<String> names) {
    return new VolumePath(system, absolute, names.isEmpty() && !absolute ? List.of("") : names);
  }

  static VolumePath of(Path path) {
    if (path instanceof VolumePath own) {
      return own;
    }
    throw new ProviderMismatchException(path + " is a path of another file system");
  }

  private VolumePath with(boolean newAbsolute, List<String> newNames) {
    return of(system, newAbsolute, newNames);
  }

  private boolean isEmpty() {
    return !absolute && names.equals(List.of(""));
  }

  // ---- Where it leads -------------------------------------------------------------------------

  /** The same place, absolute and without dots. */
  VolumePath place() {
    return toAbsolutePath().normalize();
  }

  /** The names on the way from the root. */
  List<String> places() {
    return place().names;
  }

  /** The last of these names. */
  String lastPlace() {
    return places().getLast();
  }

  Volume volume() {
    return system.volume();
  }

  // ---- Parts ----------------------------------------------------------------------------------

  @Override
  public VolumeFileSystem getFileSystem() {
    return system;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable VolumePath getRoot() {
    return absolute ? system.root() : null;
  }

  @Override
  public @Nullable VolumePath getFileName() {
    return names.isEmpty() ? null : getName(names.size() - 1);
  }

  @Override
  public @Nullable VolumePath getParent() {
    if (names.isEmpty() || (names.size() == 1 && !absolute)) {
      return null;
    }
    return with(absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public VolumePath getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public VolumePath subpath(int begin, int end) {
    if (begin < 0 || begin >= end || end > names.size()) {
      throw new IllegalArgumentException("names " + begin + " to " + end + " of " + this);
    }
    return with(false, names.subList(begin, end));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof VolumePath path
        && path.system == system
        && path.absolute == absolute
        && path.names.size() <= names.size()
        && names.subList(0, path.names.size()).equals(path.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof VolumePath path) || path.system != system) {
      return false;
    }
    if (path.absolute) {
      return equals(path);
    }
    int from = names.size() - path.names.size();
    return from >= 0 && names.subList(from, names.size()).equals(path.names);
  }

  // ---- Other paths ----------------------------------------------------------------------------

  @Override
  public VolumePath normalize() {
    List<String> kept = new ArrayList<>();
    for (String name : names) {
      boolean up = name.equals("..");
      if (up && !kept.isEmpty() && !kept.getLast().equals("..")) {
        kept.removeLast();
      } else if (!name.equals(".") && !(up && absolute)) {
        kept.add(name);
      }
    }
    return with(absolute, kept);
  }

  @Override
  public VolumePath resolve(Path other) {
    VolumePath path = of(other);
    if (path.absolute || isEmpty()) {
      return path;
    }
    if (path.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(names);
    all.addAll(path.names);
    return with(absolute, all);
  }

  @Override
  public VolumePath relativize(Path other) {
    VolumePath path = of(other);
    if (path.absolute != absolute) {
      throw new IllegalArgumentException("one of " + this + " and " + path + " is absolute");
    }
    if (isEmpty()) {
      return path;
    }
    List<String> theirs = path.isEmpty() ? List.of() : path.names;
    int common = 0;
    while (common < Math.min(names.size(), theirs.size())
        && names.get(common).equals(theirs.get(common))) {
      common++;
    }
    List<String> way = new ArrayList<>();
    for (int i = common; i < names.size(); i++) {
      way.add("..");
    }
    way.addAll(theirs.subList(common, theirs.size()));
    return with(false, way);
  }

  @Override
  public VolumePath toAbsolutePath() {
    return absolute ? this : system.root().resolve(this);
  }

  @Override
  public VolumePath toRealPath(LinkOption... options) throws IOException {
    VolumePath place = place();
    Node _ = volume().get(place);
    return place;
  }

  @Override
  public URI toUri() {
    try {
      return new URI(VolumeProvider.SCHEME, null, "/" + system.name() + place(), null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("files in memory cannot be watched");
  }

  // ---- As a value -----------------------------------------------------------------------------

  @Override
  public int compareTo(Path other) {
    return toString().compareTo(of(other).toString());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VolumePath path
        && path.system == system
        && path.absolute == absolute
        && path.names.equals(names);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return (absolute ? "/" : "") + String.join("/", names);
  }
}
