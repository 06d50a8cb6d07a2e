package io.tendril.examples;

import module io.tendril;

import java.util.ArrayList;
import java.util.List;

/** Sums done by another program: {@code bc}, talked to over its input and output. */
public final class Calculator {
  private Calculator() {}

  static void main(String[] sums) throws Exception {
    List<String> answers = Reactor.runUntil(reactor -> ask(reactor, List.of(sums)));
    answers.forEach(IO::println);
  }

  /** Asks one after the other; how the program has ended comes last. */
  static Deferred<List<String>> ask(Reactor reactor, List<String> sums) {
    return reactor.async(() -> {
      List<String> answers = new ArrayList<>();
      try (var bc = reactor.connect("process:bc:-q:stderr=output").await()) {
        for (var sum : sums) {
          bc.write(sum + "\n");
          answers.add(sum + " = " + bc.readLine());
        }
        bc.shutdownOutput(); // the end of its input, at which it ends
        var child = bc.transport().query(ChildProcess.class);
        answers.add("bc: " + child.exited().await());
      }
      return answers;
    });
  }
}
