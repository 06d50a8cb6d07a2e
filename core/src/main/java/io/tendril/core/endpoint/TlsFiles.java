package io.tendril.core.endpoint;

import io.tendril.core.internal.tls.IdentityFiles;
import io.tendril.core.tls.ClientCertificates;
import io.tendril.core.tls.TlsKeyFiles;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * @param reload how often a server looks whether its files have changed; zero for never
 * @param alpn application protocols, best first
 * @param engine the name of the TLS engine; null for the best one
 */
record TlsFiles(
    @Nullable Path cert,
    @Nullable Path key,
    @Nullable Path password,
    @Nullable Path directory,
    @Nullable Path trust,
    Duration reload,
    ClientCertificates clients,
    TlsProfile profile,
    List<String> alpn,
    @Nullable String engine) {

  private static final String NEVER = "never";
  private static final Duration OFTEN = Duration.ofSeconds(10);

  static TlsFiles read(Arguments arguments) {
    ClientCertificates clients = arguments.option("clients", oneOf(ClientCertificates.class));
    TlsProfile profile = arguments.option("profile", oneOf(TlsProfile.class));
    Duration reload = arguments.option("reload", TlsFiles::interval);
    List<String> alpn = arguments.option("alpn", text -> List.of(text.split(",", -1)));
    var files =
        new TlsFiles(
            arguments.option("cert", Path::of),
            arguments.option("key", Path::of),
            arguments.option("password", Path::of),
            arguments.option("dir", Path::of),
            arguments.option("trust", Path::of),
            reload == null ? OFTEN : reload,
            clients == null ? ClientCertificates.NONE : clients,
            profile == null ? TlsProfile.MODERN : profile,
            alpn == null ? List.of() : alpn,
            arguments.option("engine", name -> name));
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

  private static Duration interval(String value) {
    return value.equals(NEVER) ? Duration.ZERO : Arguments.seconds(value);
  }

  boolean hasIdentity() {
    return cert != null || directory != null;
  }

  // ---- Reading the files ----------------------------------------------------------------------

  /** A server's files, not read yet. */
  TlsKeyFiles keys() {
    TlsKeyFiles files;
    if (directory != null) {
      files = TlsKeyFiles.inDirectory(directory);
    } else if (cert != null) {
      files = key == null ? TlsKeyFiles.of(cert) : TlsKeyFiles.of(cert, key);
    } else {
      throw new IllegalArgumentException("no certificate is named");
    }
    return password == null ? files : files.withPassword(password);
  }

  TlsOptions server(TlsKeyFiles keys) throws IOException {
    keys.load();
    TlsOptions options =
        trust == null
            ? TlsOptions.server(keys)
            : TlsOptions.server(keys, clients, new IdentityFiles().certificates(trust));
    return changed(options);
  }

  TlsOptions client(String host) throws IOException {
    var reading = new IdentityFiles();
    return changed(
        TlsOptions.client(
            host,
            trust == null ? null : reading.certificates(trust),
            cert == null ? null : reading.identity(cert, key, password)));
  }

  private TlsOptions changed(TlsOptions options) {
    TlsOptions on = engine == null ? options : options.withEngine(engine);
    return on.withProfile(profile).withApplicationProtocols(alpn.toArray(String[]::new));
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
    show(text, "reload", reload.equals(OFTEN) ? null : show(reload));
    show(text, "clients", clients == ClientCertificates.NONE ? null : lower(clients));
    show(text, "profile", profile == TlsProfile.MODERN ? null : lower(profile));
    show(text, "engine", engine);
    show(text, "alpn", alpn.isEmpty() ? null : String.join(",", alpn));
    return text.toString();
  }

  private static String show(Duration interval) {
    return interval.isZero() ? NEVER : SocketArguments.seconds(interval);
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
