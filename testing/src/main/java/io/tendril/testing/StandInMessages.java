package io.tendril.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The messages of the stand-in's handshake: a type, a length of three bytes, and texts. */
final class StandInMessages {
  static final int CLIENT_HELLO = 1;
  static final int SERVER_HELLO = 2;
  static final int CERTIFICATE = 11;
  static final int CERTIFICATE_REQUEST = 13;
  static final int FINISHED = 20;

  /** The most of one: a chain of certificates is some kilobytes. */
  private static final int MOST = 1 << 16;

  private static final int HEADER = 4;

  private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();

  /** A message: what it says, and all of it. */
  record Message(int type, ByteBuffer body, ByteBuffer whole) {
    /** What it says, which is all of it. */
    List<String> texts() throws SSLException {
      List<String> texts = new ArrayList<>();
      for (byte[] part : parts()) {
        texts.add(new String(part, UTF_8));
      }
      return texts;
    }

    List<X509Certificate> certificates() throws SSLException {
      List<X509Certificate> chain = new ArrayList<>();
      try {
        var factory = CertificateFactory.getInstance("X.509");
        for (byte[] part : parts()) {
          chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(part)));
        }
      } catch (CertificateException e) {
        throw new SSLException("a certificate that cannot be read", e);
      }
      return List.copyOf(chain);
    }

    private List<byte[]> parts() throws SSLException {
      List<byte[]> parts = new ArrayList<>();
      try {
        while (body.hasRemaining()) {
          var part = new byte[body.getShort() & 0xffff];
          body.get(part);
          parts.add(part);
        }
      } catch (BufferUnderflowException e) {
        throw new SSLException("a message that ends early", e);
      }
      return parts;
    }
  }

  // ---- Writing --------------------------------------------------------------------------------

  static byte[] texts(int type, List<String> texts) {
    return message(type, texts.stream().map(text -> text.getBytes(UTF_8)).toList());
  }

  static byte[] certificates(List<X509Certificate> chain) {
    List<byte[]> parts = new ArrayList<>();
    try {
      for (X509Certificate each : chain) {
        parts.add(each.getEncoded());
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException(e);
    }
    return message(CERTIFICATE, parts);
  }

  private static byte[] message(int type, List<byte[]> parts) {
    int size = parts.stream().mapToInt(part -> 2 + part.length).sum();
    if (size > MOST) {
      throw new IllegalArgumentException("a message of " + size + " bytes");
    }
    ByteBuffer out = ByteBuffer.allocate(HEADER + size).putInt(type << 24 | size);
    for (byte[] part : parts) {
      out.putShort((short) part.length).put(part);
    }
    return out.array();
  }

  // ---- Reading --------------------------------------------------------------------------------

  void arrive(ByteBuffer content) throws SSLException {
    if (arrived.size() + content.remaining() > MOST + HEADER + StandInRecords.MOST) {
      throw new SSLException("a handshake of more than " + MOST + " bytes");
    }
    var bytes = new byte[content.remaining()];
    content.get(bytes);
    arrived.writeBytes(bytes);
  }

  /** Takes the next message; null unless all of one is there. */
  @Nullable Message take() throws SSLException {
    ByteBuffer all = ByteBuffer.wrap(arrived.toByteArray());
    if (all.remaining() < HEADER) {
      return null;
    }
    int header = all.getInt();
    int size = header & 0xffffff;
    if (size > MOST) {
      throw new SSLException("a message of " + size + " bytes");
    }
    if (all.remaining() < size) {
      return null;
    }
    ByteBuffer body = all.slice(HEADER, size);
    arrived.reset();
    arrived.write(all.array(), HEADER + size, all.remaining() - size);
    return new Message(header >>> 24, body, all.slice(0, HEADER + size));
  }
}
