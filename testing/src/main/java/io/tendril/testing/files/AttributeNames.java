package io.tendril.testing.files;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Attributes that are asked for by their names: {@code basic:size,lastModifiedTime}. */
final class AttributeNames {
  private static final Map<String, Function<BasicFileAttributes, Object>> BASIC =
      Map.of(
          "size", BasicFileAttributes::size,
          "lastModifiedTime", BasicFileAttributes::lastModifiedTime,
          "lastAccessTime", BasicFileAttributes::lastAccessTime,
          "creationTime", BasicFileAttributes::creationTime,
          "isRegularFile", BasicFileAttributes::isRegularFile,
          "isDirectory", BasicFileAttributes::isDirectory,
          "isSymbolicLink", BasicFileAttributes::isSymbolicLink,
          "isOther", BasicFileAttributes::isOther,
          "fileKey", BasicFileAttributes::fileKey);

  private AttributeNames() {}

  /** The name without its view, which is the basic one. */
  static String basic(String name) {
    int colon = name.indexOf(':');
    if (colon >= 0 && !name.substring(0, colon).equals("basic")) {
      throw new UnsupportedOperationException("'" + name + "' of a file in memory");
    }
    return name.substring(colon + 1);
  }

  static Map<String, Object> read(BasicFileAttributes attributes, String names) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : basic(names).split(",", -1)) {
      if (name.equals("*")) {
        BASIC.forEach((each, read) -> values.put(each, read.apply(attributes)));
        continue;
      }
      Function<BasicFileAttributes, Object> read = BASIC.get(name);
      if (read == null) {
        throw new IllegalArgumentException("no attribute '" + name + "' of a file");
      }
      values.put(name, read.apply(attributes));
    }
    return values;
  }
}
