package io.tendril.tls.boringssl;

import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SessionTicketKey;
import io.tendril.core.tls.TlsOptions;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import javax.crypto.KeyGenerator;

/**
 * The keys that a server's session tickets are encrypted with (RFC 5077, section 4). A new one is
 * taken each half day. Those before it are kept for as long as a ticket of theirs may be good: its
 * client resumes with it and gets a new ticket. Later ones mean a full handshake. Used by any
 * thread.
 */
final class TicketKeys {
  /** For how long a key makes tickets. */
  private static final long PERIOD = TlsOptions.SESSION_TIME.toSeconds() / 2;

  /** For how long from its first ticket on a key is good. */
  private static final long LIFE = PERIOD + TlsOptions.SESSION_TIME.toSeconds();

  /** How long each of the parts of a key is. */
  private static final int BITS = 128;

  private final long context;
  private final ArrayDeque<Key> keys = new ArrayDeque<>(3);
  private volatile long until = Long.MIN_VALUE;

  /** A key, and the second from which it has been in use. */
  private record Key(SessionTicketKey parts, long since) {}

  /** Keys of a context of BoringSSL, from the first {@link #at} on. */
  TicketKeys(long context) {
    this.context = context;
  }

  /** Sees to it that the keys are those for a time, in seconds of the epoch. */
  void at(long now) {
    if (now >= until) {
      rotate(now);
    }
  }

  private synchronized void rotate(long now) {
    if (now < until) {
      return; // another thread was here first
    }
    keys.removeIf(each -> now >= each.since() + LIFE);
    keys.addFirst(new Key(generate(), now));
    SSLContext.setSessionTicketKeys(
        context, keys.stream().map(Key::parts).toArray(SessionTicketKey[]::new));
    until = now + PERIOD;
  }

  private static SessionTicketKey generate() {
    try {
      KeyGenerator generator = KeyGenerator.getInstance("AES");
      generator.init(BITS);
      return new SessionTicketKey(
          generator.generateKey().getEncoded(), // its name
          generator.generateKey().getEncoded(), // for the code that proves it genuine
          generator.generateKey().getEncoded()); // for what is in it
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has AES", e);
    }
  }
}
