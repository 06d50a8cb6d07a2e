package io.tendril.testing.unix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.unix.DescriptorPassing;
import io.tendril.core.unix.PassedDescriptor;
import io.tendril.spi.Engines;
import io.tendril.testing.Program;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A program in Python gets a descriptor, and passes another one back. */
@Tag("interop")
@EnabledOnOs(OS.LINUX)
class PassingToPythonTest extends UnixFixture {
  private static final String PROGRAM =
      """
      import os, socket, sys
      s = socket.socket(socket.AF_UNIX)
      s.connect(sys.argv[1])
      data, descriptors, flags, address = socket.recv_fds(s, 100, 10)
      text = os.read(descriptors[0], 100)
      with open(sys.argv[2]) as file:
          socket.send_fds(s, [data + b":" + text + b"."], [file.fileno()])
      s.recv(1)
      """;

  private final CompletableFuture<String> answer = new CompletableFuture<>();

  PassingToPythonTest() {
    super(Engines.linux());
  }

  private final class Swap implements Protocol {
    private final Transport transport;
    private final Descriptor ours;
    private String theirs = "";

    Swap(Transport transport, Descriptor ours) {
      this.transport = transport;
      this.ours = ours;
    }

    @Override
    public void connectionMade() {
      var _ =
          transport
              .query(DescriptorPassing.class)
              .send(ByteBuffer.wrap("data".getBytes(UTF_8)), List.of(ours));
    }

    @Override
    public void descriptorReceived(PassedDescriptor descriptor) {
      try (Descriptor taken = descriptor.take()) {
        theirs = DescriptorFiles.content(taken);
      }
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      answer.complete(theirs + " with " + UTF_8.decode(data));
      transport.loseConnection();
    }
  }

  @Test
  void bothWays() throws Exception {
    Path ours = Files.writeString(directory.resolve("ours"), "from Java");
    Path theirs = Files.writeString(directory.resolve("theirs"), "from Python");
    Descriptor descriptor = DescriptorFiles.open(ours);
    in(() -> reactor.listen("unix:" + path(), transport -> new Swap(transport, descriptor)));
    Program.need(Files.isExecutable(Path.of("/usr/bin/python3")), "/usr/bin/python3");
    Program.named("/usr/bin/python3").run("-c", PROGRAM, "" + path(), "" + theirs).succeeded();
    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("from Python with data:from Java.");
  }
}
