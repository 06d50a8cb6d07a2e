package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.process.Command;
import io.tendril.core.process.WindowSize;
import io.tendril.core.process.Wiring;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program to start and to talk to: what is written, it reads on its standard input, and what it
 * writes on its standard output, is received.
 *
 * <pre>{@code
 * reactor.connect(ProcessClientEndpoint.of(Command.of("bc", "-q")), Calculator::new);
 * }</pre>
 *
 * <p>The connection ends as others do: {@code connectionLost} is told {@link
 * io.tendril.core.process.ProcessEnded} with the program's status, if that has ended by then, for
 * which an orderly close waits 2 s. A program that outlives its connection is asked to end, and
 * killed after the time that its command names ({@link Command#within}); one whose connection is
 * aborted is killed. What is written after the program has closed its input is dropped, and what it
 * still has to say is received. The transport's capability {@link
 * io.tendril.core.process.ChildProcess} is the program.
 *
 * <p>Needs an engine that has child processes: {@link io.tendril.core.EngineLacks} otherwise.
 *
 * @param command its descriptors 0 and 1 are pipes, or its terminal
 */
public record ProcessClientEndpoint(Command command) implements ClientEndpoint {
  /** To a program whose standard error is this process's, unless the command says otherwise. */
  public static ProcessClientEndpoint of(Command command) {
    boolean unsaid = command.wiring().get(2) == Wiring.Pipe.FROM_CHILD;
    return new ProcessClientEndpoint(unsaid ? command.errors(Wiring.inherited()) : command);
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory) {
    return reactor.network().processes().connect(command, factory);
  }

  /** As {@link Endpoints#client} reads it, as far as a string can say it. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>(List.of("process", escaped(command.program())));
    command.arguments().forEach(each -> parts.add(escaped(each)));
    Path directory = command.directory();
    if (directory != null) {
      parts.add("dir=" + escaped(directory.toString()));
    }
    if (!command.inheritsEnvironment()) {
      parts.add("clean-env=yes");
    }
    for (Map.Entry<String, @Nullable String> each : command.environment().entrySet()) {
      String value = each.getValue();
      parts.add("env=" + escaped(each.getKey() + (value == null ? "" : "=" + value)));
    }
    String name = command.name();
    if (name != null) {
      parts.add("name=" + escaped(name));
    }
    WindowSize terminal = command.terminal();
    if (terminal != null) {
      parts.add("terminal=" + terminal);
    }
    return String.join(":", parts);
  }

  private static String escaped(String value) {
    return value.isEmpty() ? "[]" : Endpoints.escape(value);
  }
}
