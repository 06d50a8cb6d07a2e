package io.tendril.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.ManualTransport;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contract L5: the traffic log. */
class TrafficLogTest {
  private ManualReactor reactor;
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private TrafficLog log() {
    return TrafficLog.to(entry -> lines.add(entry.toString()));
  }

  @Test
  void tellsOneLineForEachThingThatHappens() throws Exception {
    var transport = new ManualTransport(reactor);
    transport.connect(log().wrap(Protocol.onData((each, data) -> each.write(data))));
    transport.deliver("hello\r\n\t\\\u00e9\0");
    transport.end();
    transport.lose();
    assertThat(lines)
        .containsExactly(
            "1 127.0.0.9:999 opened",
            "1 127.0.0.9:999 received 12: hello\\r\\n\\t\\\\\\xc3\\xa9\\x00",
            "1 127.0.0.9:999 sent 12: hello\\r\\n\\t\\\\\\xc3\\xa9\\x00",
            "1 127.0.0.9:999 ended",
            "1 127.0.0.9:999 closed: 127.0.0.9:999: closed");
  }

  @Test
  void numbersTheConnections() throws Exception {
    var factory = log().wrap(Protocol.onData((each, data) -> {}));
    new ManualTransport(reactor).connect(factory);
    new ManualTransport(reactor).connect(factory);
    assertThat(lines).containsExactly("1 127.0.0.9:999 opened", "2 127.0.0.9:999 opened");
  }

  @Test
  void tellsUnreadBytesOnce() throws Exception {
    var transport = new ManualTransport(reactor);
    transport.connect(log().wrap(given -> data -> {}));
    transport.deliver("ab");
    transport.deliver("cd");
    assertThat(lines)
        .containsExactly(
            "1 127.0.0.9:999 opened",
            "1 127.0.0.9:999 received 2: ab",
            "1 127.0.0.9:999 received 2: cd");
  }

  @Test
  void showsTheBeginningOfLongMessages() throws Exception {
    var transport = new ManualTransport(reactor);
    transport.connect(log().withMost(3).wrap(Protocol.onData((each, data) -> {})));
    transport.deliver("abcdef");
    assertThat(lines.getLast()).isEqualTo("1 127.0.0.9:999 received 6: abc...");
  }

  @Test
  void tellsEveryKindOfWrite(@TempDir Path directory) throws Exception {
    var transport = new ManualTransport(reactor);
    Path path = Files.writeString(directory.resolve("file"), "file");
    try (FileChannel file = FileChannel.open(path)) {
      transport.connect(
          log()
              .wrap(given ->
                  new Protocol() {
                    @Override
                    public void connectionMade() {
                      given.write("a");
                      given.write(new byte[] {'b'});
                      given.write(ByteBuffer.wrap(new byte[] {'c'}));
                      given.writeOwned(ByteBuffer.wrap(new byte[] {'d'}));
                      given.writeFully(ByteBuffer.wrap(new byte[] {'e'}));
                      given.sendFile(file, 0, 4);
                    }

                    @Override
                    public void dataReceived(ByteBuffer data) {}
                  }));
    }
    assertThat(transport.written()).isEqualTo("abcdefile");
    assertThat(lines)
        .extracting(line -> line.substring("1 127.0.0.9:999 ".length()))
        .containsExactly(
            "opened",
            "sent 1: a",
            "sent 1: b",
            "sent 1: c",
            "sent 1: d",
            "sent 1: e",
            "sent 4 of a file");
  }

  @Test
  void followsTheConnectionToTheNextProtocol() throws Exception {
    var transport = new ManualTransport(reactor);
    transport.connect(
        log()
            .wrap(given ->
                data -> {
                  data.get();
                  given.become(next -> rest -> next.write(rest));
                }));
    transport.deliver("ab");
    transport.deliver("c");
    assertThat(transport.written()).isEqualTo("bc");
    assertThat(lines)
        .extracting(line -> line.substring("1 127.0.0.9:999 ".length()))
        .containsExactly("opened", "received 2: ab", "sent 1: b", "received 1: c", "sent 1: c");
  }
}
