package io.tendril.benchmarks.load;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A server under measurement, in a process of its own that is pinned to the first core.
 *
 * <p>A Java server says its port, and answers questions on its standard input: how many bytes its
 * threads have allocated, how much of its heap is in use, how long its compilers have worked.
 */
public final class ServerProcess implements AutoCloseable {
  private static final String CORE = "0";

  /** The generator's. */
  private static final String OTHER_CORE = "1";

  private final Process process;
  private final boolean java;
  private final BufferedReader answers;
  private final PrintWriter questions;
  private final int port;

  private ServerProcess(Process process, boolean java, int port) throws IOException {
    this.process = process;
    this.java = java;
    this.answers = process.inputReader();
    this.questions = new PrintWriter(process.outputWriter(), true);
    this.port = port != 0 ? port : Integer.parseInt(answers.readLine().strip());
  }

  /** Starts the server of a class, which is to end with {@link #serve}. */
  public static ServerProcess start(Class<?> main, String... arguments) throws IOException {
    return start(List.of("-Xms256m", "-Xmx256m"), main, arguments);
  }

  /** Starts the server of a class with more options for its virtual machine. */
  public static ServerProcess start(List<String> options, Class<?> main, String... arguments)
      throws IOException {
    return startOn(CORE, options, main, arguments);
  }

  /**
   * Starts the server of a class on some cores.
   *
   * @param cores their numbers: "0,1"
   */
  public static ServerProcess startOn(
      String cores, List<String> options, Class<?> main, String... arguments) throws IOException {
    var all = new ArrayList<>(options);
    all.addAll(List.of("--add-exports", "java.base/jdk.internal.vm=ALL-UNNAMED"));
    all.add("--enable-native-access=ALL-UNNAMED");
    all.add("--sun-misc-unsafe-memory-access=allow");
    return start(cores, main, all, arguments);
  }

  /** Starts the server of a class as a plain project would, without any flag. */
  public static ServerProcess startPlain(Class<?> main, String... arguments) throws IOException {
    return start(CORE, main, List.of("-Xms256m", "-Xmx256m"), arguments);
  }

  private static ServerProcess start(
      String cores, Class<?> main, List<String> options, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(options);
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData"));
    String more = System.getenv("BENCHMARK_SERVER_OPTIONS");
    command.addAll(more == null ? List.of() : List.of(more.split(" ")));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ServerProcess(launch(cores, command), true, 0);
  }

  /** Starts a program that is to listen on a port, and waits until it does. */
  public static ServerProcess program(int port, String... command) throws Exception {
    return program(CORE, port, command);
  }

  /** As {@link #program}, of one that is not measured: it shares the generator's core. */
  public static ServerProcess beside(int port, String... command) throws Exception {
    return program(OTHER_CORE, port, command);
  }

  /** A port of 127.0.0.1 that nobody has. */
  public static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static ServerProcess program(String core, int port, String... command) throws Exception {
    Process process = launch(core, List.of(command));
    try {
      awaitListener(port);
    } catch (IOException e) {
      process.destroy();
      throw new IOException(command[0] + " does not listen", e);
    }
    return new ServerProcess(process, false, port);
  }

  /** Waits until somebody listens on a port. */
  public static void awaitListener(int port) throws IOException, InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (true) {
      try {
        new Socket("127.0.0.1", port).close();
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }

  private static Process launch(String core, List<String> command) throws IOException {
    var pinned = new ArrayList<>(List.of("taskset", "-c", core));
    pinned.addAll(command);
    return new ProcessBuilder(pinned).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public int port() {
    return port;
  }

  Usage usage() throws IOException {
    return Usage.of(process.pid(), java ? ask("allocated") : 0);
  }

  /** The bytes of it that are in the machine's memory. */
  public long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D+", "")) << 10;
      }
    }
    throw new IOException("the server is gone");
  }

  /** The bytes of the heap that are in use after a collection. */
  public long heap() throws IOException {
    return ask("heap");
  }

  /** For how many milliseconds its compilers have worked so far; 0 for what is no Java process. */
  long compiling() throws IOException {
    return java ? ask("compiling") : 0;
  }

  /** Asks a question of its own. */
  public long ask(String question) throws IOException {
    questions.println(question);
    return Long.parseLong(answers.readLine());
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** The server's side: says the port, then answers until the input ends. */
  public static void serve(int port) throws IOException {
    serve(port, Map.of());
  }

  /** As {@link #serve(int)}, with answers to more questions. */
  public static void serve(int port, Map<String, LongSupplier> more) throws IOException {
    System.out.println(port);
    var input = new BufferedReader(new InputStreamReader(System.in));
    for (String question; (question = input.readLine()) != null; ) {
      System.out.println(
          switch (question) {
            case "heap" -> heapInUse();
            case "compiling" -> ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
            default -> more.getOrDefault(question, ServerProcess::allocated).getAsLong();
          });
    }
    Runtime.getRuntime().halt(0);
  }

  private static long allocated() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long own = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
    return threads.getTotalThreadAllocatedBytes() - own;
  }

  private static long heapInUse() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
