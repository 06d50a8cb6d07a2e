package io.tendril.testing.conformance;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import io.tendril.spi.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The engine under test, with the time of the case in place of its own. It counts what it reports.
 */
final class StillEngine extends ForwardingEngine {
  private final StillClock clock;
  private long reports;

  StillEngine(Engine engine, StillClock clock) {
    super(engine);
    this.clock = clock;
  }

  /** How often it has told of a socket that is ready. */
  long reports() {
    return reports;
  }

  private Ready counted(Ready ready) {
    return (readable, writable) -> {
      reports++;
      ready.ready(readable, writable);
    };
  }

  @Override
  public TimeSource clock() {
    return clock;
  }

  @Override
  protected StreamSocket stream(StreamSocket socket) {
    return new ForwardingStream(socket) {
      @Override
      public void ready(Ready ready) {
        super.ready(counted(ready));
      }
    };
  }

  @Override
  public ListenSocket listen(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    return super.listen(address, options, counted(ready));
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    return super.connect(address, options, counted(ready));
  }

  @Override
  public DatagramSocket datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings options,
      Ready ready)
      throws IOException {
    return super.datagram(local, peer, options, counted(ready));
  }
}
