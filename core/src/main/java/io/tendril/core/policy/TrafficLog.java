package io.tendril.core.policy;

import io.tendril.core.Addresses;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Tells what happens on connections, byte for byte, to whoever looks for a mistake in a
 * conversation.
 *
 * <pre>{@code
 * reactor.listen("tcp:2525", TrafficLog.to(entry -> System.err.println(entry)).wrap(factory));
 * }</pre>
 *
 * <p>An entry is written before the protocol sees what it tells, or before what it tells is handed
 * to the transport below. It shows secrets, too. What is wrapped is used by one reactor.
 *
 * @param to takes the entries; called in the reactor's thread
 * @param most how many bytes of each message are shown, 1024 by default
 */
public record TrafficLog(Consumer<? super Entry> to, int most) {

  /** Checks how much is shown. */
  public TrafficLog {
    if (most < 0) {
      throw new IllegalArgumentException("a log of " + most + " bytes");
    }
  }

  /** A log that hands its entries to whatever the caller likes. */
  public static TrafficLog to(Consumer<? super Entry> consumer) {
    return new TrafficLog(consumer, 1024);
  }

  /** A log in the platform's logging, at a level. */
  public static TrafficLog to(System.Logger logger, System.Logger.Level level) {
    return to(entry -> logger.log(level, entry));
  }

  /** A log that shows more or less of each message. */
  public TrafficLog withMost(int bytes) {
    return new TrafficLog(to, bytes);
  }

  /** What happened. */
  public enum Event {
    OPENED,
    RECEIVED,
    /** The peer will send no more. */
    ENDED,
    SENT,
    /** A part of a file was sent; its bytes are not shown. */
    SENT_FILE,
    CLOSED
  }

  /**
   * One thing that happened. As text it is one line: {@code 7 127.0.0.1:4711 received 6: hello\n}.
   *
   * @param connection a number for each connection, from 1
   * @param peer who is at the other end
   * @param event what happened
   * @param bytes how many bytes it was about
   * @param text the bytes as text, with escapes for what is not printable ASCII; the reason of a
   *     close
   */
  public record Entry(long connection, SocketAddress peer, Event event, long bytes, String text) {
    @Override
    public String toString() {
      String what =
          switch (event) {
            case OPENED -> "opened";
            case RECEIVED -> "received " + bytes + ": " + text;
            case ENDED -> "ended";
            case SENT -> "sent " + bytes + ": " + text;
            case SENT_FILE -> "sent " + bytes + " of a file";
            case CLOSED -> "closed: " + text;
          };
      return connection + " " + Addresses.show(peer) + " " + what;
    }
  }

  /** Logs the connections of a factory. */
  public <P extends Protocol> ProtocolFactory<ForwardingProtocol<P>> wrap(
      ProtocolFactory<P> factory) {
    long[] last = {0};
    return Layer.around(factory, below -> new LogLayer(below, this, ++last[0]));
  }

  private String text(ByteBuffer data) {
    var text = new StringBuilder();
    int shown = Math.min(most, data.remaining());
    for (int i = 0; i < shown; i++) {
      escape(data.get(data.position() + i), text);
    }
    return shown < data.remaining() ? text + "..." : text.toString();
  }

  private static void escape(byte octet, StringBuilder text) {
    switch (octet) {
      case '\r' -> text.append("\\r");
      case '\n' -> text.append("\\n");
      case '\t' -> text.append("\\t");
      case '\\' -> text.append("\\\\");
      default -> {
        if (octet >= ' ' && octet < 0x7f) {
          text.append((char) octet);
        } else {
          text.append(String.format("\\x%02x", octet));
        }
      }
    }
  }

  private static final class LogLayer extends Layer {
    private final TrafficLog log;
    private final long connection;

    LogLayer(Transport below, TrafficLog log, long connection) {
      super(below);
      this.log = log;
      this.connection = connection;
    }

    private void tell(Event event, long bytes, String text) {
      log.to().accept(new Entry(connection, peer(), event, bytes, text));
    }

    @Override
    void opened() {
      tell(Event.OPENED, 0, "");
    }

    @Override
    void arrived(ByteBuffer news) {
      tell(Event.RECEIVED, news.remaining(), log.text(news));
    }

    @Override
    void ended() {
      tell(Event.ENDED, 0, "");
    }

    @Override
    void sending(ByteBuffer data) {
      tell(Event.SENT, data.remaining(), log.text(data));
    }

    @Override
    void sendingFile(long count) {
      tell(Event.SENT_FILE, count, "");
    }

    @Override
    void closed(ConnectionClosed reason) {
      tell(Event.CLOSED, 0, String.valueOf(reason.getMessage()));
    }
  }
}
