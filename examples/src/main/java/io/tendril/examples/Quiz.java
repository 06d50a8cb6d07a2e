package io.tendril.examples;

import module io.tendril;

import java.time.Duration;

/**
 * A conversation in direct style: it reads from top to bottom, and holds no thread while it waits.
 */
public final class Quiz {
  private Quiz() {}

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8010";
    Reactor.run(reactor -> reactor.listen(endpoint, Protocol.direct(Quiz::play)));
  }

  static void play(Connection connection) {
    connection.deadline(Duration.ofMinutes(1));
    var random = connection.transport().reactor().random();
    int score = 0;
    for (int round = 1; round <= 3; round++) {
      int a = random.nextInt(10);
      int b = random.nextInt(10);
      connection.writeLine("How much is " + a + " times " + b + "?");
      String answer = connection.readLine();
      if (answer == null) {
        return;
      }
      if (answer.strip().equals(Integer.toString(a * b))) {
        score++;
      }
    }
    connection.writeLine("You have " + score + " of 3.");
  }
}
