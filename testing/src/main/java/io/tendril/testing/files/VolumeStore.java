package io.tendril.testing.files;

import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;

/** How much space a volume has. */
final class VolumeStore extends FileStore {
  private final VolumeFileSystem system;

  VolumeStore(VolumeFileSystem system) {
    this.system = system;
  }

  @Override
  public String name() {
    return system.name();
  }

  @Override
  public String type() {
    return "memory";
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public long getTotalSpace() {
    return system.volume().capacity();
  }

  @Override
  public long getUsableSpace() {
    return system.volume().free();
  }

  @Override
  public long getUnallocatedSpace() {
    return system.volume().free();
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return type == BasicFileAttributeView.class;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return name.equals("basic");
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "usableSpace" -> getUsableSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      default -> throw new UnsupportedOperationException("'" + attribute + "' of a file store");
    };
  }
}
