package io.tendril.core.endpoint;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Picks a protocol by what a client says first, so that one port serves several.
 *
 * <pre>{@code
 * reactor.listen("tcp:443", FirstBytes.select()
 *     .when("SSH-", ssh)
 *     .when(FirstBytes.tls(), TlsServerEndpoint.secured(options, https))
 *     .otherwise(http));
 * }</pre>
 *
 * <p>The tests are asked in order, again as more bytes come, until one says yes after all before it
 * have said no. The protocol chosen gets all bytes from the first on. When the limits are reached
 * (by default 1024 bytes or 10 s), tests that want to see more count as no. So a client that waits
 * for the server to speak first gets what {@link #otherwise} names, when the time is up.
 *
 * <p>Immutable: each method returns a copy that differs in one thing. There is no string for this:
 * a string says where to listen, and what is chosen between here are factories, which are code.
 */
public final class FirstBytes {
  private static final FirstBytes NONE = new FirstBytes(List.of(), 1024, Duration.ofSeconds(10));

  private final List<Rule> rules;
  private final int bytes;
  private final Duration time;

  private FirstBytes(List<Rule> rules, int bytes, Duration time) {
    this.rules = rules;
    this.bytes = bytes;
    this.time = time;
  }

  /** What a test says to the bytes that are there. */
  public enum Answer {
    YES,
    NO,
    /** It depends on bytes that are not there yet. */
    MORE
  }

  /** Looks at first bytes. Pure. */
  @FunctionalInterface
  public interface Test {
    /**
     * Judges the bytes that are there.
     *
     * @param first a view of all bytes so far, at least one; read-only
     */
    Answer judge(ByteBuffer first);
  }

  record Rule(Test test, ProtocolFactory<?> factory) {}

  // ---- Rules ----------------------------------------------------------------------------------

  /** A selection with no rules yet. */
  public static FirstBytes select() {
    return NONE;
  }

  /** A protocol for clients that begin with a text: {@code "SSH-"}. */
  public FirstBytes when(String prefix, ProtocolFactory<?> factory) {
    return when(startsWith(prefix.getBytes(StandardCharsets.ISO_8859_1)), factory);
  }

  /** A protocol for clients that begin with some bytes. */
  public FirstBytes when(byte[] prefix, ProtocolFactory<?> factory) {
    return when(startsWith(prefix), factory);
  }

  /** A protocol for clients whose first bytes pass a test. */
  public FirstBytes when(Test test, ProtocolFactory<?> factory) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(test, factory));
    return new FirstBytes(List.copyOf(more), bytes, time);
  }

  /**
   * With other limits.
   *
   * @param newBytes how many bytes are looked at
   * @param newTime how long is waited for them, from the beginning of the connection
   */
  public FirstBytes within(int newBytes, Duration newTime) {
    if (newBytes < 1 || newTime.isNegative() || newTime.isZero()) {
      throw new IllegalArgumentException("limits of " + newBytes + " bytes and " + newTime);
    }
    return new FirstBytes(rules, newBytes, newTime);
  }

  /** The factory that selects, with a protocol for all clients that no rule is for. */
  public ProtocolFactory<Protocol> otherwise(ProtocolFactory<?> factory) {
    return new SelectingFactory(rules, factory, bytes, time);
  }

  /** The factory that selects, and closes the connections that no rule is for. */
  public ProtocolFactory<Protocol> otherwiseClose() {
    return new SelectingFactory(rules, null, bytes, time);
  }

  // ---- Tests ----------------------------------------------------------------------------------

  /** Whether these bytes come first. */
  public static Test startsWith(byte... prefix) {
    byte[] wanted = prefix.clone();
    return first -> {
      int length = Math.min(wanted.length, first.remaining());
      if (!first.slice(first.position(), length).equals(ByteBuffer.wrap(wanted, 0, length))) {
        return Answer.NO;
      }
      return length == wanted.length ? Answer.YES : Answer.MORE;
    };
  }

  /** Whether this is a TLS handshake: the start of a record with a ClientHello (RFC 8446, 5.1). */
  public static Test tls() {
    byte[] handshakeOfVersion3 = {22, 3};
    Test handshake = startsWith(handshakeOfVersion3);
    Test clientHello = after(6, first -> first.get(first.position() + 5) == 1);
    return first -> {
      Answer answer = handshake.judge(first);
      return answer == Answer.YES ? clientHello.judge(first) : answer;
    };
  }

  /**
   * Whether the first bytes, once there are so many, pass a test.
   *
   * @param count how many the test needs to see; it gets no fewer
   */
  public static Test after(int count, Predicate<ByteBuffer> test) {
    return first -> {
      if (first.remaining() < count) {
        return Answer.MORE;
      }
      return test.test(first) ? Answer.YES : Answer.NO;
    };
  }

  /** A factory's part of the work: hands out the protocols that select. */
  private static final class SelectingFactory extends ChoosingFactory {
    private final List<Rule> rules;
    private final @Nullable ProtocolFactory<?> otherwise;
    private final int bytes;
    private final Duration time;

    SelectingFactory(
        List<Rule> rules, @Nullable ProtocolFactory<?> otherwise, int bytes, Duration time) {
      super(rules.stream().map(Rule::factory), otherwise);
      this.rules = rules;
      this.otherwise = otherwise;
      this.bytes = bytes;
      this.time = time;
    }

    @Override
    public Protocol build(Transport transport) {
      return new Selecting(transport, rules, otherwise, bytes, time);
    }
  }
}
