package io.tendril.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a process has used so far, by the kernel's books.
 *
 * @param threads of each thread, the nanoseconds that it ran and that it waited for its core
 * @param allocatedBytes by all threads, or 0 for what is no Java process
 */
record Usage(Map<String, long[]> threads, long allocatedBytes) {
  static Usage of(long pid, long allocatedBytes) throws IOException {
    var threads = new HashMap<String, long[]>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        try {
          String[] numbers = Files.readString(task.resolve("schedstat")).split(" ");
          threads.put(
              task.getFileName().toString(),
              new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])});
        } catch (NoSuchFileException e) {
          continue; // a thread of the compilers that has just ended
        }
      }
    }
    return new Usage(threads, allocatedBytes);
  }

  /** What was used since then. */
  Usage since(Usage before) {
    var used = new HashMap<String, long[]>();
    threads.forEach((thread, now) -> {
      long[] then = before.threads.getOrDefault(thread, new long[2]);
      used.put(thread, new long[] {now[0] - then[0], now[1] - then[1]});
    });
    return new Usage(used, allocatedBytes - before.allocatedBytes);
  }

  /** Processor time of all threads. */
  long cpuNanos() {
    return threads.values().stream().mapToLong(times -> times[0]).sum();
  }

  /** For how long the busiest thread had something to do: it ran, or others had its core. */
  long busyNanos() {
    return threads.values().stream().mapToLong(times -> times[0] + times[1]).max().orElse(0);
  }
}
