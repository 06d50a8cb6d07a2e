package io.tendril.examples;

import module io.tendril;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A shell in a terminal of its own, which believes that somebody types. */
public final class ShellSession {
  private static final String PROMPT = "next please> ";
  private static final int MUCH = 1 << 20;

  private ShellSession() {}

  static void main(String[] lines) throws Exception {
    IO.println(Reactor.runUntil(reactor -> type(reactor, new WindowSize(100, 30), List.of(lines))));
  }

  /** Types each line when the shell is ready for it, and gives what there was on the screen. */
  static Deferred<String> type(Reactor reactor, WindowSize size, List<String> lines) {
    var shell = Command.of("/bin/sh", "-i").with("PS1", PROMPT).without("ENV").inTerminal(size);
    return reactor.async(() -> {
      var screen = new StringBuilder();
      try (var terminal = reactor.connect(ProcessClientEndpoint.of(shell)).await()) {
        for (var line : lines) {
          screen.append(untilReady(terminal)).append(PROMPT);
          terminal.write(line + "\n");
        }
        screen.append(untilReady(terminal));
        terminal.write("exit\n");
        while (terminal.read() != null) {} // until it has gone
      }
      return screen.toString().replace("\r", "");
    });
  }

  private static String untilReady(Connection terminal) {
    var shown = terminal.readUntil(PROMPT, MUCH);
    return shown == null ? "" : StandardCharsets.UTF_8.decode(shown).toString();
  }
}
