package io.tendril.benchmarks.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What an await costs, in processor time of the whole process: with the option for continuations,
 * without it, Vert.x beside them, and the JDK's own continuations below. {@code await [ROUNDS
 * [PAIRS]]}. Rounds are interleaved.
 */
final class AwaitComparison {
  private static final int MILLIS = 1_000;
  private static final int WARM_UP = 12;

  private static final List<String> OPTION =
      List.of("--add-exports", "java.base/jdk.internal.vm=ALL-UNNAMED");

  private AwaitComparison() {}

  /** A process that answers questions. */
  private static final class Contestant implements AutoCloseable {
    final String name;
    final double[] figures;
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter questions;

    Contestant(String name, Class<?> main, List<String> options, int rounds) throws IOException {
      this.name = name;
      this.figures = new double[rounds];
      List<String> command = new ArrayList<>();
      command.add(System.getProperty("java.home") + "/bin/java");
      command.addAll(List.of("-Xmx6g", "-XX:+UseSerialGC"));
      command.addAll(options);
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      answers = process.inputReader();
      questions = new PrintWriter(process.outputWriter(), true);
    }

    double ask(String question) throws IOException {
      questions.println(question);
      return Double.parseDouble(answers.readLine());
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
    int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16;
    for (String what : List.of("suspending " + pairs, "ready 1")) {
      try (var with = new Contestant("with the option", TendrilAwait.class, OPTION, rounds);
          var bare = new Contestant("continuations", BareContinuations.class, OPTION, rounds);
          var without = new Contestant("without", TendrilAwait.class, List.of(), rounds);
          var vertx = new Contestant("Vert.x", VertxAwait.class, List.of(), rounds)) {
        boolean suspends = what.startsWith("suspending");
        compare(
            what + " " + MILLIS,
            suspends ? List.of(with, bare, without, vertx) : List.of(with, without, vertx),
            rounds);
      }
    }
    heap("with the option", TendrilAwait.class, OPTION, 1_000_000);
    heap("without", TendrilAwait.class, List.of(), 1_000_000);
    heap("Vert.x", VertxAwait.class, List.of(), 200_000);
  }

  private static void compare(String question, List<Contestant> contestants, int rounds)
      throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      for (Contestant contestant : contestants) {
        contestant.ask(question);
      }
    }
    for (int i = 0; i < rounds; i++) {
      for (Contestant contestant : contestants) {
        contestant.figures[i] = contestant.ask(question);
      }
    }
    for (Contestant contestant : contestants) {
      Arrays.sort(contestant.figures);
      System.out.printf(
          "%s, %s: median %.1f ns, least %.1f, most %.1f%n",
          question.split(" ")[0],
          contestant.name,
          contestant.figures[rounds / 2],
          contestant.figures[0],
          contestant.figures[rounds - 1]);
    }
  }

  private static void heap(String name, Class<?> main, List<String> options, int count)
      throws IOException {
    try (var contestant = new Contestant(name, main, options, 1)) {
      System.out.printf(
          "suspended, %s: %.0f bytes of heap each, %d of them%n",
          name, contestant.ask("suspended " + count), count);
    }
  }
}
