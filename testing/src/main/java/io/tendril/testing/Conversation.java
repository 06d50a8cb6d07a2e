package io.tendril.testing;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A conversation written down, line by line, that a client or a server has to hold: a golden file
 * for a protocol.
 *
 * <pre>{@code
 * # TLS is asked for too late
 * S: 220 ready
 * C: hello
 * S: 530 STARTTLS first
 * C: QUIT
 * S~ 221 (?<last>.*)
 * S! end
 * }</pre>
 *
 * <pre>{@code
 * Conversation.resource(MailishTest.class, "too-late.txt").checkServer(Mailish::new);
 * }</pre>
 *
 * <p>{@code C} is the client and {@code S} the server. After it comes
 *
 * <ul>
 *   <li>{@code :} a line, which ends in CR LF on the wire;
 *   <li>{@code |} octets, with no end of line;
 *   <li>{@code ~} a line, of which a regular expression is known. A named group is kept, and stands
 *       behind it as <code>${name}</code>. This is for what is heard, and cannot be played;
 *   <li>{@code !} {@code end}, the end of its output, or {@code reset}.
 * </ul>
 *
 * One space after the sign is not part of the text. {@code \r \n \t \0 \\ \$} and {@code \x1b} are
 * octets, all else is UTF-8. {@code .. 30s} lets time pass, which only conversations in memory can:
 * a number and {@code ms}, {@code s}, {@code m} or {@code h}. Empty lines, and those that begin
 * with {@code #}, say nothing.
 *
 * <p>Immutable. {@link ScriptedPeer} plays one side of it on a real socket.
 */
public final class Conversation {
  private final List<Step> steps;

  private Conversation(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * Reads a conversation.
   *
   * @throws IllegalArgumentException if it is not written as it should be; the message says where
   */
  public static Conversation parse(String text) {
    List<Step> steps = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        steps.add(Step.parse(number, line));
      }
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a conversation in which nothing is said");
    }
    return new Conversation(List.copyOf(steps));
  }

  /**
   * Reads a conversation from a file beside a class, in UTF-8.
   *
   * @throws IllegalArgumentException if there is none, or it is not written as it should be
   */
  public static Conversation resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource '" + name + "' beside " + beside.getName());
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Plays the client to a server's protocol, in memory and in virtual time, a new connection for
   * each of the {@link Splits} of what the client says: at once, byte by byte, at every split.
   *
   * @throws AssertionError if the server says anything else in one of them, or reports a failure
   */
  public void checkServer(ProtocolFactory<?> server) {
    check(Step.Side.CLIENT, server, _ -> {});
  }

  /** Plays the server to a client's protocol, as {@link #checkServer} plays the client. */
  public void checkClient(ProtocolFactory<?> client) {
    checkClient(client, _ -> {});
  }

  /**
   * As {@link #checkClient(ProtocolFactory)}, for a client that says what it is asked to.
   *
   * @param begin is given the client when it has been connected
   */
  public <P extends Protocol> void checkClient(ProtocolFactory<P> client, Consumer<P> begin) {
    check(Step.Side.SERVER, client, begin);
  }

  private <P extends Protocol> void check(
      Step.Side played, ProtocolFactory<P> other, Consumer<P> begin) {
    byte[] said = hold(played, other, begin, new int[0]);
    var splits = Splits.of(said);
    for (int[] cuts : splits.ways()) {
      if (cuts.length > 0) {
        try {
          hold(played, other, begin, cuts);
        } catch (AssertionError e) {
          throw new AssertionError(splits.describe(cuts) + ": " + e.getMessage(), e);
        }
      }
    }
  }

  private <P extends Protocol> byte[] hold(
      Step.Side played, ProtocolFactory<P> other, Consumer<P> begin, int[] cuts) {
    var connection = new RecordingTransport();
    P protocol = connection.connect(other);
    connection.clock().call(connection.reactor(), () -> begin.accept(protocol));
    var wire = new RecordedWire(connection, cuts);
    try {
      new Performance(steps, played, wire).hold();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    connection.clock().close();
    return wire.said();
  }

  List<Step> steps() {
    return steps;
  }
}
