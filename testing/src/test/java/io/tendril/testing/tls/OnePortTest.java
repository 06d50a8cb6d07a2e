package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.FirstBytes;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.TlsSession;
import io.tendril.testing.MemoryPair;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** One port for clients that speak TLS and for those that do not. */
class OnePortTest {
  /** Answers the first bytes with a name and with them. */
  private static ProtocolFactory<Protocol> named(String name) {
    return transport ->
        new Talker(transport, null) {
          @Override
          public void dataReceived(ByteBuffer data) {
            transport.write(name + " ");
            transport.write(data);
            transport.loseConnection();
          }
        };
  }

  private static final ProtocolFactory<Protocol> SECURE =
      TlsServerEndpoint.secured(Certificates.SERVER, named("tls"));

  private static final ProtocolFactory<Protocol> PORT =
      FirstBytes.select()
          .when(FirstBytes.tls(), SECURE)
          .when("GET ", named("http"))
          .otherwise(named("line"));

  private static MemoryPair<Talker, Protocol> connect(ProtocolFactory<Protocol> port) {
    return MemoryPair.connect(transport -> new Talker(transport, null), port);
  }

  private static String say(ProtocolFactory<Protocol> port, String words) {
    var pair = connect(port);
    pair.client().transport.write(words);
    pair.pump();
    assertThat(pair.client().lost).isInstanceOf(ConnectionClosed.Done.class);
    return pair.client().text();
  }

  /** The hello goes in pieces of this size. */
  private static void saySecurely(int size) {
    var pair = connect(PORT);
    pair.client().secure(Certificates.CLIENT);
    pair.pump(size);
    pair.client().transport.write("hello");
    pair.pump();
    assertThat(pair.client().text()).isEqualTo("tls hello");
  }

  @Test
  void servesWhoeverComes() {
    assertThat(say(PORT, "GET / HTTP/1.1")).isEqualTo("http GET / HTTP/1.1");
    assertThat(say(PORT, "hello")).isEqualTo("line hello");
    saySecurely(10_000);
  }

  @Test
  void takesAHelloHoweverItIsCut() {
    for (int size = 1; size < 700; size += size < 16 ? 1 : 37) {
      saySecurely(size);
    }
  }

  @Test
  void aHelloThatNeverEndsIsNoSession() {
    var pair = connect(SECURE);
    byte[] start = {22, 3, 1, 0x40, 0, 1, 0, 0x3f, (byte) 0xfc};
    pair.client().transport.write(ByteBuffer.wrap(start));
    pair.client().transport.write(ByteBuffer.wrap(new byte[100_000]));
    pair.pump();
    assertThat(pair.client().lost).isNotNull();
    assertThat(pair.client().text()).doesNotContain("tls");
  }

  // ---- In the clear to a port of TLS ------------------------------------------------------------

  private static ProtocolFactory<Protocol> answering(String answer) {
    ProtocolFactory<Protocol> inside = named("tls");
    return TlsServerEndpoint.secured(
        Certificates.SERVER,
        new ProtocolFactory<Protocol>() {
          @Override
          public Protocol build(Transport transport) throws Exception {
            assertThat(transport.has(TlsSession.class)).isTrue();
            return inside.build(transport);
          }

          @Override
          public String answerInTheClear() {
            return answer;
          }
        });
  }

  @Test
  void whoSpeaksInTheClearIsToldSoIfThereAreWordsForIt() {
    String secure = "TLS, please: yes\r\n";
    for (String words : new String[] {"GET / HTTP/1.1\r\n\r\n", "x", "SSH-2.0-client\r\n"}) {
      var pair = connect(answering(secure));
      pair.client().transport.write(words);
      pair.pump(1);
      assertThat(pair.client().text()).isEqualTo(secure);
      assertThat(say(SECURE, words)).isEmpty();
    }
  }

  @Test
  void whoSpeaksTlsWronglyIsNotAnsweredInTheClear() {
    var pair = connect(answering("TLS, please"));
    pair.client().transport.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 0, 5, 99, 0, 0, 1, 7}));
    pair.pump();
    assertThat(pair.client().text()).doesNotContain("please");
  }
}
