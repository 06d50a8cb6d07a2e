package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Outcome;
import io.tendril.core.Protocol;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Conversations on both ends of real connections. */
class DirectOverSocketsTest extends CoroutineFixture {

  private SocketAddress listen(Protocol.Conversation conversation) {
    Deferred<Listener> listening =
        reactor
            .network()
            .listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                SocketSettings.defaults(),
                Protocol.direct(conversation));
    return ((Outcome.Success<Listener>) outcome(listening)).value().address();
  }

  private Deferred<Protocol> connect(SocketAddress address, Protocol.Conversation conversation) {
    return reactor
        .network()
        .connect(
            address,
            "the server",
            SocketSettings.defaults(),
            Duration.ofSeconds(10),
            Protocol.direct(conversation));
  }

  @Test
  void manyConversationsAtATime() {
    SocketAddress address =
        listen(connection -> {
          for (var line : connection.lines()) {
            connection.writeLine(line.toUpperCase(Locale.ROOT));
          }
        });
    for (int i = 0; i < 100; i++) {
      String name = "client " + i;
      connect(
              address,
              connection -> {
                for (int round = 0; round < 10; round++) {
                  connection.writeLine(name + ", " + round);
                  String answer = connection.readLine();
                  assertThat(answer).isEqualTo("CLIENT" + name.substring(6) + ", " + round);
                }
                log.add(name);
              })
          .thenAccept(_ -> {});
    }
    turnUntil(() -> log.size() == 100);
  }

  @Test
  void muchDataAtThePaceOfTheReader() {
    int size = 16 << 20;
    SocketAddress address =
        listen(connection -> {
          for (int sent = 0; sent < size; sent += 32 << 10) {
            connection.write(ByteBuffer.allocate(32 << 10));
          }
        });
    connect(
            address,
            connection -> {
              long count = 0;
              for (ByteBuffer bytes; (bytes = connection.read()) != null; ) {
                count += bytes.remaining();
                if ((count & 7) == 0) {
                  rest().await();
                }
              }
              log.add(count);
            })
        .thenAccept(_ -> {});
    turnUntil(() -> !log.isEmpty());
    assertThat(log).containsExactly((long) size);
  }

  @Test
  void aRefusedConnectIsCaughtByItsType() {
    SocketAddress address = listen(connection -> {});
    String caught =
        run(() -> {
          reactor
              .network()
              .connect(
                  address,
                  "the server",
                  SocketSettings.defaults(),
                  Duration.ofSeconds(10),
                  Protocol.direct(connection -> {}))
              .await();
          try {
            connect(new InetSocketAddress("127.0.0.1", 1), connection -> {}).await();
            return "connected";
          } catch (ConnectFailed.Refused e) {
            return "refused";
          }
        });
    assertThat(caught).isEqualTo("refused");
  }
}
