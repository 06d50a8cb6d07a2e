package io.tendril.core.internal.loop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tendril.core.ReactorEvent;
import io.tendril.core.internal.systemd.Environment;
import io.tendril.spi.Family;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;

/**
 * A worker's end of the pipe that its parent has the other end of. A thread of its own reads it, so
 * that a worker whose loop is stuck does not outlive its parent either:
 *
 * <ul>
 *   <li>{@code retire 30}: another one has taken this worker's place, and it ends, within so many
 *       seconds;
 *   <li>the end of the pipe: the parent is gone. The worker stops as at a SIGTERM, and is halted if
 *       it has not stopped some seconds after its deadline.
 * </ul>
 */
final class ParentWatch {
  /** What the parent writes to a worker that it has replaced, and the most seconds for that. */
  private static final String RETIRE = "retire";

  private static final Duration BEYOND_DEADLINE = Duration.ofSeconds(5);

  private final LoopReactor reactor;
  private final String descriptor;

  private ParentWatch(LoopReactor reactor, String descriptor) {
    this.reactor = reactor;
    this.descriptor = descriptor;
  }

  /** Begins to watch, if this process is a worker. */
  static void begin(LoopReactor reactor) {
    String descriptor = Environment.PROCESS.variable(Family.PARENT);
    if (descriptor != null && descriptor.matches("[0-9]{1,3}")) {
      var watch = new ParentWatch(reactor, descriptor);
      Thread.ofPlatform().daemon().name("parent-watch").start(watch::run);
    }
  }

  private void run() {
    try (var pipe =
        new BufferedReader(
            new InputStreamReader(new FileInputStream("/proc/self/fd/" + descriptor), US_ASCII))) {
      for (String line = pipe.readLine(); line != null; line = pipe.readLine()) {
        heard(line);
      }
    } catch (IOException e) {
      reactor.deliver(() -> reactor.report(new ReactorEvent.CallFailed("the parent's pipe", e)));
    }
    reactor.stop();
    try {
      Thread.sleep(reactor.options().shutdownDeadline().plus(BEYOND_DEADLINE));
    } catch (InterruptedException e) {
      // nobody does that; it is late enough
    }
    Runtime.getRuntime().halt(1);
  }

  private void heard(String line) {
    String[] words = line.split(" ", 2);
    if (words.length == 2 && words[0].equals(RETIRE) && words[1].matches("[0-9]{1,9}")) {
      var longest = Duration.ofSeconds(Long.parseLong(words[1]));
      reactor.deliver(() -> reactor.network().retire(longest));
    }
  }
}
