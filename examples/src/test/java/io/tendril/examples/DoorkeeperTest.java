package io.tendril.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.Engines;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The example, called by this process. */
@EnabledOnOs(OS.LINUX)
class DoorkeeperTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final Reactor reactor =
      Reactor.create(ReactorOptions.defaults().withEngine(Engines.linux())).start();

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(LONGEST);
  }

  private String call(int user) throws Exception {
    Path door = directory.resolve("door");
    reactor.blockingCall(() -> reactor.listen("unix:" + door, Doorkeeper.welcoming(user)), LONGEST);
    try (var caller = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      caller.connect(UnixDomainSocketAddress.of(door));
      caller.write(ByteBuffer.wrap("hello\r\n".getBytes(US_ASCII)));
      caller.shutdownOutput();
      return new String(Channels.newInputStream(caller).readAllBytes(), US_ASCII);
    }
  }

  private int us() throws Exception {
    return (int) Files.getAttribute(directory, "unix:uid");
  }

  @Test
  void letsItsUserIn() throws Exception {
    assertThat(call(us()))
        .isEqualTo(
            "Come in, process %d.\r\nYou say: hello\r\n".formatted(ProcessHandle.current().pid()));
  }

  @Test
  void sendsOthersAway() throws Exception {
    assertThat(call(us() + 1)).startsWith("Not you, user " + us() + ".");
  }
}
