package io.tendril.core.internal.handover;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.descriptor.WrongDescriptor;
import io.tendril.core.internal.systemd.Environment;
import io.tendril.spi.Family;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class InheritedSocketsTest {
  private static InheritedSockets of(Map<String, String> variables, InheritedSockets.Look look) {
    return new InheritedSockets(
        new Environment() {
          @Override
          public @Nullable String variable(String name) {
            return variables.get(name);
          }

          @Override
          public void replace() {
            throw new AssertionError();
          }

          @Override
          public long process() {
            return 1;
          }
        },
        look);
  }

  /** Where it is not looked at what is open. */
  private static InheritedSockets of(Map<String, String> variables) {
    return of(variables, (_, _) -> {});
  }

  private static InheritedSockets of(String text) {
    return of(Map.of(InheritedSockets.VARIABLE, text));
  }

  @Test
  void eachIsTakenOnceInOrder() {
    var sockets = of("3 127.0.0.1:0\n4 [::]:80\n5 127.0.0.1:0\n");
    assertThat(sockets.take("127.0.0.1:0")).isEqualTo(3);
    assertThat(sockets.take("127.0.0.1:1")).isNull();
    assertThat(sockets.take("127.0.0.1:0")).isEqualTo(5);
    assertThat(sockets.take("127.0.0.1:0")).isNull();
    assertThat(sockets.takeRest()).containsExactly(Map.entry(4, "[::]:80"));
    assertThat(sockets.takeRest()).isEmpty();
  }

  @Test
  void allOfOneKeyAreTakenTogether() {
    var sockets = of("3 systemd:name=web\n4 a\n5 systemd:name=web");
    assertThat(sockets.takeAll("systemd:name=web")).containsExactly(3, 5);
    assertThat(sockets.takeAll("systemd:name=web")).isEmpty();
  }

  @Test
  void whatIsWrittenIsRead() {
    var keys = List.of("unix:/run/a b", "127.0.0.1:0");
    assertThat(of(InheritedSockets.write(keys, 7)).takeRest())
        .containsExactly(Map.entry(7, "unix:/run/a b"), Map.entry(8, "127.0.0.1:0"));
  }

  @Test
  void whatCannotBeReadIsNotThere() {
    assertThat(of("\n3\n-4 a\nx b\n99999999 c\n 5 d\n6 e").takeRest())
        .containsExactly(Map.entry(6, "e"));
    assertThat(of(Map.of()).takeRest()).isEmpty();
  }

  @Test
  void aWorkerSharesThemWithOthers() {
    assertThat(of("").owned()).isTrue();
    assertThat(of(Map.of(Family.WORKER, "1")).owned()).isFalse();
  }

  @Test
  void oneThatIsSomethingElseIsNotThereAndToldOnce() {
    var sockets =
        of(
            Map.of(InheritedSockets.VARIABLE, "3 a\n4 b\n5 a"),
            (number, _) -> {
              if (number == 3) {
                throw new WrongDescriptor(number, "a socket", "a regular file");
              }
            });
    assertThat(sockets.take("a")).isEqualTo(5);
    assertThat(sockets.takeRest()).containsExactly(Map.entry(4, "b"));
    assertThat(sockets.takeWrong())
        .singleElement()
        .asString()
        .contains("descriptor 3 is a regular");
    assertThat(sockets.takeWrong()).isEmpty();
  }

  // ---- What is open ---------------------------------------------------------------------------

  private static String variable(int number, String key) {
    return InheritedSockets.write(List.of(key), number);
  }

  /** The sockets of a variable, with what is really open in this process. */
  private static InheritedSockets really(String text) {
    return of(Map.of(InheritedSockets.VARIABLE, text), InheritedSockets::check);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileUnderTheNumberIsLeftOpen(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("data");
    try (var file = FileChannel.open(path, CREATE, READ, WRITE)) {
      int number = numberOf(path.toString());
      var sockets = really(variable(number, "127.0.0.1:0") + variable(number, "[::]:80"));
      assertThat(sockets.take("127.0.0.1:0")).isNull();
      new OpenSockets().settle(sockets);
      assertThat(file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEqualTo(3);
      assertThat(Files.size(path)).isEqualTo(3);
      assertThat(sockets.takeWrong())
          .hasSize(2)
          .allSatisfy(wrong ->
              assertThat(wrong)
                  .hasMessage(
                      "descriptor %d is a regular file, and not a stream socket that listens",
                      number));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aNumberThatIsNotOpenIsLeftAlone() {
    var sockets = really(variable(999_999, "127.0.0.1:0"));
    assertThat(sockets.takeRest()).isEmpty();
    assertThat(sockets.takeWrong())
        .singleElement()
        .asString()
        .contains("descriptor 999999 is closed, and not open");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aSocketThatListensElsewhereIsLeftOpen() throws Exception {
    try (var socket = ServerSocketChannel.open()) {
      socket.bind(new InetSocketAddress("127.0.0.2", 0));
      int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
      int number = numberBoundTo(port);
      for (String key :
          List.of("127.0.0.3:" + port, "127.0.0.2:" + (port ^ 1), "[::]:0", "unix:/run/s")) {
        var sockets = really(variable(number, key));
        assertThat(sockets.take(key)).as(key).isNull();
        new OpenSockets().settle(sockets);
        assertThat(sockets.takeWrong())
            .singleElement()
            .asString()
            .endsWith(
                "descriptor %d is a socket that listens at 127.0.0.2:%d, and not what listens at %s"
                    .formatted(number, port, key));
      }
      try (var client = SocketChannel.open(socket.getLocalAddress());
          var accepted = socket.accept()) {
        assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aSocketThatHasOnlyBeenBoundOrConnectedIsNone() throws Exception {
    try (var socket = ServerSocketChannel.open()) {
      socket.bind(new InetSocketAddress("127.0.0.2", 0));
      try (var client = SocketChannel.open(socket.getLocalAddress())) {
        int port = ((InetSocketAddress) client.getLocalAddress()).getPort();
        int number = numberBoundTo(port);
        assertThat(really(variable(number, "127.0.0.1:" + port)).takeRest()).isEmpty();
        assertThat(client.isConnected()).isTrue();
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aSocketThatListensThereIsTaken() throws Exception {
    try (var socket = ServerSocketChannel.open()) {
      socket.bind(new InetSocketAddress("127.0.0.2", 0));
      int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
      int number = numberBoundTo(port);
      for (String key : List.of("127.0.0.2:0", "127.0.0.2:" + port, "systemd:name=web")) {
        var sockets = really(variable(number, key));
        assertThat(sockets.take(key)).as(key).isEqualTo(number);
        assertThat(sockets.takeWrong()).isEmpty();
      }
    }
  }

  /** The descriptor of the socket of this process that has a port of TCP. */
  private static int numberBoundTo(int port) throws IOException {
    String inode = "";
    for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] words = line.strip().split(" +", -1);
        if (words[1].endsWith(":%04X".formatted(port))) {
          inode = words[9];
        }
      }
    }
    return numberOf("socket:[" + inode + "]");
  }

  /** The descriptor that leads to a file. */
  private static int numberOf(String target) throws IOException {
    try (var links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : links) {
        try {
          if (Files.readSymbolicLink(link).toString().equals(target)) {
            return Integer.parseInt(link.getFileName().toString());
          }
        } catch (NoSuchFileException e) {
          // closed meanwhile
        }
      }
    }
    throw new AssertionError("nothing is open at " + target);
  }
}
