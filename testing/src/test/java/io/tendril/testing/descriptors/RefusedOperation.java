package io.tendril.testing.descriptors;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.descriptor.WatchFailed;
import io.tendril.core.endpoint.ProcessClientEndpoint;
import io.tendril.core.internal.linux.NotifySocket;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.SpawnFailed;
import io.tendril.core.process.WindowSize;
import io.tendril.core.process.Wiring;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Something that opens a descriptor. It says what came of it, and leaves nothing open itself. */
enum RefusedOperation {
  LISTEN {
    @Override
    String play(RefusalStage stage) throws IOException {
      return listen(stage, HERE);
    }
  },
  LISTEN_UNIX {
    @Override
    String play(RefusalStage stage) throws IOException {
      return listen(stage, "unix:" + stage.directory.resolve("l"));
    }
  },
  /** Where a file of a socket that is no more is in the way, which is asked whether it answers. */
  LISTEN_OVER_A_STALE_FILE {
    @Override
    String play(RefusalStage stage) throws IOException {
      Path path = stage.directory.resolve("stale");
      try (var old = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        old.bind(UnixDomainSocketAddress.of(path));
      }
      try {
        return listen(stage, "unix:" + path) + (Files.exists(path) ? ", and the file stays" : "");
      } finally {
        Files.deleteIfExists(path);
      }
    }
  },
  CONNECT {
    @Override
    String play(RefusalStage stage) throws IOException {
      try (var listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        return connect(stage, "tcp:127.0.0.1:" + listening.getLocalPort());
      }
    }
  },
  CONNECT_UNIX {
    @Override
    String play(RefusalStage stage) throws IOException {
      Path path = stage.directory.resolve("c");
      try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        listening.bind(UnixDomainSocketAddress.of(path));
        return connect(stage, "unix:" + path);
      } finally {
        Files.deleteIfExists(path);
      }
    }
  },
  DATAGRAM {
    @Override
    String play(RefusalStage stage) {
      return stage.outcome(
          stage
              .reactor
              .network()
              .datagram(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  null,
                  SocketSettings.defaults(),
                  transport -> {
                    stage.reactor.execute(transport::close);
                    return (DatagramProtocol) (_, _) -> {};
                  }),
          _ -> "made");
    }
  },
  DATAGRAM_UNIX {
    @Override
    String play(RefusalStage stage) {
      return stage.outcome(
          UnixDatagramProtocol.bind(
              stage.reactor,
              UnixAddress.of(stage.directory.resolve("d")),
              SocketSettings.defaults(),
              transport -> {
                stage.reactor.execute(transport::close);
                return (UnixDatagramProtocol) (_, _) -> {};
              }),
          _ -> "made");
    }
  },
  NOTIFY {
    @Override
    String play(RefusalStage stage) {
      Path path = stage.directory.resolve("n");
      return stage.outcome(
          stage.reactor.deferToThread(() -> {
            int manager = Kernel.unixSocket(path, Kernel.SOCK_DGRAM);
            try (var socket = NotifySocket.open(path.toString())) {
              socket.send("READY=1");
              return "made";
            } finally {
              Kernel.close(manager);
              Files.delete(path);
            }
          }),
          words -> words);
    }
  },
  REACTOR {
    @Override
    String play(RefusalStage stage) {
      try {
        RefusalStage.end(Reactor.create(RefusalStage.options(stage.engine)));
        return "made";
      } catch (UncheckedIOException e) {
        return RefusalStage.words(e);
      }
    }
  },
  ACCEPT {
    @Override
    String play(RefusalStage stage) throws IOException {
      return accept(stage, HERE);
    }
  },
  ACCEPT_UNIX {
    @Override
    String play(RefusalStage stage) throws IOException {
      return accept(stage, "unix:" + stage.directory.resolve("a"));
    }
  },
  SPAWN {
    @Override
    String play(RefusalStage stage) {
      return spawn(stage, Command.of("true").descriptor(9, Wiring.pipeToChild()));
    }
  },
  SPAWN_WITH_FILES {
    @Override
    String play(RefusalStage stage) {
      return spawn(
          stage,
          Command.of("true")
              .in(Path.of("/"))
              .input(Wiring.fromFile(Path.of("/etc/passwd")))
              .output(Wiring.nothing())
              .errors(Wiring.nothing()));
    }
  },
  SPAWN_IN_TERMINAL {
    @Override
    String play(RefusalStage stage) {
      return spawn(stage, Command.of("true").inTerminal(WindowSize.USUAL));
    }
  },
  SPAWN_WITH_A_DESCRIPTOR {
    @Override
    String play(RefusalStage stage) {
      Descriptor given = Descriptor.adopt(Kernel.open(Path.of("/dev/null"), Kernel.O_RDWR));
      try {
        return spawn(stage, Command.of("true").descriptor(9, Wiring.of(given)));
      } finally {
        given.close();
      }
    }
  },
  CONVERSE {
    @Override
    String play(RefusalStage stage) {
      List<Transport> made = new ArrayList<>();
      String outcome =
          stage.outcome(
              stage.reactor.connect(
                  ProcessClientEndpoint.of(Command.of("cat")),
                  transport -> {
                    made.add(transport);
                    return SILENT.build(transport);
                  }),
              _ -> "made");
      made.forEach(Transport::loseConnection);
      stage.until(() -> stage.reactor.stats().connections() == 0);
      return outcome;
    }
  },
  ADOPT_A_PIPE {
    @Override
    String play(RefusalStage stage) {
      int[] pipe = Kernel.pipe();
      Kernel.close(pipe[1]);
      return adopt(stage, Descriptor.adopt(pipe[0]));
    }
  },
  ADOPT_A_FILE {
    @Override
    String play(RefusalStage stage) {
      return adopt(stage, Descriptor.adopt(Kernel.open(Path.of("/dev/null"), Kernel.O_RDONLY)));
    }
  },
  DUPLICATE {
    @Override
    String play(RefusalStage stage) {
      Descriptor one = Descriptor.adopt(Kernel.open(Path.of("/dev/null"), Kernel.O_RDONLY));
      try {
        one.duplicate().close();
        return "made";
      } catch (IOException e) {
        return RefusalStage.words(e);
      } finally {
        one.close();
      }
    }
  },
  WATCH {
    @Override
    String play(RefusalStage stage) {
      int[] pipe = Kernel.pipe();
      Descriptor watched = Descriptor.adopt(pipe[0]);
      try {
        stage.reactor.watch(watched, Interest.READ, _ -> {}).close();
        return "made";
      } catch (WatchFailed e) {
        return RefusalStage.words(e).replace("descriptor " + e.number(), "it");
      } finally {
        watched.close();
        Kernel.close(pipe[1]);
      }
    }
  },
  /** What the kernel cannot send by itself is read and sent. */
  SEND_A_FILE {
    @Override
    String play(RefusalStage stage) throws IOException {
      Path path = Files.writeString(stage.directory.resolve("f"), "content of a file");
      try (var plain = FileChannel.open(path);
          var listening = ServerSocketChannel.open().bind(LOOPBACK)) {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        try (FileChannel file = stage.reactor.network().toSend(plain, path, key)) {
          InetSocketAddress at = (InetSocketAddress) listening.getLocalAddress();
          List<Transport> made = new ArrayList<>();
          String connected =
              stage.outcome(
                  stage.reactor.connect(
                      "tcp:127.0.0.1:" + at.getPort(),
                      transport -> {
                        made.add(transport);
                        return SILENT.build(transport);
                      }),
                  _ -> "");
          try (SocketChannel peer = listening.accept()) {
            String sent =
                stage.outcome(made.getFirst().sendFile(file, 0, 17), count -> "sent " + count);
            ByteBuffer heard = ByteBuffer.allocate(17);
            while (heard.hasRemaining() && peer.read(heard) >= 0) {}
            String same = new String(heard.array(), java.nio.charset.StandardCharsets.UTF_8);
            return connected + sent + (same.equals("content of a file") ? " of it" : same);
          } finally {
            made.getFirst().abortConnection();
            stage.until(() -> stage.reactor.stats().connections() == 0);
          }
        }
      }
    }
  };

  private static final String HERE = "tcp:0:interface=127.0.0.1";
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final ProtocolFactory<Protocol> SILENT = Protocol.onData((_, _) -> {});

  abstract String play(RefusalStage stage) throws IOException;

  private static String listen(RefusalStage stage, String endpoint) {
    return stage.outcome(
        stage.reactor.listen(endpoint, SILENT),
        listener -> {
          var _ = listener.close();
          return "made";
        });
  }

  private static String connect(RefusalStage stage, String endpoint) {
    String outcome =
        stage.outcome(
            stage.reactor.connect(
                endpoint,
                transport -> {
                  stage.reactor.execute(transport::abortConnection);
                  return SILENT.build(transport);
                }),
            _ -> "made");
    stage.until(() -> stage.reactor.stats().connections() == 0);
    return outcome;
  }

  /** What there is to tell is told by events; the connection is there sooner or later. */
  private static String accept(RefusalStage stage, String endpoint) throws IOException {
    List<Listener> listening = new ArrayList<>();
    List<Transport> accepted = new ArrayList<>();
    String made =
        stage.outcome(
            stage.reactor.listen(
                endpoint,
                transport -> {
                  accepted.add(transport);
                  return SILENT.build(transport);
                }),
            listener -> {
              listening.add(listener);
              return "made";
            });
    Listener listener = listening.getFirst();
    var at =
        endpoint.startsWith("unix:")
            ? UnixDomainSocketAddress.of(endpoint.substring(5))
            : listener.address();
    try (SocketChannel _ = SocketChannel.open(at)) {
      stage.until(() -> !accepted.isEmpty());
      accepted.forEach(Transport::abortConnection);
    } finally {
      var _ = listener.close();
      stage.until(() -> stage.reactor.stats().connections() == 0);
    }
    return made;
  }

  private static String spawn(RefusalStage stage, Command command) {
    List<ChildProcess> made = new ArrayList<>();
    String outcome =
        stage.outcome(
            stage
                .reactor
                .spawn(command)
                .thenCompose(child -> {
                  made.add(child);
                  return child.exited();
                })
                .thenApply(_ -> "made")
                .exceptionally(
                    SpawnFailed.class, failed -> failed.reason() + ", " + failed.errno()),
            words -> words);
    made.forEach(ChildProcess::close);
    stage.until(() -> stage.reactor.stats().connections() == 0);
    return outcome;
  }

  private static String adopt(RefusalStage stage, Descriptor descriptor) {
    String outcome =
        stage.outcome(
            stage.reactor.network().adopting().stream(descriptor, null, "x", SILENT), _ -> "made");
    stage.until(() -> stage.reactor.stats().connections() == 0);
    if (descriptor.isOpen()) {
      descriptor.close(); // which is still its owner's
    }
    return outcome;
  }
}
