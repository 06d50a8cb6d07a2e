package io.tendril.testing.direct;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.ReactorEvent;
import io.tendril.core.framing.FramingViolation;
import io.tendril.core.framing.NetstringDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations over every kind of transport, on every carrier. */
@ParameterizedClass
@MethodSource("venues")
class DirectEverywhereTest {
  private static final int MUCH = 2 << 20;

  @Parameter Venue venue;

  private final List<Object> log = new ArrayList<>();

  static List<Venue> venues() {
    return Venue.all();
  }

  @Test
  void isOnTheCarrierThatItSays() throws Exception {
    List<String> chosen = new ArrayList<>();
    venue.run(reactor -> {
      reactor.observe(event -> {
        if (event instanceof ReactorEvent.Chosen choice && choice.what().contains("carrier")) {
          chosen.add(choice.choice());
        }
      });
      return reactor.async(() -> reactor.after(Duration.ofMillis(1)).await());
    });
    String name = venue.carrier().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    assertThat(chosen).isNotEmpty().containsOnly(name);
  }

  @Test
  void linesBothWays() throws Exception {
    venue.talk(
        server -> {
          for (var line : server.lines()) {
            server.writeLine(line.toUpperCase(Locale.ROOT));
          }
        },
        client -> {
          for (String line : List.of("one", "zwölf", "", "€ 😀")) {
            client.writeLine(line);
            assertThat(client.readLine()).isEqualTo(line.toUpperCase(Locale.ROOT));
          }
        });
  }

  @Test
  void unitsOfEveryKind() throws Exception {
    venue.talk(
        server -> {
          server.write("LENGTH 4\r\nab\r\n5:hello,key: value; ");
          server.charset(ISO_8859_1);
          server.write("\u00ff\u0080\r\n");
          server.write(new byte[] {0, (byte) 0xff, 1});
        },
        client -> {
          assertThat(client.readLine()).isEqualTo("LENGTH 4");
          assertThat(text(client.readFully(4))).isEqualTo("ab\r\n");
          assertThat(text(client.read(new NetstringDecoder()))).isEqualTo("hello");
          assertThat(text(client.readUntil(": ", 10))).isEqualTo("key");
          assertThat(text(client.readUntil("; ", 10))).isEqualTo("value");
          client.charset(ISO_8859_1);
          assertThat(client.readLine()).isEqualTo("\u00ff\u0080");
          assertThat(client.readFully(3)).isEqualTo(ByteBuffer.wrap(new byte[] {0, -1, 1}));
          assertThat(client.readLine()).isNull();
        });
  }

  private static String text(ByteBuffer bytes) {
    return UTF_8.decode(bytes).toString();
  }

  @Test
  void aLineThatIsNoTextIsAFailureOfItsOwn() throws Exception {
    venue.talk(
        server -> {
          server.charset(ISO_8859_1);
          server.writeLine("caf\u00e9");
          server.charset(UTF_8);
          server.writeLine("caf\u00e9 \ufffd");
        },
        client -> {
          assertThatThrownBy(client::readLine)
              .isInstanceOf(FramingViolation.Malformed.class)
              .hasMessage("a line that is not UTF-8");
          assertThat(client.readLine()).isEqualTo("caf\u00e9 \ufffd");
        });
  }

  @Test
  void limitsHold() throws Exception {
    venue.talk(
        server -> server.write("x".repeat(20_000) + "\r\nshort\r\nlong!\r\n1234567890;rest"),
        client -> {
          assertThatThrownBy(client::readLine).hasMessageContaining("16384");
          assertThat(client.readLine()).isEqualTo("short");
          client.lineLimit(4);
          assertThatThrownBy(client::readLine).hasMessageContaining("4 bytes");
          assertThatThrownBy(() -> client.readUntil(";", 9)).hasMessageContaining("9 bytes");
          assertThatThrownBy(() -> client.readFully(1L << 40, 1_000))
              .isInstanceOf(FramingViolation.TooLong.class)
              .hasMessageContaining("1000 bytes");
        });
  }

  @Test
  void p1AWriterWaitsForASlowReader() throws Exception {
    venue.talk(
        server -> {
          long most = 0;
          byte[] piece = new byte[32 << 10];
          for (int sent = 0; sent < MUCH; sent += piece.length) {
            server.write(piece);
            most = Math.max(most, server.transport().outboundBytes());
          }
          log.add(most);
        },
        client -> {
          long count = 0;
          for (ByteBuffer bytes; (bytes = client.read()) != null; ) {
            count += bytes.remaining();
            yieldTo(client).await();
          }
          assertThat(count).isEqualTo(MUCH);
        });
    assertThat(log).allSatisfy(most -> assertThat((Long) most).isLessThan(256 << 10));
  }

  private static Deferred<Void> yieldTo(Connection connection) {
    return connection.transport().reactor().after(Duration.ZERO);
  }

  @Test
  void flushWaitsForTheKernel() throws Exception {
    venue.talk(
        server -> {
          for (int i = 0; i < 5; i++) {
            server.write(new byte[50_000]);
            server.flush();
            assertThat(server.transport().outboundBytes()).isZero();
          }
        },
        client -> {
          assertThat(client.readFully(250_000).remaining()).isEqualTo(250_000);
          client.flush();
        });
  }

  @Test
  void t6HalfClose() throws Exception {
    venue.talk(
        server -> {
          int count = 0;
          while (server.readLine() != null) {
            count++;
          }
          server.writeLine(count + " lines");
        },
        client -> {
          client.writeLine("one");
          client.writeLine("two");
          client.shutdownOutput();
          assertThat(client.readLine()).isEqualTo("2 lines");
          assertThat(client.readLine()).isNull();
        });
  }

  @Test
  void aDeadlinePassesAndTheConversationGoesOn() throws Exception {
    venue.talk(
        server -> {
          assertThat(server.readLine()).isEqualTo("are you there?");
          server.writeLine("yes");
        },
        client -> {
          client.deadline(Duration.ofMillis(20));
          assertThatThrownBy(client::readLine).isInstanceOf(Connection.DeadlinePassed.class);
          client.deadline(Duration.ZERO);
          client.writeLine("are you there?");
          assertThat(client.readLine()).isEqualTo("yes");
        });
  }

  @Test
  void aLossIsTyped() throws Exception {
    venue.talk(
        server -> {
          server.readLine();
          server.transport().abortConnection();
        },
        client -> {
          client.writeLine("go");
          assertThatThrownBy(client::readLine).isInstanceOf(ConnectionClosed.Lost.class);
          assertThatThrownBy(() -> client.write("more")).isInstanceOf(ConnectionClosed.Lost.class);
        });
  }

  @Test
  void oneCoroutineReadsWhileAnotherWrites() throws Exception {
    venue.talk(
        server -> {
          for (ByteBuffer bytes; (bytes = server.read()) != null; ) {
            server.write(bytes);
          }
        },
        client -> {
          var writing =
              client
                  .transport()
                  .reactor()
                  .async(() -> {
                    byte[] piece = new byte[48 << 10];
                    for (int sent = 0; sent < MUCH; sent += piece.length) {
                      client.write(piece);
                    }
                    client.shutdownOutput();
                    return null;
                  });
          long count = 0;
          for (ByteBuffer bytes; (bytes = client.read()) != null; ) {
            count += bytes.remaining();
          }
          writing.await();
          assertThat(count).isGreaterThanOrEqualTo(MUCH);
        });
  }
}
