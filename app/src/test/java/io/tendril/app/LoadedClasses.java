package io.tendril.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads what a program may need when it has no descriptor left: tests run from directories, where
 * each class takes one while it is read. Of a jar, which is open, none does.
 */
final class LoadedClasses {
  private LoadedClasses() {}

  static void all() throws Exception {
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      Path root = Path.of(entry);
      for (String part : List.of("core", "app", "spi")) {
        Path below = root.resolve("io/tendril").resolve(part);
        if (Files.isDirectory(below)) {
          try (var files = Files.walk(below)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
              String name = root.relativize(file).toString().replace('/', '.');
              load(name.substring(0, name.length() - ".class".length()));
            }
          }
        }
      }
    }
  }

  private static void load(String name) throws ClassNotFoundException {
    try {
      Class.forName(name, false, LoadedClasses.class.getClassLoader());
    } catch (LinkageError e) {
      // it is not to be used here
    }
  }
}
