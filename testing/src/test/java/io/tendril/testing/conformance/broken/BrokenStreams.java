package io.tendril.testing.conformance.broken;

import static io.tendril.testing.conformance.broken.Broken.engine;
import static io.tendril.testing.conformance.broken.Broken.stream;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import io.tendril.testing.conformance.ForwardingEngine;
import io.tendril.testing.conformance.ForwardingEngine.ForwardingStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/** Engines whose stream sockets are at fault. */
final class BrokenStreams {
  private BrokenStreams() {}

  static List<Broken> all() {
    return List.of(
        // ---- Writing
        stream(
            "T1",
            "loses a byte when a write does not fit at once",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
                    long count = super.write(from, offset, length);
                    ByteBuffer last = from[offset + length - 1];
                    if (count == 0 || !last.hasRemaining()) {
                      return count;
                    }
                    last.get();
                    return count + 1;
                  }
                }),
        stream(
            "T1",
            "sends the buffers of one write in the wrong order",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
                    long count = 0;
                    for (int i = offset + length - 1; i >= offset; i--) {
                      count += super.write(from, i, 1);
                    }
                    return count;
                  }
                }),
        stream(
            "T1 P1 P4",
            "says that all of a write was taken, whatever was",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
                    long count = super.write(from, offset, length);
                    for (int i = offset; i < offset + length; i++) {
                      count += from[i].remaining();
                      from[i].position(from[i].limit());
                    }
                    return count;
                  }
                }),
        stream(
            "T1 P1",
            "fails when a write would have to wait",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
                    long count = super.write(from, offset, length);
                    if (count == 0) {
                      throw new IOException("Resource temporarily unavailable");
                    }
                    return count;
                  }
                }),
        stream(
            "T1",
            "sends a file from its beginning, whatever part is asked for",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public long sendFile(FileChannel file, long position, long count)
                      throws IOException {
                    return super.sendFile(file, 0, count);
                  }
                }),

        // ---- Reading
        stream(
            "T12",
            "swaps the first two bytes of a read",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public int read(ByteBuffer into) throws IOException {
                    int start = into.position();
                    int count = super.read(into);
                    if (count > 1) {
                      byte first = into.get(start);
                      into.put(start, into.get(start + 1)).put(start + 1, first);
                    }
                    return count;
                  }
                }),
        stream(
            "T12 P2",
            "tells of bytes only once, however many are left",
            socket ->
                new ForwardingStream(socket) {
                  private boolean told;

                  @Override
                  public void ready(Engine.Ready ready) {
                    super.ready((readable, writable) -> {
                      boolean news = readable && !told;
                      told = readable;
                      ready.ready(news, writable);
                    });
                  }

                  @Override
                  public int read(ByteBuffer into) throws IOException {
                    int count = super.read(into);
                    told = count != 0;
                    return count;
                  }
                }),
        stream(
            "T12 P1 P2",
            "tells of nothing more once nobody wanted to know",
            socket ->
                new ForwardingStream(socket) {
                  private boolean given;
                  private boolean deaf;

                  @Override
                  public void interest(boolean readable, boolean writable) {
                    deaf |= given && !readable;
                    given |= readable;
                    super.interest(readable && !deaf, writable);
                  }
                }),
        stream(
            "T6 T12 P1 P2",
            "goes on telling of bytes that nobody wants to know of",
            socket ->
                new ForwardingStream(socket) {
                  private boolean wanted;

                  @Override
                  public void interest(boolean readable, boolean writable) {
                    wanted |= readable;
                    super.interest(wanted, writable);
                  }
                }),

        // ---- The end
        stream(
            "T6 T5 F6",
            "keeps the end of input to itself",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public int read(ByteBuffer into) throws IOException {
                    return Math.max(0, super.read(into));
                  }
                }),
        stream(
            "T5 T6",
            "takes the end of input for a reset",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public int read(ByteBuffer into) throws IOException {
                    int count = super.read(into);
                    if (count < 0) {
                      throw new IOException("Connection reset");
                    }
                    return count;
                  }
                }),
        stream(
            "T5 T12",
            "takes a reset for the end of input",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public int read(ByteBuffer into) {
                    try {
                      return super.read(into);
                    } catch (IOException e) {
                      return -1;
                    }
                  }
                }),
        stream(
            "T2 T6",
            "does not tell the peer that its output is shut",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public void shutdownOutput() {}
                }),
        stream(
            "T2 T6",
            "shuts both sides when one is to be shut",
            socket ->
                new ForwardingStream(socket) {
                  private boolean shut;

                  @Override
                  public void shutdownOutput() throws IOException {
                    super.shutdownOutput();
                    shut = true;
                  }

                  @Override
                  public int read(ByteBuffer into) throws IOException {
                    return shut ? -1 : super.read(into);
                  }
                }),
        stream(
            "T6",
            "takes the end of input for the end of the connection",
            socket ->
                new ForwardingStream(socket) {
                  private boolean over;

                  @Override
                  public int read(ByteBuffer into) throws IOException {
                    int count = super.read(into);
                    over |= count < 0;
                    return count;
                  }

                  @Override
                  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
                    if (over) {
                      throw new IOException("Broken pipe");
                    }
                    return super.write(from, offset, length);
                  }
                }),
        stream(
            "T2 T6",
            "resets what is closed",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public void close() {
                    abort();
                  }
                }),
        stream(
            "T4",
            "aborts without a reset",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public void abort() {
                    close();
                  }
                }),
        stream(
            "T4 P4",
            "leaves open what is aborted",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public void abort() {
                    interest(false, false);
                  }
                }),
        stream(
            "F2 F4",
            "leaves open what is closed",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public void close() {
                    interest(false, false);
                  }
                }),

        // ---- Connecting
        stream(
            "F1 T10 L5",
            "names itself as the peer",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public SocketAddress peer() {
                    return local();
                  }
                }),
        stream(
            "T10",
            "calls a connection made before it is",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public boolean finishConnect() {
                    return true;
                  }
                }),
        stream(
            "T10",
            "says of every failure to connect that it took too long",
            socket ->
                new ForwardingStream(socket) {
                  @Override
                  public boolean finishConnect() throws IOException {
                    try {
                      return super.finishConnect();
                    } catch (IOException e) {
                      throw new SocketTimeoutException("Connection timed out");
                    }
                  }
                }),
        engine(
            "T10",
            "connects from an address of its own choice",
            sound ->
                new ForwardingEngine(sound) {
                  @Override
                  public StreamSocket connect(
                      SocketAddress address, SocketSettings options, Ready ready)
                      throws IOException {
                    return super.connect(address, SocketSettings.defaults(), ready);
                  }
                }));
  }
}
