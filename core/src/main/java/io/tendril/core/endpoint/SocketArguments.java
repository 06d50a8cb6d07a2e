package io.tendril.core.endpoint;

import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.core.multicast.MulticastOptions;
import io.tendril.spi.SocketSettings;
import java.math.BigDecimal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of sockets, as they are read from endpoint strings and written into them. */
final class SocketArguments {
  private static final int LARGEST_BUFFER = 1 << 30;

  private SocketArguments() {}

  // ---- Reading --------------------------------------------------------------------------------

  static SocketSettings streamServer(Arguments arguments, SocketSettings defaults) {
    var settings = defaults.with();
    arguments.option("backlog", Arguments.number(1, 65_535), settings::backlog);
    stream(arguments, settings);
    return any(arguments, settings).build();
  }

  static SocketSettings streamClient(Arguments arguments, SocketSettings defaults) {
    var settings = defaults.with();
    bind(arguments, settings);
    stream(arguments, settings);
    return any(arguments, settings).build();
  }

  static SocketSettings unixServer(Arguments arguments, SocketSettings defaults) {
    var settings = defaults.with();
    arguments.option("mode", SocketArguments::mode, settings::mode);
    arguments.option("backlog", Arguments.number(1, 65_535), settings::backlog);
    buffers(arguments, settings);
    return settings.build();
  }

  static SocketSettings unixClient(Arguments arguments, SocketSettings defaults) {
    var settings = defaults.with();
    buffers(arguments, settings);
    return settings.build();
  }

  private static int mode(String value) {
    if (value.matches("0?[0-7]{3}")) {
      return Integer.parseInt(value, 8);
    }
    throw new IllegalArgumentException(
        EndpointSyntax.quoted(value) + " is not a mode in octal, such as 0660");
  }

  /** Of connections to a socket that is open already. */
  static SocketSettings adopted(Arguments arguments, SocketSettings defaults) {
    var settings = defaults.with();
    stream(arguments, settings);
    arguments.option("send-buffer", Arguments.number(1, LARGEST_BUFFER), settings::sendBuffer);
    return settings.build();
  }

  static SocketSettings datagramServer(
      Arguments arguments, List<Group> groups, @Nullable String by, SocketSettings defaults) {
    var settings = defaults.with();
    datagram(arguments, groups, by, settings);
    return any(arguments, settings).build();
  }

  static SocketSettings datagramClient(Arguments arguments, SocketSettings defaults) {
    var settings = defaults.with();
    bind(arguments, settings);
    datagram(arguments, List.of(), null, settings);
    return any(arguments, settings).build();
  }

  private static void datagram(
      Arguments arguments,
      List<Group> groups,
      @Nullable String by,
      SocketSettings.Builder settings) {
    arguments.option("broadcast", Arguments::flag, settings::broadcast);
    var defaults = MulticastOptions.defaults();
    Integer hops = arguments.option("ttl", Arguments.number(0, 255));
    Boolean loopback = arguments.option("loopback", Arguments::flag);
    String outgoing = arguments.option("outgoing", Arguments::text);
    try {
      settings.multicast(
          new MulticastOptions(
              groups,
              hops == null ? defaults.timeToLive() : hops,
              loopback == null ? defaults.loopback() : loopback,
              outgoing == null ? by : outgoing));
    } catch (MulticastFailed e) {
      throw arguments.problem(String.valueOf(e.getMessage()));
    }
  }

  /** Groups, with commas between them. */
  static List<Group> groups(String value) {
    return Arrays.stream(value.split(",", -1)).map(Group::of).toList();
  }

  private static void bind(Arguments arguments, SocketSettings.Builder settings) {
    InetAddress address = arguments.option("bind", Arguments::address);
    Integer port = arguments.option("bind-port", Arguments::port);
    if (address != null || port != null) {
      int local = port == null ? 0 : port;
      settings.bind(
          address == null ? new InetSocketAddress(local) : new InetSocketAddress(address, local));
    }
  }

  private static void stream(Arguments arguments, SocketSettings.Builder settings) {
    arguments.option("nodelay", Arguments::flag, settings::noDelay);
    arguments.option("linger", Arguments.number(0, 65_535), settings::linger);
    arguments.option("keepalive", Arguments::flag, settings::keepAlive);
    Duration idle = arguments.option("keepalive-idle", Arguments::seconds);
    Duration interval = arguments.option("keepalive-interval", Arguments::seconds);
    Integer count = arguments.option("keepalive-count", Arguments.number(1, 127));
    if (idle != null || interval != null || count != null) {
      settings.keepAlive(
          idle == null ? Duration.ZERO : idle,
          interval == null ? Duration.ZERO : interval,
          count == null ? 0 : count);
    }
  }

  private static SocketSettings.Builder any(Arguments arguments, SocketSettings.Builder settings) {
    arguments.option("reuse-address", Arguments::flag, settings::reuseAddress);
    arguments.option("reuse-port", Arguments::flag, settings::reusePort);
    buffers(arguments, settings);
    return settings;
  }

  private static void buffers(Arguments arguments, SocketSettings.Builder settings) {
    arguments.option("send-buffer", Arguments.number(1, LARGEST_BUFFER), settings::sendBuffer);
    arguments.option(
        "receive-buffer", Arguments.number(1, LARGEST_BUFFER), settings::receiveBuffer);
  }

  // ---- Writing --------------------------------------------------------------------------------

  /** The options that differ from the defaults, each with a colon before it. */
  static String show(SocketSettings settings, SocketSettings defaults) {
    var text = new Text();
    InetSocketAddress bind = settings.bind();
    if (bind != null) {
      text.put("bind", !bind.getAddress().isAnyLocalAddress(), host(bind.getAddress()));
      text.put("bind-port", bind.getPort() != 0, bind.getPort());
    }
    text.put("mode", settings.mode() != defaults.mode(), "0%03o".formatted(settings.mode()));
    text.put("backlog", settings.backlog() != defaults.backlog(), settings.backlog());
    text.put("nodelay", settings.noDelay() != defaults.noDelay(), flag(settings.noDelay()));
    boolean tuned =
        settings.keepAliveCount() != 0
            || !settings.keepAliveIdle().isZero()
            || !settings.keepAliveInterval().isZero();
    text.put(
        "keepalive",
        settings.keepAlive() != defaults.keepAlive() && !tuned,
        flag(settings.keepAlive()));
    text.put(
        "keepalive-idle", !settings.keepAliveIdle().isZero(), seconds(settings.keepAliveIdle()));
    text.put(
        "keepalive-interval",
        !settings.keepAliveInterval().isZero(),
        seconds(settings.keepAliveInterval()));
    text.put("keepalive-count", settings.keepAliveCount() != 0, settings.keepAliveCount());
    text.put(
        "reuse-address",
        settings.reuseAddress() != defaults.reuseAddress(),
        flag(settings.reuseAddress()));
    text.put(
        "reuse-port", settings.reusePort() != defaults.reusePort(), flag(settings.reusePort()));
    text.put("linger", settings.linger() != defaults.linger(), settings.linger());
    text.put("send-buffer", settings.sendBuffer() != 0, settings.sendBuffer());
    text.put("receive-buffer", settings.receiveBuffer() != 0, settings.receiveBuffer());
    text.put("broadcast", settings.broadcast() != defaults.broadcast(), flag(settings.broadcast()));
    show(settings.multicast(), text);
    return text.toString();
  }

  private static void show(MulticastOptions options, Text text) {
    var defaults = MulticastOptions.defaults();
    List<String> groups = options.groups().stream().map(Group::toString).toList();
    text.put("group", !groups.isEmpty(), plain(String.join(",", groups)));
    text.put("ttl", options.timeToLive() != defaults.timeToLive(), options.timeToLive());
    text.put("loopback", options.loopback() != defaults.loopback(), flag(options.loopback()));
    String outgoing = options.outgoing();
    text.put("outgoing", outgoing != null, plain(String.valueOf(outgoing)));
  }

  /** Text that may have colons, and other things that mean something. */
  private static String plain(String value) {
    String escaped = Description.escape(value);
    return escaped.equals(value) || value.indexOf(']') >= 0 ? escaped : "[" + value + "]";
  }

  /** An address or name as it stands in a description. */
  static String host(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  /** An address as it stands in a description. */
  static String host(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }

  /** A time as it stands in a description. */
  static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toNanos(), 9).stripTrailingZeros().toPlainString();
  }

  private static String flag(boolean on) {
    return on ? "yes" : "no";
  }

  private static final class Text {
    private final StringBuilder text = new StringBuilder();

    void put(String key, boolean differs, Object value) {
      if (differs) {
        text.append(':').append(key).append('=').append(value);
      }
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
