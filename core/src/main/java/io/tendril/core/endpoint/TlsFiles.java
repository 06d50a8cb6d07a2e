package io.tendril.core.endpoint;

import io.tendril.core.tls.ClientCertificates;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint string says of TLS, and the files that it names. Reading them blocks: done in
 * the pool.
 *
 * @param cert certificates, PEM or PKCS#12, by the name's end
 * @param key the private key; null if it is in the same file
 * @param password the file that holds the password of the key
 * @param directory PEM files, served by the names in them
 * @param trust whose certificates are trusted
 * @param alpn application protocols, best first
 */
record TlsFiles(
    @Nullable Path cert,
    @Nullable Path key,
    @Nullable Path password,
    @Nullable Path directory,
    @Nullable Path trust,
    ClientCertificates clients,
    TlsProfile profile,
    List<String> alpn) {

  static TlsFiles read(Arguments arguments) {
    ClientCertificates clients = arguments.option("clients", oneOf(ClientCertificates.class));
    TlsProfile profile = arguments.option("profile", oneOf(TlsProfile.class));
    List<String> alpn = arguments.option("alpn", text -> List.of(text.split(",", -1)));
    var files =
        new TlsFiles(
            arguments.option("cert", Path::of),
            arguments.option("key", Path::of),
            arguments.option("password", Path::of),
            arguments.option("dir", Path::of),
            arguments.option("trust", Path::of),
            clients == null ? ClientCertificates.NONE : clients,
            profile == null ? TlsProfile.MODERN : profile,
            alpn == null ? List.of() : alpn);
    if (files.cert != null && files.directory != null) {
      throw arguments.problem("'cert' and 'dir' exclude each other");
    } else if (files.key != null && files.cert == null) {
      throw arguments.problem("'key' without 'cert'");
    } else if (files.clients != ClientCertificates.NONE && files.trust == null) {
      throw arguments.problem("'clients' without 'trust': somebody has to vouch for them");
    }
    return files;
  }

  private static <E extends Enum<E>> Arguments.Reader<E> oneOf(Class<E> type) {
    return value -> {
      List<String> known = new ArrayList<>();
      for (E each : type.getEnumConstants()) {
        String name = each.name().toLowerCase(Locale.ROOT);
        if (name.equals(value)) {
          return each;
        }
        known.add(name);
      }
      throw new IllegalArgumentException(
          EndpointSyntax.quoted(value) + " is none of " + String.join(", ", known));
    };
  }

  boolean hasIdentity() {
    return cert != null || directory != null;
  }

  // ---- Reading the files ----------------------------------------------------------------------

  TlsOptions server() throws IOException {
    TlsKeys keys = directory != null ? TlsKeys.byName(identities(directory)) : alone();
    TlsOptions options =
        trust == null
            ? TlsOptions.server(keys)
            : TlsOptions.server(keys, clients, certificates(trust));
    return changed(options);
  }

  private TlsKeys alone() throws IOException {
    return TlsKeys.of(identity());
  }

  TlsOptions client(String host) throws IOException {
    return changed(
        TlsOptions.client(
            host, trust == null ? null : certificates(trust), cert == null ? null : identity()));
  }

  private TlsOptions changed(TlsOptions options) {
    return options.withProfile(profile).withApplicationProtocols(alpn.toArray(String[]::new));
  }

  private TlsIdentity identity() throws IOException {
    if (cert == null) {
      throw new IllegalArgumentException("no certificate is named");
    }
    char[] secret = password == null ? new char[0] : text(password).strip().toCharArray();
    return identity(cert, key == null ? cert : key, secret);
  }

  private static TlsIdentity identity(Path cert, Path key, char[] secret) throws IOException {
    try {
      String name = cert.toString().toLowerCase(Locale.ROOT);
      if (name.endsWith(".p12") || name.endsWith(".pfx")) {
        return TlsIdentity.ofPkcs12(bytes(cert), secret);
      }
      return TlsIdentity.of(Pem.key(text(key), secret), Pem.certificates(text(cert)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(cert + ": " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> certificates(Path path) throws IOException {
    try {
      return Pem.certificates(text(path));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Everybody of a directory: NAME.pem, with the key in it or in NAME.key; the first is default.
   */
  private static List<TlsIdentity> identities(Path directory) throws IOException {
    List<TlsIdentity> identities = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(path -> path.toString().endsWith(".pem")).sorted().toList();
    } catch (NoSuchFileException e) {
      throw new IOException("there is no directory " + directory, e);
    }
    for (Path path : files) {
      Path beside = Path.of(path.toString().replaceFirst("\\.pem$", ".key"));
      if (Files.exists(beside)) {
        identities.add(identity(path, beside, new char[0]));
      } else if (text(path).contains("PRIVATE KEY-----")) {
        identities.add(identity(path, path, new char[0]));
      }
    }
    if (identities.isEmpty()) {
      throw new IOException("no certificate with a key in " + directory);
    }
    return identities;
  }

  private static String text(Path path) throws IOException {
    return new String(bytes(path), StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(Path path) throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + path, e);
    }
  }

  // ---- Writing --------------------------------------------------------------------------------

  /** The options as they stand in a description, each with a colon before it. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    show(text, "cert", cert);
    show(text, "key", key);
    show(text, "password", password);
    show(text, "dir", directory);
    show(text, "trust", trust);
    show(text, "clients", clients == ClientCertificates.NONE ? null : lower(clients));
    show(text, "profile", profile == TlsProfile.MODERN ? null : lower(profile));
    show(text, "alpn", alpn.isEmpty() ? null : String.join(",", alpn));
    return text.toString();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void show(StringBuilder text, String name, @Nullable Object value) {
    if (value != null) {
      text.append(':').append(name).append('=').append(Endpoints.escape(value.toString()));
    }
  }
}
