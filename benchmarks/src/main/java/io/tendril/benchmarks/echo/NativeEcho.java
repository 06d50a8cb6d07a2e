package io.tendril.benchmarks.echo;

import io.tendril.benchmarks.load.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The echo server in C, compiled when it is needed. */
public final class NativeEcho {
  private NativeEcho() {}

  static ServerProcess start() throws Exception {
    return start(ServerProcess::program);
  }

  /** One that is not measured, but what is between it and the generator. */
  public static ServerProcess beside() throws Exception {
    return start(ServerProcess::beside);
  }

  @FunctionalInterface
  private interface Launch {
    ServerProcess of(int port, String... command) throws Exception;
  }

  private static ServerProcess start(Launch launch) throws Exception {
    Path directory = Files.createTempDirectory("tendril-benchmark");
    Path program = directory.resolve("echo");
    try (var source = NativeEcho.class.getResourceAsStream("echo.c")) {
      Process compiler =
          new ProcessBuilder("cc", "-O2", "-x", "c", "-o", program.toString(), "-")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (var input = compiler.getOutputStream()) {
        source.transferTo(input);
      }
      if (!compiler.waitFor(60, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
        throw new IOException("the C compiler has failed");
      }
      int port = ServerProcess.freePort();
      return launch.of(port, program.toString(), Integer.toString(port));
    } finally {
      Files.deleteIfExists(program); // the process keeps what it runs
      Files.delete(directory);
    }
  }
}
