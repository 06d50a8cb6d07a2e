package io.tendril.spi;

import io.tendril.core.tls.TlsSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One side of one TLS connection, without a connection: ciphertext in, plaintext out; plaintext in,
 * ciphertext out; a state, and tasks. It touches no socket, waits for nothing and keeps no time;
 * the layer that owns it moves the bytes.
 *
 * <p>Used in the reactor's thread, save that a {@link #task} may run elsewhere; while one runs,
 * nothing else of the engine is called.
 *
 * <p>A violation by the peer, a failed verification or a damaged record is an {@link IOException}.
 * After it the engine may have an alert for the peer: {@link #next} says {@link Step#OUTPUT} as
 * long as it does, and nothing else of it is used.
 */
public interface TlsEngine {
  /** What came of a call, and what is to be done next. */
  enum Step {
    /** It went on; call again with what is left. */
    MORE,
    /** It needs more ciphertext of the peer. */
    INPUT,
    /** It goes on by {@link TlsEngine#encrypt}: most likely it has something to send. */
    OUTPUT,
    /** The destination is too small for one record. */
    SPACE,
    /** A {@link TlsEngine#task} has to run first. */
    TASK,
    /** The direction has ended: the peer's close_notify was read, or this side's was written. */
    END
  }

  /** A name for messages: "JDK". */
  String name();

  /**
   * Whether its buffers are to be direct ones: what it reads and writes of ciphertext, what it
   * writes of plaintext, and the plaintext that it reads, which is a single buffer then. If not,
   * heap buffers, and plaintext to be read of any kind and number.
   */
  default boolean direct() {
    return false;
  }

  /**
   * What it needs now: {@link Step#OUTPUT}, {@link Step#INPUT} or {@link Step#TASK} during a
   * handshake, {@link Step#OUTPUT} at any time, {@link Step#MORE} otherwise.
   */
  Step next();

  /** Whether the first handshake is done, and the peer verified as far as it should be. */
  boolean established();

  /**
   * Whether it keeps messages that nobody waits for, such as a server's session tickets. The next
   * plaintext takes them along. By {@link #encrypt} without plaintext they go by themselves, for
   * which its owner is to see when there is no plaintext for now: the peer may hold its next bytes
   * back until those before them are acknowledged, which is at once only along with others (RFC
   * 896, RFC 1122, section 4.2.3.2).
   */
  default boolean hasTickets() {
    return false;
  }

  /** What the handshake has agreed on. Called once it is established. */
  TlsSession session();

  /**
   * Takes at most one record in. It reads no byte behind the record, and none at all of a record
   * that is not complete or whose plaintext does not fit. May overwrite what it reads.
   *
   * @param ciphertext from the peer
   * @param plaintext where application data goes
   */
  Step decrypt(ByteBuffer ciphertext, ByteBuffer plaintext) throws IOException;

  /**
   * Makes at most one record: of the handshake or an alert if there is such to be sent, else of as
   * much plaintext as fits. Without plaintext it sends only what {@link #next} has announced, or
   * {@link #hasTickets}.
   *
   * @param plaintext application data: the buffers {@code [offset..offset+length)}
   * @param ciphertext where the record goes
   */
  Step encrypt(ByteBuffer[] plaintext, int offset, int length, ByteBuffer ciphertext)
      throws IOException;

  /** The next piece of work that takes long, or null. It may run in any thread. */
  @Nullable Runnable task();

  /** This side sends nothing more: from here on {@link #next} announces the close_notify. */
  void closeOutput();

  /** Releases what the engine holds. Called once, last, and not while a task runs. */
  void close();
}
