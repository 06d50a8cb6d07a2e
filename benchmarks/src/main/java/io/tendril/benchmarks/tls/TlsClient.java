package io.tendril.benchmarks.tls;

import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One connection of a generator that costs it little: BoringSSL without any verification. What it
 * sends fits into the socket's buffer.
 */
final class TlsClient {
  private static final ByteBuffer IN = ByteBuffer.allocateDirect(256 << 10);
  private static final ByteBuffer OUT = ByteBuffer.allocateDirect(64 << 10);
  private static final ByteBuffer PLAIN = ByteBuffer.allocateDirect(16 << 10);
  private static final long IN_ADDRESS = Buffer.address(IN);
  private static final long OUT_ADDRESS = Buffer.address(OUT);
  private static final long PLAIN_ADDRESS = Buffer.address(PLAIN);

  /** Both flights of a client fit. */
  private static final int BIO_BUFFER = 16 << 10;

  final SocketChannel channel;
  private final long ssl;
  private final long bio;
  private final ByteBuffer request;
  private boolean established;

  /** How many bytes of the reply have come. */
  private int received;

  private final byte[] reply;

  TlsClient(long context, long session, int port, byte[] request, int reply) throws IOException {
    try {
      channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
      channel.configureBlocking(false);
      channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
      ssl = SSL.newSSL(context, false);
      bio = SSL.bioNewByteBuffer(ssl, BIO_BUFFER);
      if (session != 0) {
        SSL.setSession(ssl, session);
      }
      this.request = ByteBuffer.allocateDirect(request.length).put(request).flip();
      this.reply = new byte[Math.min(reply, 4096)];
      var unused = SSL.doHandshake(ssl);
      flush();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private void flush() throws IOException {
    int size = SSL.bioLengthNonApplication(bio);
    if (size > 0) {
      SSL.bioSetByteBuffer(bio, OUT_ADDRESS, OUT.capacity(), true);
      int count = SSL.bioFlushByteBuffer(bio);
      SSL.bioClearByteBuffer(bio);
      send(count);
    }
  }

  private void send(int count) throws IOException {
    OUT.clear().limit(count);
    if (channel.write(OUT) != count) {
      throw new IOException("the socket's buffer is full");
    }
  }

  void ask() throws IOException {
    received = 0;
    SSL.bioSetByteBuffer(bio, OUT_ADDRESS, OUT.capacity(), true);
    int done = SSL.writeToSSL(ssl, Buffer.address(request), request.remaining());
    int count = OUT.capacity() - SSL.bioLengthByteBuffer(bio);
    SSL.bioClearByteBuffer(bio);
    if (done != request.remaining()) {
      throw new IOException("not all is taken: " + SSL.getLastError());
    }
    send(count);
  }

  /** Reads what has come; asks as soon as it may. How many bytes of the reply are there. */
  int read() throws IOException {
    int count = channel.read(IN.clear());
    if (count < 0) {
      throw new IOException("the server closed");
    } else if (count == 0) {
      return received;
    }
    SSL.bioSetByteBuffer(bio, IN_ADDRESS, count, false);
    boolean asks = false;
    if (!established) {
      int result = SSL.doHandshake(ssl);
      if (result <= 0 && SSL.getError(ssl, result) != SSL.SSL_ERROR_WANT_READ) {
        throw new IOException("no handshake: " + SSL.getLastError());
      }
      established = asks = result > 0;
    }
    if (established) {
      int got;
      while ((got = SSL.readFromSSL(ssl, PLAIN_ADDRESS, PLAIN.capacity())) > 0) {
        if (received < reply.length) {
          PLAIN.clear().get(reply, received, Math.min(got, reply.length - received));
        }
        received += got;
      }
      if (SSL.getError(ssl, got) != SSL.SSL_ERROR_WANT_READ) {
        throw new IOException("no record: " + SSL.getLastError());
      }
    }
    SSL.bioClearByteBuffer(bio);
    flush();
    if (asks) {
      ask();
    }
    return received;
  }

  /** What the last reply began with. */
  byte[] reply() {
    return reply;
  }

  boolean isResumed() {
    return SSL.isSessionReused(ssl);
  }

  void close() throws IOException {
    SSL.bioSetByteBuffer(bio, OUT_ADDRESS, OUT.capacity(), true);
    var unused = SSL.shutdownSSL(ssl);
    int count = OUT.capacity() - SSL.bioLengthByteBuffer(bio);
    SSL.bioClearByteBuffer(bio);
    send(count);
    SSL.freeSSL(ssl);
    channel.close();
  }
}
