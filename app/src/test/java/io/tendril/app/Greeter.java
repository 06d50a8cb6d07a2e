package io.tendril.app;

import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import java.nio.file.Files;
import java.nio.file.Path;

/** A worker of tests: tells who asks the number of its process, and ends when a file is there. */
final class Greeter {
  private Greeter() {}

  public static void main(String[] arguments) throws Exception {
    if (Files.exists(Path.of(arguments[1]))) {
      System.exit(3);
    }
    if (arguments.length > 2) {
      LoadedClasses.all();
    }
    Reactor.run(reactor ->
        reactor.listen(
            arguments[0],
            Protocol.onData((transport, data) -> {
              data.position(data.limit());
              transport.write(ProcessHandle.current().pid() + "\n");
            })));
  }
}
