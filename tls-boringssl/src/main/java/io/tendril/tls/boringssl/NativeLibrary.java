package io.tendril.tls.boringssl;

import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.Library;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Loads the library, once in a process, from a file of its own that is deleted at once. The file
 * keeps the library's name, from which the library learns where its classes are.
 */
final class NativeLibrary {
  private static final String PROVIDED = "provided";

  private NativeLibrary() {}

  /** Loads when it is first asked. */
  private static final class Loaded {
    static final @Nullable String OBSTACLE = load();
  }

  /** Why it cannot be used; null if it can. */
  static @Nullable String obstacle() {
    return Loaded.OBSTACLE;
  }

  private static @Nullable String load() {
    try {
      if (!isThere()) {
        String file = file(System.getProperty("os.name"), System.getProperty("os.arch"));
        try (InputStream library = NativeLibrary.class.getResourceAsStream(file)) {
          if (library == null) {
            return "there is no build for " + file.substring(file.lastIndexOf('/') + 1);
          }
          load(library, file.substring(file.lastIndexOf('/') + 1));
        }
      }
      return Library.initialize(PROVIDED, null) ? null : "its library does not start";
    } catch (Exception | LinkageError e) {
      return "its library cannot be loaded: " + e.getMessage();
    }
  }

  /** Whether somebody else in this process has loaded it: a second copy would break the first. */
  private static boolean isThere() {
    try {
      return Buffer.address(ByteBuffer.allocateDirect(1)) != 0; // SSL does not survive a failure
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /** Where the library for a system and a processor would be. */
  static String file(String system, String processor) {
    String lower = system.toLowerCase(Locale.ROOT);
    String known = lower.startsWith("mac") ? "osx" : lower.split(" ", 2)[0];
    String cpu =
        switch (processor) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch_64";
          default -> processor;
        };
    String name = "netty_tcnative_" + known + "_" + cpu;
    return "/META-INF/native/"
        + switch (known) {
          case "windows" -> name + ".dll";
          case "osx" -> "lib" + name + ".jnilib";
          default -> "lib" + name + ".so";
        };
  }

  @SuppressWarnings("restricted") // native code is what this module is for
  private static void load(InputStream library, String name) throws IOException {
    Path directory = Files.createTempDirectory("tendril-boringssl");
    Path file = directory.resolve(name);
    try {
      Files.copy(library, file);
      System.load(file.toString());
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    }
  }
}
