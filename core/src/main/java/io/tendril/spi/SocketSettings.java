package io.tendril.spi;

import io.tendril.core.multicast.MulticastOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a socket is opened with.
 *
 * @param noDelay send small writes at once; true by default
 * @param keepAlive probe idle connections; false by default
 * @param keepAliveIdle time before the first probe; zero for the system's default
 * @param keepAliveInterval time between probes; zero for the system's default
 * @param keepAliveCount probes before giving up; 0 for the system's default
 * @param reuseAddress listen although old connections linger; true by default
 * @param reusePort share the port with other listeners; false by default
 * @param linger seconds that a close may block to send; -1, the default, for the usual way
 * @param sendBuffer bytes; 0 for the system's default
 * @param receiveBuffer bytes; 0 for the system's default
 * @param backlog connections that may wait to be accepted, 1024 by default
 * @param broadcast allow datagrams to broadcast addresses; false by default
 * @param ipv6Only listen on IPv6 alone where that is all addresses, and try no IPv4 address of a
 *     name; false by default
 * @param bind the local address of a client; null for any
 * @param mode who may connect to a UNIX socket: the permissions of its file, as 0660; -1, the
 *     default, for what the process's umask leaves
 * @param multicast what a datagram socket begins with of groups; none by default
 */
public record SocketSettings(
    boolean noDelay,
    boolean keepAlive,
    Duration keepAliveIdle,
    Duration keepAliveInterval,
    int keepAliveCount,
    boolean reuseAddress,
    boolean reusePort,
    int linger,
    int sendBuffer,
    int receiveBuffer,
    int backlog,
    boolean broadcast,
    boolean ipv6Only,
    @Nullable InetSocketAddress bind,
    int mode,
    MulticastOptions multicast) {

  private static final SocketSettings DEFAULTS = new Builder().build();

  /** Checks the mode. */
  public SocketSettings {
    if (mode < -1 || mode > 0777) {
      throw new IllegalArgumentException("a mode of 0" + Integer.toOctalString(mode));
    }
  }

  /** The defaults. */
  public static SocketSettings defaults() {
    return DEFAULTS;
  }

  /** Changes some of these. */
  public Builder with() {
    var builder = new Builder();
    builder.noDelay = noDelay;
    builder.keepAlive = keepAlive;
    builder.keepAliveIdle = keepAliveIdle;
    builder.keepAliveInterval = keepAliveInterval;
    builder.keepAliveCount = keepAliveCount;
    builder.reuseAddress = reuseAddress;
    builder.reusePort = reusePort;
    builder.linger = linger;
    builder.sendBuffer = sendBuffer;
    builder.receiveBuffer = receiveBuffer;
    builder.backlog = backlog;
    builder.broadcast = broadcast;
    builder.ipv6Only = ipv6Only;
    builder.bind = bind;
    builder.mode = mode;
    builder.multicast = multicast;
    return builder;
  }

  /**
   * Whether a datagram socket at an address takes its port together with others, since it is to
   * hear groups: so do all of them (SO_REUSEADDR, which sockets that hear no group do not set).
   */
  public boolean sharesPortOfGroups(@Nullable InetSocketAddress local) {
    return !multicast.groups().isEmpty() && local != null && local.getPort() != 0;
  }

  /** Options in the making. */
  public static final class Builder {
    private boolean noDelay = true;
    private boolean keepAlive;
    private Duration keepAliveIdle = Duration.ZERO;
    private Duration keepAliveInterval = Duration.ZERO;
    private int keepAliveCount;
    private boolean reuseAddress = true;
    private boolean reusePort;
    private int linger = -1;
    private int sendBuffer;
    private int receiveBuffer;
    private int backlog = 1024;
    private boolean broadcast;
    private boolean ipv6Only;
    private @Nullable InetSocketAddress bind;
    private int mode = -1;
    private MulticastOptions multicast = MulticastOptions.defaults();

    private Builder() {}

    public Builder noDelay(boolean on) {
      noDelay = on;
      return this;
    }

    /** Probes idle connections, at the system's pace. */
    public Builder keepAlive(boolean on) {
      keepAlive = on;
      return this;
    }

    /** Probes idle connections, at this pace; switches probing on. */
    public Builder keepAlive(Duration idle, Duration interval, int count) {
      keepAlive = true;
      keepAliveIdle = idle;
      keepAliveInterval = interval;
      keepAliveCount = count;
      return this;
    }

    public Builder reuseAddress(boolean on) {
      reuseAddress = on;
      return this;
    }

    public Builder reusePort(boolean on) {
      reusePort = on;
      return this;
    }

    public Builder linger(int seconds) {
      linger = seconds;
      return this;
    }

    public Builder sendBuffer(int bytes) {
      sendBuffer = bytes;
      return this;
    }

    public Builder receiveBuffer(int bytes) {
      receiveBuffer = bytes;
      return this;
    }

    public Builder backlog(int connections) {
      backlog = connections;
      return this;
    }

    public Builder broadcast(boolean on) {
      broadcast = on;
      return this;
    }

    public Builder ipv6Only(boolean on) {
      ipv6Only = on;
      return this;
    }

    public Builder bind(InetSocketAddress local) {
      bind = local;
      return this;
    }

    public Builder mode(int permissions) {
      mode = permissions;
      return this;
    }

    /** What a datagram socket begins with of groups. */
    public Builder multicast(MulticastOptions options) {
      multicast = options;
      return this;
    }

    public SocketSettings build() {
      return new SocketSettings(
          noDelay,
          keepAlive,
          keepAliveIdle,
          keepAliveInterval,
          keepAliveCount,
          reuseAddress,
          reusePort,
          linger,
          sendBuffer,
          receiveBuffer,
          backlog,
          broadcast,
          ipv6Only,
          bind,
          mode,
          multicast);
    }
  }
}
