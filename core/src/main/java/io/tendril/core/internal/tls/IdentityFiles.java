package io.tendril.core.internal.tls;

import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys in files. Blocks: used in the pool, by one thread at a time. Whatever is
 * wrong is an {@link IOException} that names the file. It remembers what it has found, so that a
 * later reading can be compared with it.
 */
public final class IdentityFiles {
  /** The most identities in a directory. */
  public static final int MOST = 1_000;

  private static final String PEM = ".pem";

  /** What was found: a digest of what is in a file, or why that cannot be had. */
  private final SortedMap<Path, String> found = new TreeMap<>();

  /** What has been found so far. */
  public Map<Path, String> found() {
    return Map.copyOf(found);
  }

  /** Reading what a file holds: a failure of this kind gets the file's name. */
  private interface Reading<T> {
    T of(byte[] content);
  }

  /**
   * Reads a key and its certificates.
   *
   * @param certificates PEM, or PKCS#12 by the name's end
   * @param key PEM; null if it is in the same file
   * @param password the file whose first line is the password; null for none
   */
  public TlsIdentity identity(Path certificates, @Nullable Path key, @Nullable Path password)
      throws IOException {
    char[] secret = password == null ? new char[0] : password(password);
    String name = certificates.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".p12") || name.endsWith(".pfx")) {
      return read(certificates, content -> TlsIdentity.ofPkcs12(content, secret));
    }
    Path own = key == null ? certificates : key;
    var privateKey = read(own, content -> Pem.key(text(content), secret));
    return read(
        certificates,
        content -> {
          List<X509Certificate> all = Pem.certificates(text(content));
          try {
            return TlsIdentity.of(privateKey, all);
          } catch (IllegalArgumentException e) {
            throw own.equals(certificates)
                ? e
                : new IllegalArgumentException(e.getMessage() + " (the key is in " + own + ")", e);
          }
        });
  }

  /** Reads certificates of whom to trust. */
  public List<X509Certificate> certificates(Path path) throws IOException {
    return read(path, content -> Pem.certificates(text(content)));
  }

  /**
   * Everybody of a directory, in the order of the names: NAME.pem, with the key in it or in
   * NAME.key. Files without a key are no identities; nor are authorities that stand for no name,
   * which are there to be trusted.
   */
  public List<TlsIdentity> identities(Path directory, @Nullable Path password) throws IOException {
    List<TlsIdentity> identities = new ArrayList<>();
    for (Path path : list(directory)) {
      Path beside = keyOf(path);
      boolean apart = Files.exists(beside);
      if (apart || text(bytes(path)).contains("PRIVATE KEY-----")) {
        TlsIdentity identity = identity(path, apart ? beside : null, password);
        if (!isAuthority(identity.certificate())) {
          identities.add(identity);
        }
      }
    }
    if (identities.isEmpty()) {
      throw new IOException(directory + ": there is no certificate with a key in this directory");
    }
    return identities;
  }

  private static boolean isAuthority(X509Certificate certificate) {
    return certificate.getBasicConstraints() >= 0 && TlsNames.offered(certificate).isEmpty();
  }

  /** The certificates of a directory, sorted. */
  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> found =
          all.filter(path -> path.toString().endsWith(PEM)).limit(MOST + 1L).sorted().toList();
      if (found.size() > MOST) {
        throw new IOException(directory + ": there are more than " + MOST + " certificates");
      }
      return found;
    } catch (NoSuchFileException e) {
      throw new IOException("there is no directory " + directory, e);
    } catch (IOException e) {
      throw named(directory, e);
    }
  }

  /** Where the key of a certificate of a directory is, if it is in a file of its own. */
  private static Path keyOf(Path certificate) {
    String name = certificate.getFileName().toString();
    return certificate.resolveSibling(name.substring(0, name.length() - PEM.length()) + ".key");
  }

  private char[] password(Path path) throws IOException {
    String all = new String(bytes(path), StandardCharsets.UTF_8);
    String first = all.lines().findFirst().orElse("");
    if (first.isEmpty()) {
      throw new IOException(path + ": there is no password in it");
    }
    return first.toCharArray();
  }

  private <T> T read(Path path, Reading<T> reading) throws IOException {
    byte[] content = bytes(path);
    try {
      return reading.of(content);
    } catch (IllegalArgumentException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /** PEM is ASCII; what stands between the blocks may be anything. */
  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  private byte[] bytes(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(PemBlock.LONGEST + 1);
      if (content.length > PemBlock.LONGEST) {
        throw new IOException(path + ": it is longer than " + PemBlock.LONGEST + " bytes");
      }
      found.put(path, digest(content));
      return content;
    } catch (IOException e) {
      IOException named = named(path, e);
      found.put(path, String.valueOf(named.getMessage()));
      throw named;
    }
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** The failure in words, with the name of the file. */
  private static IOException named(Path path, IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case NoSuchFileException e -> new IOException("there is no file " + path, e);
      case AccessDeniedException e -> new IOException(path + ": it may not be read", e);
      case NotDirectoryException e -> new IOException(path + ": it is no directory", e);
      default ->
          message.startsWith(path + ": ")
              ? failure
              : new IOException(path + ": " + message, failure);
    };
  }

  // ---- Whether they have changed --------------------------------------------------------------

  /**
   * What can be seen of files without reading them: times, sizes, identity.
   *
   * @return empty if there is a file among them that can be read only once, as a pipe
   */
  public static Map<Path, String> stamps(List<Path> files) {
    Map<Path, String> stamps = new TreeMap<>();
    for (Path path : files) {
      try {
        BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class);
        if (seen.isOther()) {
          return Map.of();
        }
        stamps.put(path, seen.lastModifiedTime() + " " + seen.size() + " " + seen.fileKey());
      } catch (IOException e) {
        stamps.put(path, String.valueOf(e)); // as good as any other state
      }
    }
    return stamps;
  }

  /** The files that count in a directory. */
  public static List<Path> files(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : list(directory)) {
      files.add(path);
      files.add(keyOf(path));
    }
    return files;
  }
}
