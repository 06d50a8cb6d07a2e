package io.tendril.testing.conformance;

import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine all of whose stream connections are UNIX sockets, so that the contract can be shown to
 * hold over them. To the cases they are ports: each is a file in a directory.
 */
final class OverUnix extends ForwardingEngine {
  private final Directory directory;

  private OverUnix(Engine engine, Directory directory) {
    super(engine);
    this.directory = directory;
  }

  /** Where the files are, and what ports they are. */
  private static final class Directory {
    private final Path path;
    private final InetAddress address;
    private final AtomicInteger ports = new AtomicInteger(1_000);

    Directory(Path path, InetAddress address) {
      this.path = path;
      this.address = address;
    }

    UnixAddress fileOf(int port) {
      return UnixAddress.of(path.resolve(String.valueOf(port)));
    }

    InetSocketAddress portOf(SocketAddress file) {
      String name = ((UnixAddress) file).name();
      String port = name.substring(name.lastIndexOf('/') + 1);
      return new InetSocketAddress(address, port.isEmpty() ? 1 : Integer.parseInt(port));
    }
  }

  /** A candidate whose every connection is one of UNIX sockets. */
  static Candidate of(Candidate below, Path path) {
    var directory = new Directory(path, below.address());
    return new Candidate() {
      @Override
      public String name() {
        return below.name() + " over UNIX sockets";
      }

      @Override
      public EngineFactory engine() {
        return () -> new OverUnix(below.engine().open(), directory);
      }

      @Override
      public EngineFactory peers() {
        return () -> new OverUnix(below.peers().open(), directory);
      }

      @Override
      public boolean resets() {
        return false;
      }
    };
  }

  private void checkLocal(InetSocketAddress address) throws BindException {
    if (!address.getAddress().isLoopbackAddress()) {
      throw new BindException("Cannot assign requested address");
    }
  }

  @Override
  public ListenSocket listen(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    var internet = (InetSocketAddress) address;
    checkLocal(internet);
    int port = internet.getPort() != 0 ? internet.getPort() : directory.ports.incrementAndGet();
    return super.listen(directory.fileOf(port), options, ready);
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    var internet = (InetSocketAddress) address;
    if (internet.isUnresolved()) {
      throw new UnresolvedAddressException();
    }
    if (options.bind() != null) {
      checkLocal(options.bind());
    }
    return super.connect(directory.fileOf(internet.getPort()), options, ready);
  }

  @Override
  protected ListenSocket listener(ListenSocket socket) {
    return new ForwardingListener(socket) {
      @Override
      public SocketAddress local() {
        return directory.portOf(socket.local());
      }
    };
  }

  @Override
  protected StreamSocket stream(StreamSocket socket) {
    return new ForwardingStream(socket) {
      @Override
      public SocketAddress local() {
        return directory.portOf(socket.local());
      }

      @Override
      public SocketAddress peer() {
        return directory.portOf(socket.peer());
      }
    };
  }
}
