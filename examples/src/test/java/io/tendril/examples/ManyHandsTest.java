package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The example as it runs: with processes. */
@EnabledOnOs(OS.LINUX)
@Tag("interop")
class ManyHandsTest {
  private static final Pattern PORT = Pattern.compile("Port ([0-9]+)\n");
  private static final Pattern SERVES = Pattern.compile("worker 2 \\(process ([0-9]+)\\) serves");

  @Test
  void servesAndIsRestartedAndEnds() throws Exception {
    Program java = Program.named(Path.of(System.getProperty("java.home"), "bin", "java") + "");
    try (var running =
        java.start(
            "-Xmx100m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ManyHands.class.getName(),
            "tcp:0:interface=127.0.0.1",
            "2")) {
      running.awaitOutput("Port ");
      running.await("has told its port", () -> PORT.matcher(running.output()).find());
      Matcher port = PORT.matcher(running.output());
      assertThat(port.find()).isTrue();
      assertThat(page(port.group(1))).startsWith("Hello from process ");
      Program.named("kill").run("-USR2", "" + running.process().pid()).succeeded();
      running.awaitOutput("restarted: every worker has been replaced");
      Matcher serves = SERVES.matcher(running.output());
      assertThat(serves.results().map(found -> found.group(1)).distinct()).hasSize(2);
      assertThat(page(port.group(1))).startsWith("Hello from process ");
      running.process().destroy();
      assertThat(running.awaitEnd().status()).isZero();
    }
  }

  private static String page(String port) throws Exception {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
              .timeout(Duration.ofSeconds(60));
      return client.send(request.build(), BodyHandlers.ofString()).body();
    }
  }
}
