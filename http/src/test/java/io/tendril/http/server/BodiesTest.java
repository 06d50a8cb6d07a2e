package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.Response;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content in several pieces, and whose files are given back. */
class BodiesTest {
  @TempDir Path directory;
  private final List<String> released = new ArrayList<>();

  private Body part(String name, String content) throws Exception {
    Path file = Files.writeString(directory.resolve(name), content);
    FileChannel channel = FileChannel.open(file);
    return new Body.FilePart(
        channel,
        0,
        content.length(),
        () -> {
          released.add(name);
          try {
            channel.close();
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static Response of(Body... parts) {
    return new Response(200, Headers.empty(), new Body.Sequence(List.of(parts)));
  }

  @Test
  void sendsThePiecesInOrder() throws Exception {
    String large = "0123456789".repeat(100_000);
    Response response = of(Body.of("<"), part("a", large), Body.of("|"), part("b", "x"));
    String answer = VirtualServer.of(_ -> response).get("/");
    assertThat(answer)
        .contains("\r\nContent-Length: 1000003\r\n")
        .endsWith("\r\n\r\n<" + large + "|x");
    assertThat(released).containsExactly("a", "b");
  }

  @Test
  void sendsManySmallPiecesWithoutRecursion() {
    var parts = Collections.nCopies(50_000, Body.of("ab"));
    Response response = new Response(200, Headers.empty(), new Body.Sequence(parts));
    assertThat(VirtualServer.of(_ -> response).get("/")).endsWith("\r\n\r\n" + "ab".repeat(50_000));
  }

  @Test
  void givesEachFileBackOnceIfTheClientGoes() throws Exception {
    String large = "x".repeat(10_000_000);
    Response response = of(part("a", large), part("b", large), part("c", large));
    var server = VirtualServer.of(_ -> response);
    var client = server.connect();
    client.pause();
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    client.abort();
    server.pass(Duration.ofMinutes(2));
    assertThat(released).containsExactly("a", "b", "c");
  }

  @Test
  void givesFilesBackThatHeadNeedsNot() throws Exception {
    Response response = of(part("a", "xyz"), part("b", "x"));
    assertThat(VirtualServer.of(_ -> response).request("HEAD", "/"))
        .contains("\r\nContent-Length: 4\r\n");
    assertThat(released).containsExactly("a", "b");
  }
}
