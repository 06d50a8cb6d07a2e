package io.tendril.benchmarks.echo;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * A server under measurement, in a process of its own that is pinned to one core. It says its port,
 * and answers each line on its standard input with the processor time it has used and the bytes
 * that its threads have allocated.
 */
final class ServerProcess implements AutoCloseable {
  /** What a server has used so far. */
  record Usage(long cpuNanos, long allocatedBytes) {
    Usage minus(Usage before) {
      return new Usage(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes);
    }
  }

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;
  private final int port;

  private ServerProcess(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader();
    this.questions = new PrintWriter(process.outputWriter(), true);
    this.port = Integer.parseInt(answers.readLine().strip());
  }

  static ServerProcess start(Class<?> main, int core) throws IOException {
    List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return new ServerProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  int port() {
    return port;
  }

  Usage usage() throws IOException {
    questions.println("usage");
    String[] numbers = answers.readLine().split(" ");
    return new Usage(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** The server's side: says the port, then answers until the input ends. */
  static void serve(int port) throws IOException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    System.out.println(port);
    var input = new BufferedReader(new InputStreamReader(System.in));
    while (input.readLine() != null) {
      long own = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
      System.out.println(
          system.getProcessCpuTime() + " " + (threads.getTotalThreadAllocatedBytes() - own));
    }
    Runtime.getRuntime().halt(0);
  }
}
