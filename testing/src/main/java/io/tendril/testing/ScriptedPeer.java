package io.tendril.testing;

import io.tendril.core.Deferred;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A peer on a real socket that plays one side of a {@link Conversation}: to test a client or a
 * server as a program, with all that lies between it and the network.
 *
 * <pre>{@code
 * try (var server = ScriptedPeer.serving(conversation)) {
 *   test.result(reactor.connect("tcp:127.0.0.1:" + server.port(), Client::new));
 *   test.result(server.ended());
 * }
 * }</pre>
 *
 * <p>It lives on the loopback interface, in a thread of its own, for one connection. Whatever it
 * waits for, it waits for 90 seconds at most.
 */
public final class ScriptedPeer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Conversation conversation;
  private final AutoCloseable opened;
  private final int port;

  private ScriptedPeer(Conversation conversation, AutoCloseable opened, int port) {
    this.conversation = conversation;
    this.opened = opened;
    this.port = port;
  }

  /** Before anything is opened. */
  private static void check(Conversation conversation) {
    for (Step step : conversation.steps()) {
      if (step instanceof Step.Pass) {
        throw new IllegalArgumentException(
            "line " + step.number() + " of the conversation: no time is passed on a real socket");
      }
    }
  }

  /** Plays the server to the first client that connects to {@link #port()}. */
  public static ScriptedPeer serving(Conversation conversation) throws IOException {
    check(conversation);
    var listening = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    listening.setSoTimeout((int) PATIENCE.toMillis());
    var peer = new ScriptedPeer(conversation, listening, listening.getLocalPort());
    peer.start(() -> {
      try (Socket socket = listening.accept()) {
        peer.play(Step.Side.SERVER, socket);
      }
    });
    return peer;
  }

  /** Plays the client to the server at a port. */
  public static ScriptedPeer calling(Conversation conversation, int port) {
    check(conversation);
    var socket = new Socket();
    var peer = new ScriptedPeer(conversation, socket, port);
    peer.start(() -> {
      try (socket) {
        socket.connect(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
            (int) PATIENCE.toMillis());
        peer.play(Step.Side.CLIENT, socket);
      }
    });
    return peer;
  }

  private interface Part {
    void play() throws IOException;
  }

  private void start(Part part) {
    Thread.ofVirtual()
        .name("scripted peer")
        .start(() -> {
          try {
            part.play();
            end.complete(null);
          } catch (IOException | RuntimeException | AssertionError e) {
            end.completeExceptionally(e);
          }
        });
  }

  private void play(Step.Side side, Socket socket) throws IOException {
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    new Performance(conversation.steps(), side, new SocketWire(socket)).hold();
  }

  /** The server's port. */
  public int port() {
    return port;
  }

  /**
   * The end of the conversation, for the current reactor.
   *
   * @return fails with an {@link AssertionError} if the other side said or did anything else, and
   *     with an {@link IOException} if the connection failed
   */
  public Deferred<Void> ended() {
    return Deferred.from(end);
  }

  /**
   * Waits until the conversation has been held, in any thread but a reactor's.
   *
   * @throws AssertionError if the other side said or did anything else, or the connection failed
   */
  public void awaitEnd() throws InterruptedException {
    try {
      end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new AssertionError("the conversation goes on and on", e);
    }
  }

  /** Breaks off. */
  @Override
  public void close() throws IOException {
    try {
      opened.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A socket with blocking calls. */
  private static final class SocketWire implements Wire {
    private final Socket socket;
    private final BufferedInputStream in;

    SocketWire(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    @Override
    public void say(byte[] octets) throws IOException {
      socket.getOutputStream().write(octets);
    }

    @Override
    public void end() throws IOException {
      socket.shutdownOutput();
    }

    @Override
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    @Override
    public int hear() throws IOException {
      try {
        return in.read();
      } catch (SocketTimeoutException e) {
        return SILENCE;
      } catch (SocketException e) {
        return RESET;
      }
    }

    @Override
    public int hearNow() {
      try {
        return in.available() > 0 ? in.read() : SILENCE;
      } catch (IOException _) { // closed, perhaps by this side
        return SILENCE;
      }
    }

    @Override
    public void pass(Duration time) {
      throw new IllegalStateException("no time is passed on a real socket");
    }
  }
}
