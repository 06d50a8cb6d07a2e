package io.tendril.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import io.tendril.core.unix.UnixDatagramTransport;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A directory that this user alone may enter, with the sockets where processes that were started
 * say how they are, one for each: by the socket it is known who speaks.
 */
final class Room {
  private final Reactor reactor;
  private final Path directory;

  private Room(Reactor reactor, Path directory) {
    this.reactor = reactor;
    this.directory = directory;
  }

  /** Makes one. */
  static Deferred<Room> open(Reactor reactor) {
    return reactor.deferToThread(() -> new Room(reactor, Files.createTempDirectory("tendril")));
  }

  /** Removes it, once its sockets are closed. */
  Deferred<Void> close() {
    return reactor
        .deferToThread(() -> {
          Files.deleteIfExists(directory);
          return directory;
        })
        .exceptionally(IOException.class, _ -> directory) // it is empty, or somebody else's matter
        .thenRun(() -> {});
  }

  /** A socket where somebody may say how it is. */
  Deferred<Ear> listen(String name, Consumer<Map<String, String>> heard) {
    return UnixDatagramProtocol.bind(
        reactor,
        UnixAddress.of(directory.resolve(name)),
        SocketSettings.defaults(),
        transport -> new Ear(transport, heard));
  }

  /** Hears what one process says: lines of {@code NAME=VALUE}, after sd_notify(3). */
  static final class Ear implements UnixDatagramProtocol {
    private final UnixDatagramTransport transport;
    private final Consumer<Map<String, String>> heard;

    Ear(UnixDatagramTransport transport, Consumer<Map<String, String>> heard) {
      this.transport = transport;
      this.heard = heard;
    }

    /** What the process is to have as the name of the socket. */
    String name() {
      return transport.local().name();
    }

    void close() {
      transport.close();
    }

    @Override
    public void datagramReceived(ByteBuffer data, UnixAddress from) {
      heard.accept(read(UTF_8.decode(data).toString()));
    }

    static Map<String, String> read(String message) {
      Map<String, String> read = new LinkedHashMap<>();
      message
          .lines()
          .forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
              read.put(line.substring(0, equals), line.substring(equals + 1));
            }
          });
      return read;
    }
  }
}
