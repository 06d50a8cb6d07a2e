package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that fails while it is sent: the peer must not take what it has for all of it. */
class UnreadableFileTest {
  private static final int LENGTH = 1 << 20;

  @TempDir Path directory;

  private static final class End implements Protocol {
    final Transport transport;
    int received;
    @Nullable ConnectionClosed lost;

    End(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      received += data.remaining();
      data.position(data.limit());
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      lost = reason;
    }
  }

  @Test
  void thePeerSeesAResetAndTheReasonNamesTheFile() throws IOException {
    var pair = MemoryPair.connect(End::new, End::new);
    FileChannel file = FileChannel.open(Files.write(directory.resolve("x"), new byte[LENGTH]));
    Deferred<Long> sent = pair.server().transport.sendFile(file, 0, LENGTH);
    sent.exceptionally(_ -> 0L).isDone();
    pair.pumpToClient(10_000);
    file.close();
    pair.pump();
    assertThat(pair.server().lost)
        .isInstanceOf(ConnectionClosed.Lost.class)
        .hasMessageContaining("cannot read the file");
    assertThat(pair.client().received).isBetween(10_000, LENGTH - 1);
    assertThat(pair.client().lost).isInstanceOf(ConnectionClosed.Lost.class);
  }
}
