package io.tendril.benchmarks.tls;

import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.Load;
import io.tendril.spi.TlsEngineProvider;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.ServiceLoader;

/**
 * A closed loop of HTTPS requests over many connections, which never sleeps. A connection may be
 * used for one request only: then what is measured is mostly the handshake.
 */
final class TlsLoad implements Load, SSLSessionCache {
  /** How connections are used. */
  enum Use {
    /** Many requests on each. */
    KEPT,
    /** One request on each, which then stays open. */
    ONCE,
    /** One request on each, after a full handshake. */
    FULL,
    /** One request on each, of which all but the first resume a session. */
    RESUMED
  }

  private static final int KEPT_SESSIONS = 256;

  static {
    for (var each : ServiceLoader.load(TlsEngineProvider.class)) {
      if (each.unavailable() != null) { // loads the library
        throw new IllegalStateException(each.unavailable());
      }
    }
  }

  private final int port;
  private final Exchange exchange;
  private final int connections;
  private final Use use;
  private final long context;
  private final Selector selector;
  private final ArrayDeque<Long> sessions = new ArrayDeque<>();
  private long resumed;

  TlsLoad(int port, Exchange exchange, int connections, Use use) throws IOException {
    this.port = port;
    this.exchange = exchange;
    this.connections = connections;
    this.use = use;
    this.selector = Selector.open();
    try {
      context = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_3, SSL.SSL_MODE_CLIENT);
      SSLContext.setCertVerifyCallback(
          context,
          new CertificateVerifier() {
            @Override
            public int verify(long ssl, byte[][] chain, String algorithm) {
              return X509_V_OK; // the servers are this program's own
            }
          });
      SSLContext.setCurvesList(context, "X25519");
      if (use == Use.RESUMED) {
        SSLContext.setSSLSessionCache(context, this);
        SSLContext.setSessionCacheMode(
            context, SSL.SSL_SESS_CACHE_CLIENT | SSL.SSL_SESS_CACHE_NO_INTERNAL_STORE);
      }
    } catch (Exception e) {
      throw new IOException(e);
    }
    for (int i = 0; i < connections; i++) {
      connect();
    }
  }

  @Override
  public boolean sessionCreated(long ssl, long session) {
    if (sessions.size() >= KEPT_SESSIONS) {
      return false;
    }
    sessions.add(session);
    return true;
  }

  @Override
  public long getSession(long ssl, byte[] id) {
    return -1;
  }

  /** Opens more connections, and waits until each has had its reply. */
  void grow(int count) throws IOException {
    for (int left = count; left > 0; ) {
      int batch = Math.min(left, 100);
      for (int i = 0; i < batch; i++) {
        connect();
      }
      for (int waiting = batch; waiting > 0; ) {
        waiting -= (int) run(10_000_000);
      }
      left -= batch;
    }
  }

  private void connect() throws IOException {
    Long session = sessions.poll();
    var client =
        new TlsClient(
            context,
            session == null ? 0 : session,
            port,
            exchange.request(),
            exchange.reply().length);
    if (session != null) {
      SSLSession.free(session);
    }
    client.channel.register(selector, SelectionKey.OP_READ, client);
  }

  @Override
  public long run(long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    long count = 0;
    resumed = 0;
    while (System.nanoTime() < end) {
      selector.selectNow();
      for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
        SelectionKey key = keys.next();
        keys.remove();
        var client = (TlsClient) key.attachment();
        if (client.read() == exchange.reply().length) {
          count++;
          replied(key, client);
        }
      }
    }
    if (use == Use.RESUMED && resumed < count * 0.9 - connections) { // the first have nothing
      throw new IOException("resumed were " + resumed + " of " + count);
    }
    return count;
  }

  private void replied(SelectionKey key, TlsClient client) throws IOException {
    byte[] reply = client.reply();
    if (!Arrays.equals(reply, 0, 15, exchange.reply(), 0, 15)) {
      throw new IOException("a wrong reply: " + new String(reply));
    }
    if (use == Use.KEPT) {
      client.ask();
    }
    if (use == Use.KEPT || use == Use.ONCE) {
      return;
    }
    resumed += client.isResumed() ? 1 : 0;
    key.cancel();
    client.close();
    connect();
  }

  @Override
  public void close() {
    try {
      for (SelectionKey key : selector.keys()) {
        if (key.isValid()) {
          ((TlsClient) key.attachment()).close();
        }
      }
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    sessions.forEach(SSLSession::free);
    SSLContext.free(context);
  }
}
