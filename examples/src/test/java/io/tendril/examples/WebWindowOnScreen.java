package io.tendril.examples;

import java.awt.EventQueue;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.event.WindowEvent;
import java.io.File;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;

/**
 * The example's window on a screen: pressed, loaded, looked at and closed.
 *
 * <p>Arguments: the directory to serve, where to put a picture of the screen, and how many seconds
 * to load it with wrk. Without the last it makes some requests by itself. It prints how long events
 * of the window had to wait for their turn.
 */
final class WebWindowOnScreen {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final WebWindow window;

  private WebWindowOnScreen(Path directory) throws Exception {
    window = inEventThread(() -> WebWindow.open(directory, "tcp:0:interface=127.0.0.1"));
  }

  public static void main(String[] arguments) throws Exception {
    var on = new WebWindowOnScreen(Path.of(arguments[0]));
    int port = on.press();
    if (arguments.length > 2) {
      System.out.println("idle: " + on.delaysWhile(() -> pause(arguments[2])));
      System.out.println("load: " + on.delaysWhile(() -> wrk(port, arguments[2])));
    } else {
      System.out.println("load: " + on.delaysWhile(() -> requests(port)));
    }
    on.awaitListed();
    on.picture(new File(arguments[1]));
    on.pressAgain(port);
    EventQueue.invokeLater(() ->
        on.window
            .window()
            .dispatchEvent(new WindowEvent(on.window.window(), WindowEvent.WINDOW_CLOSING)));
    on.window.reactor().awaitStopped(LONGEST);
    System.out.println(on.window.visits() + " visits, " + on.window.listed() + " listed");
    System.out.println("done");
  }

  // ---- The window -----------------------------------------------------------------------------

  private int press() throws Exception {
    EventQueue.invokeLater(() -> window.button().doClick());
    await("it serves", () -> window.port() > 0);
    return inEventThread(window::port);
  }

  private void pressAgain(int port) throws Exception {
    inEventThread(() -> {
      window.button().doClick();
      return null;
    });
    try (var _ = new Socket("127.0.0.1", port)) {
      throw new AssertionError("it serves still");
    } catch (ConnectException e) {
      // as it should be
    }
    press();
  }

  private void awaitListed() throws Exception {
    await("visits are listed", () -> window.listed() == Math.min(1_000, window.visits()));
  }

  private void picture(File file) throws Exception {
    var robot = new Robot();
    robot.waitForIdle();
    Rectangle bounds = inEventThread(() -> window.window().getBounds());
    ImageIO.write(robot.createScreenCapture(bounds), "png", file);
  }

  // ---- Load -----------------------------------------------------------------------------------

  private static Void pause(String seconds) {
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Long.parseLong(seconds)));
    return null;
  }

  private static Void wrk(int port, String seconds) throws Exception {
    var process =
        new ProcessBuilder(
                "wrk", "-t1", "-c32", "-d" + seconds + "s", "http://127.0.0.1:" + port + "/")
            .inheritIO()
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("wrk failed");
    }
    return null;
  }

  private static Void requests(int port) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"));
    try (var client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 200; i++) {
        int status =
            client.send(request.timeout(LONGEST).build(), BodyHandlers.discarding()).statusCode();
        if (status != 200) {
          throw new AssertionError("status " + status);
        }
      }
    }
    return null;
  }

  // ---- Delays ---------------------------------------------------------------------------------

  /** Posts an event every five milliseconds, and notes when it gets its turn. */
  private String delaysWhile(Callable<?> what) throws Exception {
    var delays = new ConcurrentLinkedQueue<Long>();
    var posted = new AtomicInteger();
    var over = new FutureTask<>(what);
    Thread.ofPlatform().start(over);
    while (!over.isDone()) {
      long now = System.nanoTime();
      posted.incrementAndGet();
      EventQueue.invokeLater(() -> delays.add(System.nanoTime() - now));
      LockSupport.parkNanos(5_000_000);
    }
    over.get();
    inEventThread(() -> null);
    if (delays.size() != posted.get()) {
      throw new AssertionError(posted + " events were posted, and " + delays.size() + " handled");
    }
    long[] sorted = delays.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length
        + " events, delays in microseconds: p50 "
        + at(sorted, 0.5)
        + ", p99 "
        + at(sorted, 0.99)
        + ", p99.9 "
        + at(sorted, 0.999)
        + ", most "
        + Arrays.stream(sorted).max().orElse(0) / 1_000;
  }

  private static long at(long[] sorted, double quantile) {
    return sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1_000;
  }

  // ---- Tools ----------------------------------------------------------------------------------

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!inEventThread(condition)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain until " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static <T> T inEventThread(Callable<T> callable) throws Exception {
    var task = new FutureTask<>(callable);
    EventQueue.invokeLater(task);
    return task.get(60, TimeUnit.SECONDS);
  }
}
