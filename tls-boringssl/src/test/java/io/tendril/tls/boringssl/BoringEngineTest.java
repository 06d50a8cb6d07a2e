package io.tendril.tls.boringssl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.spi.TlsEngine.Step;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class BoringEngineTest {
  private static final ByteBuffer[] NOTHING = {};

  /** What the process has in memory besides the heap, in KiB. */
  private static long outsideOfTheHeap() throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() >> 10;
    return -heap
        + Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
            .findFirst()
            .orElseThrow();
  }

  private static void handshakes(TlsOptions client, TlsOptions server, int count)
      throws IOException {
    for (int i = 0; i < count; i++) {
      try (var pair = new Pair(client, server)) {
        pair.shake();
        assertThat(pair.send("hello")).isEqualTo("hello");
      }
    }
  }

  @Test
  void isTheBestEngineHere() {
    try (var pair = new Pair(Pair.client(), Pair.server())) {
      assertThat(pair.client.name()).isEqualTo("BoringSSL");
    }
  }

  @Test
  void nothingIsLeftAfterThousandsOfHandshakes() throws IOException {
    TlsOptions server = Pair.server();
    TlsOptions client = Pair.client();
    handshakes(client, server, 2_000);
    long before = outsideOfTheHeap();
    handshakes(client, server, 4_000);
    long more = outsideOfTheHeap() - before;
    // An SSL that is left behind takes some 10 KiB, so 8000 of them 80 MiB.
    assertThat(more).as("KiB").isLessThan(30_000);
  }

  @Test
  void nothingIsLeftOfHandshakesThatAreGivenUp() throws IOException {
    TlsOptions server = Pair.server();
    TlsOptions client = Pair.client();
    for (int i = 0; i < 200; i++) {
      try (var pair = new Pair(client, server)) {
        pair.client.encrypt(NOTHING, 0, 0, pair.toServer);
        if (i % 2 == 0) {
          pair.server.decrypt(pair.toServer.flip(), ByteBuffer.allocateDirect(0));
        }
      }
    }
    handshakes(client, server, 1);
  }

  /** Old options are let go; so are their contexts, as soon as nobody can reach them. */
  @Test
  void contextsAreFreedWhenNobodyCanReachThem() throws Exception {
    for (int i = 0; i < 50; i++) {
      handshakes(Pair.client(), Pair.server(), 1);
    }
    int left = Integer.MAX_VALUE;
    for (int i = 0; i < 100 && left > 20; i++) {
      System.gc();
      left = BoringContext.freeUnreachable();
      Thread.yield();
    }
    assertThat(left).isLessThanOrEqualTo(20);
  }

  @Test
  void anEngineKeepsItsContextWhateverIsLetGo() throws Exception {
    try (var pair = new Pair(Pair.client(), Pair.server())) {
      for (int i = 0; i < 10; i++) {
        System.gc();
        var unused = BoringContext.freeUnreachable();
      }
      pair.shake();
      assertThat(pair.send("still here")).isEqualTo("still here");
    }
  }

  @Test
  void hybridKeyExchangeIsWhatBothPrefer() throws IOException {
    try (var pair = new Pair(Pair.client(), Pair.server())) {
      pair.client.encrypt(NOTHING, 0, 0, pair.toServer);
      assertThat(pair.toServer.position()).as("ML-KEM's share is in it").isGreaterThan(1_300);
      pair.shake();
      assertThat(pair.server.established()).isTrue();
    }
  }

  // ---- Misuse ---------------------------------------------------------------------------------

  @Test
  void aClosedEngineDoesNothing() throws IOException {
    var pair = new Pair(Pair.client(), Pair.server());
    pair.shake();
    pair.close();
    pair.close();
    assertThat(pair.client.next()).isEqualTo(Step.MORE);
    assertThat(pair.client.task()).isNull();
    pair.client.closeOutput();
    assertThat(pair.client.next()).isEqualTo(Step.MORE);
    assertThatIllegalStateException().isThrownBy(pair.client::session);
    assertThatThrownBy(() -> pair.client.encrypt(NOTHING, 0, 0, pair.toServer))
        .isInstanceOf(SSLException.class);
    assertThatThrownBy(() -> pair.client.decrypt(pair.toClient, pair.toServer))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void buffersOfTheWrongKindAreRefused() throws IOException {
    try (var pair = new Pair(Pair.client(), Pair.server())) {
      ByteBuffer heap = ByteBuffer.allocate(20_000);
      ByteBuffer direct = ByteBuffer.allocateDirect(20_000);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> pair.client.encrypt(NOTHING, 0, 0, heap));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> pair.client.encrypt(NOTHING, 0, 0, direct.asReadOnlyBuffer()));
      pair.shake();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> pair.client.encrypt(new ByteBuffer[] {heap}, 0, 1, direct));
      pair.server.encrypt(new ByteBuffer[] {direct.duplicate().limit(9)}, 0, 1, pair.toClient);
      pair.toClient.flip();
      for (ByteBuffer wrong : List.of(heap, direct.asReadOnlyBuffer())) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> {
              while (pair.client.decrypt(pair.toClient, wrong) == Step.MORE) {}
            });
      }
      assertThat(pair.client.decrypt(pair.toClient, ByteBuffer.allocateDirect(3)))
          .isEqualTo(Step.SPACE);
    }
  }

  @Test
  void aTaskMayRunTwiceAndAfterTheEnd() throws IOException {
    var pair = new Pair(Pair.client(), Pair.server());
    Runnable task = null;
    for (int turns = 0; turns < 20 && task == null; turns++) {
      while (pair.client.next() == Step.OUTPUT) {
        pair.client.encrypt(NOTHING, 0, 0, pair.toServer);
      }
      pair.toServer.flip();
      while (pair.toServer.hasRemaining()) {
        pair.server.decrypt(pair.toServer, ByteBuffer.allocateDirect(0));
        while (pair.server.next() == Step.OUTPUT) {
          pair.server.encrypt(NOTHING, 0, 0, pair.toClient);
        }
      }
      pair.toServer.clear();
      pair.toClient.flip();
      while (pair.toClient.hasRemaining() && pair.client.next() == Step.INPUT) {
        pair.client.decrypt(pair.toClient, ByteBuffer.allocateDirect(0));
      }
      pair.toClient.compact();
      task = pair.client.task();
    }
    assertThat(task).isNotNull();
    task.run();
    task.run();
    pair.shake();
    assertThat(pair.client.established()).isTrue();
    pair.close();
    task.run();
  }

  @Test
  void randomBytesAndDamagedRecordsAreFailuresAndNothingWorse() throws IOException {
    var random = new Random(7);
    TlsOptions server = Pair.server().withApplicationProtocols("h2");
    for (int i = 0; i < 2_000; i++) {
      try (var pair = new Pair(Pair.client(), server)) {
        boolean early = i % 4 != 0;
        if (!early) {
          pair.shake();
        }
        pair.toServer.clear();
        pair.client.encrypt(
            new ByteBuffer[] {ByteBuffer.allocateDirect(early ? 0 : 500)}, 0, 1, pair.toServer);
        for (int flips = 1 + random.nextInt(20); flips > 0; flips--) {
          int at = 5 + random.nextInt(pair.toServer.position() - 5);
          // Never what it was, however often the same one is hit.
          pair.toServer.put(at, (byte) (pair.toServer.get(at) + 1 + random.nextInt(12)));
        }
        pair.toServer.flip();
        ByteBuffer plain = ByteBuffer.allocateDirect(20_000);
        try {
          while (pair.toServer.hasRemaining()
              && pair.server.decrypt(pair.toServer, plain) != null) {
            while (pair.server.next() == Step.OUTPUT) {
              pair.server.encrypt(NOTHING, 0, 0, pair.toClient.clear());
            }
          }
        } catch (SSLException e) {
          assertThat(e.getMessage()).isNotEmpty();
          while (pair.server.next() == Step.OUTPUT) {
            pair.server.encrypt(NOTHING, 0, 0, pair.toClient.clear());
          }
        }
        assertThat(plain.position()).isZero();
      }
    }
  }

  @Test
  void nobodyIsAFailureInWords() {
    TlsKeys nobody = name -> null;
    try (var pair = new Pair(Pair.client(), TlsOptions.server(nobody))) {
      assertThatThrownBy(pair::shake)
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("nobody under the name 'server.test'");
    }
  }
}
