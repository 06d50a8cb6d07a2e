package io.tendril.tls.boringssl;

import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.TlsEngine;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An SSL with a BIO that reads and writes the caller's own buffers, to which it is pointed for the
 * length of a call. What BoringSSL has to say while it reads goes to a small buffer of the BIO;
 * where that is full, it waits until it is asked to write.
 *
 * <pre>
 *   SHAKING --doHandshake is done--> ESTABLISHED      any --failure--> FAILED     any --> CLOSED
 *      ^ |
 *      | +--a certificate to verify--> TASK, which runs elsewhere
 *      +-----------done----------------+
 * </pre>
 */
final class BoringEngine implements TlsEngine {
  private static final int HEADER = 5;
  private static final int RECORD = 16 << 10;

  /** The least that a record is longer than its plaintext: the tag of the cipher. */
  private static final int LEAST_OVERHEAD = 16;

  /** More than a record is longer than its plaintext, with a key update and an alert. */
  private static final int MOST_OVERHEAD = 256;

  /** Most flights of a handshake fit; what does not is written piece by piece. */
  private static final int SHAKING_BUFFER = 2048;

  /** An alert fits, behind the answer to a key update. */
  private static final int IDLE_BUFFER = 128;

  private static final long SESSION_SECONDS = TlsOptions.SESSION_TIME.toSeconds();

  // What SSL_get_error says, by its header; the classes have no constants for switches.
  private static final int WANT_READ = 2;
  private static final int WANT_WRITE = 3;
  private static final int WANT_X509_LOOKUP = 4;
  private static final int ZERO_RETURN = 6;
  private static final int WANT_CERTIFICATE_VERIFY = 16;

  private static final int APPLICATION_DATA = 23;
  private static final byte[] CLOSE_NOTIFY = {21, 3, 3, 0, 2, 1, 0};
  private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

  private final BoringEngines shared;
  private final BoringContext context;
  private final TlsOptions options;
  private long ssl;
  private long bio;

  private boolean established;
  private boolean failed;

  /** Whether nothing has been read, so that the peer takes an alert in the clear. */
  private boolean clear = true;

  /** Whether the handshake goes on by writing. */
  private boolean writes;

  /** Whether a server's session tickets wait for a write that takes them along. */
  private boolean tickets;

  /** Whether it is said for how long the session is good. */
  private boolean limited;

  private boolean closeWanted;
  private boolean closeSent;
  private boolean ended;

  /**
   * Whether the BIO has only the small buffer. A server's tickets, and an alert behind them, need
   * the large one.
   */
  private boolean slim;

  /** How many bytes wait in the BIO to be sent. */
  private int waiting;

  private @Nullable Runnable task;
  private @Nullable Exception refusal;
  private @Nullable List<X509Certificate> peer;

  /** What the client offers, while that is not known; null where nobody asks. */
  private @Nullable ClientHello hello;

  /** An alert that is not BoringSSL's. */
  private byte @Nullable [] alert;

  BoringEngine(BoringEngines shared, BoringContext context, TlsOptions options) {
    this.shared = shared;
    this.context = context;
    this.options = options;
    this.writes = options.client();
    try {
      ssl = context.get().open(this);
      bio = SSL.bioNewByteBuffer(ssl, SHAKING_BUFFER);
      if (options.client()) {
        String name = options.serverName();
        if (!name.isEmpty()) {
          SSL.setTlsExtHostName(ssl, name);
        }
        context.get().resume(ssl);
      } else if (!options.applicationProtocols().isEmpty()) {
        hello = new ClientHello();
      }
    } catch (Exception e) {
      close();
      throw new IllegalStateException("BoringSSL makes no connection", e);
    }
  }

  @Override
  public String name() {
    return BoringSsl.NAME;
  }

  @Override
  public boolean direct() {
    return true;
  }

  @Override
  public Step next() {
    if (task != null) {
      return Step.TASK;
    } else if (waiting > 0 || alert != null) {
      return Step.OUTPUT;
    } else if (failed || ssl == 0) {
      return Step.MORE;
    } else if (writes || (closeWanted && !closeSent)) {
      return Step.OUTPUT;
    }
    return established ? Step.MORE : Step.INPUT;
  }

  @Override
  public boolean established() {
    return established;
  }

  @Override
  public boolean hasTickets() {
    return tickets && !failed && ssl != 0;
  }

  // ---- Up -------------------------------------------------------------------------------------

  @Override
  public Step decrypt(ByteBuffer ciphertext, ByteBuffer plaintext) throws IOException {
    check(ciphertext);
    if (ended) {
      return Step.END;
    } else if (task != null || next() == Step.OUTPUT) {
      return next();
    }
    int size = size(ciphertext);
    if (established && hasNoRoom(ciphertext, size, plaintext)) {
      return Step.SPACE;
    }
    if (hello != null) {
      inspect(hello, ciphertext.slice(ciphertext.position(), size));
    }
    int left = size;
    SSL.bioSetByteBuffer(bio, Buffer.address(ciphertext) + ciphertext.position(), size, false);
    try {
      if (established) {
        read(plaintext);
      } else {
        clear = false;
        shake();
      }
    } finally {
      left = SSL.bioLengthByteBuffer(bio);
      ciphertext.position(ciphertext.position() + size - left);
      SSL.bioClearByteBuffer(bio);
      waiting = SSL.bioLengthNonApplication(bio);
    }
    if (ended) {
      return Step.END;
    }
    Step next = next();
    return next != Step.INPUT ? next : left < size ? Step.MORE : Step.INPUT;
  }

  /** How long the record is; all that there is if it is none. */
  private static int size(ByteBuffer ciphertext) {
    int here = ciphertext.remaining();
    if (here < HEADER) {
      return here;
    }
    return Math.min(here, HEADER + (ciphertext.getShort(ciphertext.position() + 3) & 0xffff));
  }

  private static boolean hasNoRoom(ByteBuffer ciphertext, int size, ByteBuffer plaintext) {
    boolean data = size > 0 && ciphertext.get(ciphertext.position()) == APPLICATION_DATA;
    int most = data ? Math.min(RECORD, Math.max(1, size - HEADER - LEAST_OVERHEAD)) : 1;
    if (plaintext.remaining() < most) {
      return true;
    } else if (plaintext.isReadOnly() || !plaintext.isDirect()) {
      throw new IllegalArgumentException("plaintext goes to direct buffers that can be written");
    }
    return false;
  }

  private void read(ByteBuffer plaintext) throws SSLException {
    int position = plaintext.position();
    int count = SSL.readFromSSL(ssl, Buffer.address(plaintext) + position, plaintext.remaining());
    if (count > 0) {
      plaintext.position(position + count);
      return;
    }
    switch (SSL.getError(ssl, count)) {
      case WANT_READ, WANT_WRITE -> {}
      case ZERO_RETURN -> {
        ended = true;
        closeWanted |= !halfCloses();
      }
      default -> throw failure();
    }
  }

  /** From TLS 1.3 on the directions end one by one. */
  private boolean halfCloses() {
    return SSL.getVersion(ssl).equals("TLSv1.3");
  }

  /** A server and a client that share no application protocol do not talk (RFC 7301). */
  private void inspect(ClientHello offer, ByteBuffer record) throws SSLException {
    offer.record(record);
    if (!offer.isDone()) {
      return;
    }
    hello = null;
    if (!offer.offered().isEmpty()
        && offer.offered().stream().noneMatch(options.applicationProtocols()::contains)) {
      failed = true;
      alert = NO_APPLICATION_PROTOCOL;
      throw new SSLException(
          "no application protocol is shared: the client offers "
              + String.join(", ", offer.offered().stream().limit(8).toList()));
    }
  }

  // ---- Down -----------------------------------------------------------------------------------

  @Override
  public Step encrypt(ByteBuffer[] plaintext, int offset, int length, ByteBuffer ciphertext)
      throws IOException {
    check(ciphertext);
    ByteBuffer data = length == 0 ? null : plaintext[offset];
    int count = data == null ? 0 : Math.min(RECORD, data.remaining());
    if (ciphertext.remaining() < count + MOST_OVERHEAD) {
      return Step.SPACE;
    }
    int size = ciphertext.remaining();
    SSL.bioSetByteBuffer(bio, Buffer.address(ciphertext) + ciphertext.position(), size, true);
    try {
      waiting -= SSL.bioFlushByteBuffer(bio);
      if (waiting == 0 && !failed) {
        goOn(data, count, Buffer.address(ciphertext));
      }
    } finally {
      ciphertext.position(ciphertext.position() + size - SSL.bioLengthByteBuffer(bio));
      SSL.bioClearByteBuffer(bio);
    }
    if (established && !slim && waiting == 0 && !writes && !tickets) {
      bio = SSL.bioNewByteBuffer(ssl, IDLE_BUFFER); // frees the one before
      slim = true;
    }
    byte[] own = alert;
    if (own != null) {
      ciphertext.put(own);
      alert = null;
    }
    Step next = next();
    if (next == Step.OUTPUT && waiting + (writes ? 1 : 0) > 0) {
      return Step.SPACE;
    }
    return closeSent ? Step.END : next == Step.INPUT ? Step.MORE : next;
  }

  private void goOn(@Nullable ByteBuffer data, int count, long nothing) throws SSLException {
    if (!established && closeWanted) {
      closeSent = true;
      alert = clear ? CLOSE_NOTIFY : null; // later on it would have to be encrypted
    } else if (!established) {
      shake();
    } else if (closeWanted) {
      if (!closeSent) {
        closeSent = true;
        tickets = false;
        var _ = SSL.shutdownSSL(ssl);
      }
    } else if (data != null && count > 0) {
      write(data, count);
    } else if (tickets) {
      // To write nothing sends what BoringSSL keeps for a server's first write.
      tickets = SSL.getError(ssl, SSL.writeToSSL(ssl, nothing, 0)) == WANT_WRITE;
    }
  }

  private void write(ByteBuffer data, int count) throws SSLException {
    if (!data.isDirect()) {
      throw new IllegalArgumentException("plaintext comes from a direct buffer");
    }
    int done = SSL.writeToSSL(ssl, Buffer.address(data) + data.position(), count);
    if (done > 0) {
      data.position(data.position() + done);
      tickets = false; // they went in front of it
    } else if (SSL.getError(ssl, done) != WANT_WRITE) {
      throw failure();
    }
  }

  @Override
  public void closeOutput() {
    closeWanted = true;
  }

  // ---- The handshake --------------------------------------------------------------------------

  private void shake() throws SSLException {
    writes = false;
    while (true) {
      int result = SSL.doHandshake(ssl);
      if (result > 0) {
        established = true;
        tickets = !options.client() && halfCloses();
        context.get().shaken(ssl);
        return;
      }
      switch (SSL.getError(ssl, result)) {
        case WANT_READ -> {
          limitSession();
          return;
        }
        case WANT_WRITE -> {
          writes = true;
          return;
        }
        case WANT_X509_LOOKUP -> {
          Runnable lookup = SSL.getTask(ssl);
          if (lookup == null) {
            throw failure();
          }
          lookup.run(); // who this side is: quickly said
          if (refusal != null) {
            throw failure();
          }
        }
        case WANT_CERTIFICATE_VERIFY -> {
          Runnable verification = SSL.getTask(ssl);
          if (verification == null) {
            throw failure();
          }
          task = verification;
          return;
        }
        default -> throw failure();
      }
    }
  }

  /**
   * A session is good for a day from its full handshake on, whatever is resumed of it: what a
   * resumed one takes over from the one before is less than that.
   */
  private void limitSession() {
    if (!limited && !options.client()) {
      limited = SSL.isSessionReused(ssl) || SSL.setTimeout(ssl, SESSION_SECONDS) > 0;
    }
  }

  @Override
  public @Nullable Runnable task() {
    Runnable next = task;
    task = null;
    if (next == null) {
      return null;
    }
    return () -> {
      try {
        next.run();
      } finally {
        writes = true; // the handshake goes on
      }
    };
  }

  /** Why this side has nothing to show: the handshake fails. */
  void refuse(Exception why) {
    refusal = why;
  }

  /** Who this side is in this handshake; null for nobody. */
  @Nullable TlsIdentity identify(byte @Nullable [][] issuers) throws SSLException {
    TlsKeys keys = shared.keys();
    TlsIdentity identity = keys == null ? null : keys.identity(serverName());
    if (options.client()) {
      return identity != null && Issuers.know(issuers, identity) ? identity : null;
    } else if (identity == null) {
      throw new SSLException("this side is nobody under the name '" + serverName() + "'");
    }
    return identity;
  }

  /** What a server sends with its certificate; null for nothing. */
  byte @Nullable [] ocspResponse(TlsIdentity identity) {
    TlsKeys keys = options.client() ? null : shared.keys();
    return keys == null ? null : keys.ocspResponse(identity);
  }

  void logKeys(String line) {
    Consumer<String> log = options.keyLog();
    if (log != null) {
      try {
        log.accept(line);
      } catch (RuntimeException e) {
        // The connection is not to suffer from being looked at.
      }
    }
  }

  private String serverName() {
    if (options.client()) {
      return "";
    }
    String name = SSL.getSniHostname(ssl);
    return name == null ? "" : name.toLowerCase(Locale.ROOT);
  }

  /** Verifies the peer: what BoringSSL is to be told. */
  int verify(byte[][] encoded) {
    try {
      List<X509Certificate> chain = Certificates.read(encoded);
      shared.trust().verify(options, chain);
      peer = chain;
      return CertificateVerifier.X509_V_OK;
    } catch (CertificateException e) {
      refusal = e;
      return Certificates.error(e);
    } catch (RuntimeException e) {
      refusal = e;
      return CertificateVerifier.X509_V_ERR_UNSPECIFIED;
    }
  }

  private SSLException failure() {
    failed = true;
    SSLException failure = Failures.last();
    Exception why = refusal;
    return why == null ? failure : new SSLException(why.getMessage(), why);
  }

  @Override
  public TlsSession session() {
    if (ssl == 0) {
      throw new IllegalStateException("the engine is closed");
    }
    String chosen = SSL.getAlpnSelected(ssl);
    String name = options.client() ? options.serverName() : serverName();
    return new TlsSession(
        SSL.getVersion(ssl),
        context.get().settings().standardName(SSL.getCipherForSSL(ssl)),
        chosen == null ? "" : chosen,
        name,
        peerCertificates());
  }

  /** Whether the handshake that is done has taken a session of before over. */
  boolean isResumed() {
    return SSL.isSessionReused(ssl);
  }

  private List<X509Certificate> peerCertificates() {
    List<X509Certificate> verified = peer;
    peer = null;
    if (verified != null) {
      return verified;
    }
    // A session that was resumed has them from before.
    return context.get().settings().verifies()
        ? Certificates.ofPeer(SSL.getPeerCertificate(ssl), SSL.getPeerCertChain(ssl))
        : List.of();
  }

  // ---- The end --------------------------------------------------------------------------------

  private void check(ByteBuffer ciphertext) throws SSLException {
    if (ssl == 0) {
      throw new SSLException("the engine is closed");
    } else if (!ciphertext.isDirect() || ciphertext.isReadOnly()) {
      throw new IllegalArgumentException("ciphertext is in direct buffers that can be written");
    }
  }

  @Override
  public void close() {
    long open = ssl;
    if (open != 0) {
      ssl = 0;
      bio = 0;
      try {
        context.get().shaken(open);
        SSL.freeSSL(open); // with the BIO
      } finally {
        Reference.reachabilityFence(context); // it is not freed before
      }
    }
  }
}
