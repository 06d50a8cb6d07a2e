package io.tendril.testing;

import io.tendril.core.tls.ClientCertificates;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsTrust;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One side of {@link StandInTls}. The handshake is that of TLS 1.3 without its secrets:
 *
 * <pre>
 *   client                                     server
 *   ClientHello: name, protocols     -->
 *                                    <--       ServerHello: protocol; from here on sealed
 *                                    <--       CertificateRequest, if asked for; Certificate; Finished
 *   (verifies) Certificate, Finished -->
 *                                              (verifies)
 * </pre>
 */
final class StandInEngine implements TlsEngine {
  private static final String VERSION = "TLSv1.3";
  private static final String SUITE = "TLS_NULL_WITH_NULL_NULL";

  /** What a hello begins with: as long as what a real one consists of. */
  private static final String NOT_TLS = "a stand-in for TLS, without any cryptography; ".repeat(5);

  /** The alerts that it knows (RFC 8446, section 6). */
  private enum Alert {
    CLOSE_NOTIFY(0),
    UNEXPECTED_MESSAGE(10),
    HANDSHAKE_FAILURE(40),
    CERTIFICATE_EXPIRED(45),
    CERTIFICATE_UNKNOWN(46),
    UNKNOWN_CA(48),
    UNRECOGNIZED_NAME(112),
    CERTIFICATE_REQUIRED(116),
    NO_APPLICATION_PROTOCOL(120);

    private final int code;

    Alert(int code) {
      this.code = code;
    }

    private static String name(int code) {
      for (Alert each : values()) {
        if (each.code == code) {
          return each.name().toLowerCase(Locale.ROOT);
        }
      }
      return "alert " + code;
    }
  }

  private record Waiting(int type, ByteBuffer content, boolean sealsAfter) {}

  private final TlsOptions options;
  private final @Nullable TlsKeys keys;
  private final VerifiedChains verified;
  private final StandInRecords in;
  private final StandInRecords out;
  private final StandInMessages messages = new StandInMessages();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  /** Of all messages of the handshake. */
  private final CRC32C transcript = new CRC32C();

  private String serverName = "";
  private String protocol = "";
  private boolean certificateWanted;
  private List<X509Certificate> shown = List.of();
  private @Nullable Runnable task;
  private @Nullable SSLException failure;
  private boolean helloSeen;
  private boolean established;
  private boolean refused;
  private boolean inputEnded;
  private boolean outputEnded;

  StandInEngine(TlsOptions options, @Nullable TlsKeys keys, VerifiedChains verified) {
    this.options = options;
    this.keys = keys;
    this.verified = verified;
    this.in = new StandInRecords(!options.client());
    this.out = new StandInRecords(options.client());
    if (options.client()) {
      serverName = options.serverName();
      say(StandInMessages.CLIENT_HELLO, hello(options));
    }
  }

  private static List<String> hello(TlsOptions options) {
    var hello = new ArrayList<>(List.of(NOT_TLS, options.serverName()));
    hello.addAll(options.applicationProtocols());
    return hello;
  }

  private void say(int type, List<String> texts) {
    say(StandInMessages.texts(type, texts), false);
  }

  private void say(byte[] message, boolean sealsAfter) {
    transcript.update(message);
    for (int at = 0; at < message.length; at += StandInRecords.MOST) {
      int end = Math.min(message.length, at + StandInRecords.MOST);
      ByteBuffer part = ByteBuffer.wrap(message, at, end - at).slice();
      waiting.add(new Waiting(StandInRecords.HANDSHAKE, part, sealsAfter && end == message.length));
    }
  }

  /** Ends this side's part, with what both have said so far: neither was changed on its way. */
  private void finish() {
    say(StandInMessages.FINISHED, List.of(said()));
  }

  private String said() {
    return Long.toHexString(transcript.getValue());
  }

  private void alert(Alert alert) {
    byte level = (byte) (alert == Alert.CLOSE_NOTIFY ? 1 : 2);
    ByteBuffer content = ByteBuffer.wrap(new byte[] {level, (byte) alert.code});
    waiting.add(new Waiting(StandInRecords.ALERT, content, false));
  }

  // ---- State ----------------------------------------------------------------------------------

  @Override
  public String name() {
    return "stand-in";
  }

  @Override
  public Step next() {
    if (task != null) {
      return Step.TASK;
    } else if (failure != null || !waiting.isEmpty()) {
      return Step.OUTPUT;
    }
    return established ? Step.MORE : Step.INPUT;
  }

  @Override
  public boolean established() {
    return established;
  }

  @Override
  public TlsSession session() {
    return new TlsSession(VERSION, SUITE, protocol, serverName, shown);
  }

  @Override
  public @Nullable Runnable task() {
    Runnable next = task;
    task = null;
    return next;
  }

  @Override
  public void closeOutput() {
    if (!outputEnded) {
      outputEnded = true;
      alert(Alert.CLOSE_NOTIFY);
    }
  }

  @Override
  public void close() {
    waiting.clear();
  }

  // ---- What is sent ---------------------------------------------------------------------------

  @Override
  public Step encrypt(ByteBuffer[] plaintext, int offset, int length, ByteBuffer ciphertext)
      throws SSLException {
    throwFailure();
    Waiting first = waiting.peek();
    int room = StandInRecords.fitting(ciphertext.remaining());
    if (first != null) {
      int size = first.content.remaining();
      if (room < size) {
        return Step.SPACE;
      }
      waiting.remove();
      out.write(first.type, new ByteBuffer[] {first.content}, 0, 1, size, ciphertext);
      if (first.sealsAfter) {
        out.seal();
      }
      return outputEnded && waiting.isEmpty() ? Step.END : after();
    }
    if (outputEnded) {
      return Step.END;
    } else if (length == 0) {
      return next();
    } else if (room < 1) {
      return Step.SPACE;
    }
    out.write(StandInRecords.DATA, plaintext, offset, length, room, ciphertext);
    return Step.MORE;
  }

  private Step after() {
    return next() == Step.INPUT ? Step.MORE : next();
  }

  private void throwFailure() throws SSLException {
    SSLException why = failure;
    if (why != null) {
      failure = null;
      throw why;
    }
  }

  // ---- What arrives ---------------------------------------------------------------------------

  @Override
  public Step decrypt(ByteBuffer ciphertext, ByteBuffer plaintext) throws SSLException {
    throwFailure();
    if (inputEnded) {
      return Step.END;
    }
    int length = StandInRecords.length(ciphertext);
    if (length < 0 || (length > ciphertext.remaining() && length <= longest())) {
      return Step.INPUT;
    }
    try {
      StandInRecords.Read record = in.open(ciphertext);
      if (record.type() == StandInRecords.DATA
          && record.content().remaining() > plaintext.remaining()) {
        return Step.SPACE;
      }
      in.take(record);
      Step step = take(record, plaintext);
      ciphertext.position(ciphertext.position() + record.length());
      return step;
    } catch (SSLException e) {
      if (!refused) {
        alert(Alert.UNEXPECTED_MESSAGE);
      }
      throw e;
    }
  }

  private static int longest() {
    return StandInRecords.MOST + StandInRecords.OVERHEAD;
  }

  private Step take(StandInRecords.Read record, ByteBuffer plaintext) throws SSLException {
    switch (record.type()) {
      case StandInRecords.ALERT -> {
        return alerted(record.content());
      }
      case StandInRecords.HANDSHAKE -> {
        messages.arrive(record.content());
        goOn();
      }
      default -> {
        if (!established) {
          throw new SSLException("data before the handshake is done");
        }
        plaintext.put(record.content());
      }
    }
    return after();
  }

  private Step alerted(ByteBuffer alert) throws SSLException {
    if (alert.remaining() != 2) {
      throw new SSLException("an alert of " + alert.remaining() + " bytes");
    }
    int code = alert.get(1);
    if (code == Alert.CLOSE_NOTIFY.code) {
      inputEnded = true;
      return Step.END;
    }
    refused = true;
    throw new SSLException("Received fatal alert: " + Alert.name(code));
  }

  /** Goes on with the messages that are there, until one waits for a task. */
  private void goOn() throws SSLException {
    while (task == null && failure == null) {
      StandInMessages.Message message = messages.take();
      if (message == null) {
        return;
      }
      String before = said();
      transcript.update(message.whole());
      if (message.type() == StandInMessages.FINISHED && !message.texts().equals(List.of(before))) {
        throw new SSLException("the handshake was changed on its way");
      }
      boolean expected = options.client() ? fromServer(message) : fromClient(message);
      if (!expected) {
        throw new SSLException("a message out of order: " + message.type());
      }
    }
  }

  /** Ends it: with an alert for the peer, and a failure for this side. */
  private void refuse(Alert alert, SSLException why) {
    alert(alert);
    failure = why;
  }

  // ---- The client's side ----------------------------------------------------------------------

  private boolean fromServer(StandInMessages.Message message) throws SSLException {
    switch (message.type()) {
      case StandInMessages.SERVER_HELLO -> {
        if (helloSeen) {
          return false;
        }
        helloSeen = true;
        protocol = String.join("", message.texts());
        in.seal();
        out.seal();
      }
      case StandInMessages.CERTIFICATE_REQUEST -> certificateWanted = true;
      case StandInMessages.CERTIFICATE -> {
        shown = message.certificates();
        if (shown.isEmpty()) {
          throw new SSLException("a server that shows no certificate");
        }
        verify();
      }
      case StandInMessages.FINISHED -> {
        if (shown.isEmpty() || established) {
          return false;
        }
        if (certificateWanted) {
          TlsIdentity identity = keys == null ? null : keys.identity("");
          say(StandInMessages.certificates(identity == null ? List.of() : identity.chain()), false);
        }
        finish();
        established = true;
      }
      default -> {
        return false;
      }
    }
    return helloSeen;
  }

  private void verify() {
    List<X509Certificate> chain = shown;
    task =
        () -> {
          try {
            verified.verify(options, chain);
            goOn();
          } catch (CertificateException e) {
            refuse(Alert.valueOf(TlsTrust.alert(e).toUpperCase(Locale.ROOT)), new SSLException(e));
          } catch (SSLException e) {
            refuse(Alert.UNEXPECTED_MESSAGE, e);
          }
        };
  }

  // ---- The server's side ----------------------------------------------------------------------

  private boolean fromClient(StandInMessages.Message message) throws SSLException {
    switch (message.type()) {
      case StandInMessages.CLIENT_HELLO -> {
        if (helloSeen) {
          return false;
        }
        helloSeen = true;
        answer(message.texts());
      }
      case StandInMessages.CERTIFICATE -> {
        shown = message.certificates();
        if (!shown.isEmpty()) {
          verify();
        }
      }
      case StandInMessages.FINISHED -> {
        if (established) {
          return false;
        }
        if (shown.isEmpty() && options.clientCertificates() == ClientCertificates.REQUIRED) {
          refuse(
              Alert.CERTIFICATE_REQUIRED,
              new SSLException("the client has shown no certificate, and one is required"));
        } else {
          established = true;
        }
      }
      default -> {
        return false;
      }
    }
    return helloSeen;
  }

  private void answer(List<String> hello) throws SSLException {
    if (hello.size() < 2 || !hello.getFirst().equals(NOT_TLS)) {
      throw new SSLException("a hello that is not of the stand-in for TLS");
    }
    serverName = hello.get(1);
    List<String> offered = hello.subList(2, hello.size());
    TlsIdentity identity = keys == null ? null : keys.identity(serverName);
    if (identity == null) {
      refuse(Alert.UNRECOGNIZED_NAME, new SSLException("nobody is here by the name " + serverName));
      return;
    }
    List<String> supported = options.applicationProtocols();
    if (!offered.isEmpty() && !supported.isEmpty()) {
      for (String each : supported.reversed()) {
        protocol = offered.contains(each) ? each : protocol;
      }
      if (protocol.isEmpty()) {
        refuse(
            Alert.NO_APPLICATION_PROTOCOL,
            new SSLException("no application protocol is shared: " + offered));
        return;
      }
    }
    say(
        StandInMessages.texts(
            StandInMessages.SERVER_HELLO, protocol.isEmpty() ? List.of() : List.of(protocol)),
        true);
    in.seal();
    if (options.clientCertificates() != ClientCertificates.NONE) {
      say(StandInMessages.CERTIFICATE_REQUEST, List.of());
    }
    say(StandInMessages.certificates(identity.chain()), false);
    finish();
  }
}
