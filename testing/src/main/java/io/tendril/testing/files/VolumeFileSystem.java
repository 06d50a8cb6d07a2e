package io.tendril.testing.files;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A volume as the JDK's programs see it. It is never closed, as that of a computer is not. */
final class VolumeFileSystem extends FileSystem {
  private final String name;
  private final Volume volume;
  private final VolumePath root = VolumePath.parse(this, "/");

  VolumeFileSystem(String name, Volume volume) {
    this.name = name;
    this.volume = volume;
  }

  String name() {
    return name;
  }

  Volume volume() {
    return volume;
  }

  VolumePath root() {
    return root;
  }

  @Override
  public VolumeProvider provider() {
    return VolumeProvider.ONLY;
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("the file system of a host is always there");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(root);
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(new VolumeStore(this));
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public Path getPath(String first, String... more) {
    var whole = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        whole.append(whole.isEmpty() ? "" : "/").append(part);
      }
    }
    return VolumePath.parse(this, whole.toString());
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("no syntax before the pattern: " + syntaxAndPattern);
    }
    String pattern = syntaxAndPattern.substring(colon + 1);
    Pattern regex =
        switch (syntaxAndPattern.substring(0, colon)) {
          case "glob" -> Glob.pattern(pattern);
          case "regex" -> Pattern.compile(pattern);
          case String syntax -> throw new UnsupportedOperationException("patterns of " + syntax);
        };
    return path -> regex.matcher(path.toString()).matches();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("files in memory have no owners");
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("files in memory cannot be watched");
  }
}
