package io.tendril.benchmarks.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Soaks the carrier of continuations: {@code soak MINUTES [serial|g1|parallel|z ...]}. Each
 * collector gets its share of the minutes, and each of four stages a share of that: nothing beside,
 * a flight recording with the default settings, one with those for profiling, a debugger with a
 * breakpoint. Stacks are dumped from outside all the while.
 */
final class Soak {
  /** What goes on beside the work. */
  private enum Stage {
    BARE(46),
    RECORDED(20),
    PROFILED(20),
    DEBUGGED(14);

    final int percent;

    Stage(int percent) {
      this.percent = percent;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String JAVA = System.getProperty("java.home") + "/bin/";

  private final Path directory = Files.createTempDirectory("soak");
  private long total;

  private Soak() throws IOException {}

  public static void main(String[] arguments) throws Exception {
    int minutes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
    List<String> collectors =
        arguments.length > 1
            ? List.of(arguments).subList(1, arguments.length)
            : List.of("serial", "g1", "parallel", "z");
    int each = minutes * 60 / collectors.size();
    log(
        "plan: %d minutes, %s, each %d seconds: %s",
        minutes, collectors, each, List.of(Stage.values()));
    var soak = new Soak();
    for (String collector : collectors) {
      for (Stage stage : Stage.values()) {
        soak.run(collector, stage, Math.max(20, each * stage.percent / 100));
      }
    }
    log("all: %d awaits that suspended, %d switches", soak.total, 2 * soak.total);
  }

  private static void log(String format, Object... values) {
    System.out.println(
        LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + format.formatted(values));
  }

  private void run(String collector, Stage stage, int seconds) throws Exception {
    Path recording = directory.resolve(collector + "-" + stage + ".jfr");
    Process process = start(collector, stage, seconds, recording);
    SoakDebugger debugger = null;
    String last = "";
    int dumps = 0;
    long dumpAt = System.nanoTime() + 5_000_000_000L;
    try (var lines = process.inputReader()) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith("Listening for transport")) {
          debugger = new SoakDebugger(Integer.parseInt(line.replaceAll(".*\\D", "")));
        } else if (line.startsWith("awaits ")) {
          last = line;
          log("%s %s: %s", collector, stage, line);
        } else {
          log("%s %s: %s", collector, stage, line);
        }
        if (System.nanoTime() - dumpAt > 0 && process.isAlive()) {
          dumps += dump(process, dumps);
          dumpAt = System.nanoTime() + 15_000_000_000L;
        }
      }
    } finally {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    if (process.exitValue() != 0) {
      log("%s %s: FAILED with %d", collector, stage, process.exitValue());
      System.exit(1);
    }
    long awaits = Long.parseLong(last.split(" ")[1]);
    long millis = Long.parseLong(last.split(" ")[3]);
    total += awaits;
    log(
        "RESULT %s %s: %d awaits, %.1f ns of the reactor's thread each, %d dumps%s%s",
        collector,
        stage,
        awaits,
        millis * 1e6 / awaits,
        dumps,
        debugger == null ? "" : ", debugger " + debugger.seen(),
        Files.exists(recording) ? ", " + read(recording) : "");
    Files.deleteIfExists(recording);
  }

  private static Process start(String collector, Stage stage, int seconds, Path recording)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(JAVA + "java");
    command.add("-Xmx512m");
    command.add(
        "-XX:+Use" + Character.toUpperCase(collector.charAt(0)) + collector.substring(1) + "GC");
    command.addAll(List.of("--add-exports", "java.base/jdk.internal.vm=ALL-UNNAMED"));
    switch (stage) {
      case BARE -> {}
      case RECORDED ->
          command.add("-XX:StartFlightRecording:settings=default,filename=" + recording);
      case PROFILED ->
          command.add("-XX:StartFlightRecording:settings=profile,filename=" + recording);
      case DEBUGGED ->
          command.add("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(SoakWork.class.getName(), Integer.toString(seconds)));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Has all stacks dumped, in turn in one way and in the other. */
  private int dump(Process process, int number) throws Exception {
    List<String> command = new ArrayList<>(List.of(JAVA + "jcmd", Long.toString(process.pid())));
    Path file = directory.resolve("dump");
    Files.deleteIfExists(file);
    if (number % 2 == 0) {
      command.add("Thread.print");
    } else {
      command.addAll(List.of("Thread.dump_to_file", file.toString()));
    }
    Process jcmd = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(jcmd.getInputStream().readAllBytes());
    if (number % 2 == 1) {
      text += Files.exists(file) ? Files.readString(file) : "";
    }
    boolean found = text.contains("\"soak\"") && text.contains("LoopReactor.turn");
    if (!found && process.isAlive()) {
      log("no reactor in a dump: %s", text.lines().limit(3).toList());
      return 0;
    }
    return found ? 1 : 0;
  }

  /** What a recording has of the reactor's thread. */
  private static String read(Path recording) throws IOException {
    int samples = 0;
    int bodies = 0;
    int truncated = 0;
    try (var file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals("jdk.ExecutionSample")
            && event.getStackTrace() != null) {
          samples++;
          truncated += event.getStackTrace().isTruncated() ? 1 : 0;
          boolean body =
              event.getStackTrace().getFrames().stream()
                  .anyMatch(frame ->
                      frame.getMethod().getType().getName().contains("benchmarks.await.Soak"));
          bodies += body ? 1 : 0;
        }
      }
    }
    return "%d samples, %d of them in bodies, %d truncated".formatted(samples, bodies, truncated);
  }
}
