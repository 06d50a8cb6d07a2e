package io.tendril.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The modules of this checkout, and the classes that the build made of their main code.
final class House {
  /// The root of the checkout.
  static final Path ROOT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("");

  /// A module: its directory's name, its compiled main code, its descriptor.
  record Module(String directory, Path classes, ModuleDescriptor descriptor) {
    /// Every class of the module's main code, but for `module-info` and `package-info`.
    List<ClassModel> models() {
      try (var files = Files.walk(classes)) {
        return files
            .filter(file -> file.toString().endsWith(".class"))
            .filter(file -> !file.getFileName().toString().endsWith("-info.class"))
            .sorted()
            .map(House::parse)
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// The packages that every module may use.
    List<String> exported() {
      return descriptor.exports().stream()
          .filter(exports -> !exports.isQualified())
          .map(ModuleDescriptor.Exports::source)
          .sorted()
          .toList();
    }

    @Override
    public String toString() {
      return directory;
    }
  }

  private House() {}

  /// Every directory that holds a Java module, in order of name.
  static List<Module> modules() {
    try (var directories = Files.list(ROOT)) {
      return directories
          .filter(directory -> Files.exists(directory.resolve("src/main/java/module-info.java")))
          .sorted()
          .map(House::module)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The modules that hold the house rules: all but the leaves, which adapt foreign libraries.
  static List<Module> ruled() {
    return modules().stream().filter(module -> !isLeaf(module.directory())).toList();
  }

  /// The modules that a program is written against.
  static Stream<Module> libraries() {
    return modules().stream()
        .filter(module -> !List.of("cli", "examples").contains(module.directory()));
  }

  static boolean isLeaf(String directory) {
    return directory.startsWith("adapters-") || directory.startsWith("gui-");
  }

  private static Module module(Path directory) {
    var classes = directory.resolve("target/classes");
    var info = classes.resolve("module-info.class");
    if (!Files.exists(info)) {
      throw new AssertionError(directory + " is not built: build the rules with -am");
    }
    try (var in = Files.newInputStream(info)) {
      return new Module(directory.getFileName().toString(), classes, ModuleDescriptor.read(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClassModel parse(Path file) {
    try {
      return ClassFile.of().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
