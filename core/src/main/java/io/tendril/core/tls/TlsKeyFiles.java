package io.tendril.core.tls;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Service;
import io.tendril.core.internal.tls.IdentityFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who a server is, from files that may change while it runs. All of them are read and checked
 * before any of it takes effect, and that happens at once; if something is wrong, what was before
 * stays in force. Only handshakes that begin later are touched.
 *
 * <pre>{@code
 * var keys = TlsKeyFiles.of(Path.of("server.pem"), Path.of("server.key"));
 * keys.load();
 * reactor.listen(TlsServerEndpoint.over(TcpServerEndpoint.port(443), TlsOptions.server(keys)), https);
 * keys.watch(Duration.ofSeconds(10)).runIn(reactor);
 * }</pre>
 *
 * <p>A file has at most 4 MiB, a directory at most 1000 certificates. Used from any thread.
 */
public final class TlsKeyFiles implements TlsKeys {
  private final @Nullable Path certificates;
  private final @Nullable Path key;
  private final @Nullable Path password;
  private final @Nullable Path directory;

  private volatile @Nullable TlsKeys current;

  /** What the files looked like when they were read last, and what was in them. */
  private Map<Path, String> stamps = Map.of();

  private Map<Path, String> found = Map.of();

  /** Whether two readings have found the same: a file may change within one tick of its time. */
  private boolean settled;

  private TlsKeyFiles(
      @Nullable Path certificates,
      @Nullable Path key,
      @Nullable Path password,
      @Nullable Path directory) {
    this.certificates = certificates;
    this.key = key;
    this.password = password;
    this.directory = directory;
  }

  /** Certificates and their key in one file: PEM, or PKCS#12 if it is called .p12 or .pfx. */
  public static TlsKeyFiles of(Path file) {
    return new TlsKeyFiles(file, null, null, null);
  }

  /** Certificates in one PEM file, in any order, and the key of one of them in another. */
  public static TlsKeyFiles of(Path certificates, Path key) {
    return new TlsKeyFiles(certificates, key, null, null);
  }

  /**
   * Everybody in a directory, by the names in the certificates: NAME.pem, with the key in it or in
   * NAME.key. The first in the alphabet is for clients that ask for no name, or for none of these.
   * A certificate without a key is skipped, and so is an authority that stands for no name.
   */
  public static TlsKeyFiles inDirectory(Path directory) {
    return new TlsKeyFiles(null, null, null, directory);
  }

  /** With keys that a password protects: the first line of a file, in UTF-8. Loaded anew. */
  public TlsKeyFiles withPassword(Path file) {
    return new TlsKeyFiles(certificates, key, file, directory);
  }

  /** Who to be. Nobody, before the files are loaded for the first time. */
  @Override
  public boolean usual() {
    TlsKeys now = current;
    return now == null || now.usual();
  }

  @Override
  public @Nullable TlsIdentity identity(String name) {
    TlsKeys now = current;
    return now == null ? null : now.identity(name);
  }

  // ---- Reading --------------------------------------------------------------------------------

  /**
   * Reads the files, and puts what is in them into force. Blocks, so it is for threads other than
   * the reactor's; {@link #reload} is for that one.
   *
   * @throws IOException if a file cannot be read, or what is in it is no good; it names the file
   *     and says what is wrong, and what was before stays in force
   */
  public synchronized void load() throws IOException {
    stamps = look();
    settled = false;
    var reading = new IdentityFiles();
    try {
      current = read(reading);
    } finally {
      found = reading.found();
    }
  }

  /** Loads them if they have changed since they were looked at last: whether they have. */
  private synchronized boolean loadIfChanged() throws IOException {
    Map<Path, String> seen = look();
    boolean same = seen.equals(stamps);
    if (same && (settled || seen.isEmpty())) {
      return false;
    }
    stamps = seen;
    var reading = new IdentityFiles();
    IOException failure = null;
    TlsKeys read = null;
    try {
      read = read(reading);
    } catch (IOException e) {
      failure = e;
    }
    boolean unchanged = reading.found().equals(found);
    settled = same && unchanged;
    found = reading.found();
    if (unchanged) {
      return false;
    } else if (failure != null) {
      throw failure;
    }
    current = read;
    return true;
  }

  private TlsKeys read(IdentityFiles reading) throws IOException {
    if (directory != null) {
      return TlsKeys.byName(reading.identities(directory, password));
    }
    return TlsKeys.of(reading.identity(Objects.requireNonNull(certificates), key, password));
  }

  private Map<Path, String> look() {
    List<Path> files = new ArrayList<>();
    if (directory != null) {
      files.add(directory);
      try {
        files.addAll(IdentityFiles.files(directory));
      } catch (IOException e) {
        files.add(directory); // reading it will say what is wrong
      }
    }
    for (Path each : new Path[] {certificates, key, password}) {
      if (each != null) {
        files.add(each);
      }
    }
    return IdentityFiles.stamps(files);
  }

  // ---- In a reactor ---------------------------------------------------------------------------

  /**
   * Loads the files in the reactor's pool. Its observers hear of it: {@link
   * ReactorEvent.CertificatesReloaded}, or {@link ReactorEvent.ReloadFailed} with what is wrong.
   *
   * @return when it is in force; fails as {@link #load} does
   */
  public Deferred<Void> reload(Reactor reactor) {
    return reactor
        .<Boolean>deferToThread(() -> {
          load();
          return true;
        })
        .whenComplete((loaded, failure) -> tell(reactor, loaded, failure))
        .thenRun(() -> {});
  }

  private void tell(Reactor reactor, @Nullable Boolean loaded, @Nullable Throwable failure) {
    if (failure != null) {
      reactor.report(new ReactorEvent.ReloadFailed(toString(), failure));
    } else if (loaded != null && loaded) {
      reactor.report(new ReactorEvent.CertificatesReloaded(toString()));
    }
  }

  /**
   * A service that looks now and then whether the files have changed, and loads them if so. To look
   * costs one look at each file's time and size, in the pool; whoever writes them need not do it in
   * one step, since what does not fit together is reported once, and looked at again when it has
   * changed.
   *
   * @param interval from look to look: so late may a change be seen
   */
  public Service watch(Duration interval) {
    return new KeyFilesWatch(this, interval);
  }

  /** One look; never fails. */
  Deferred<?> look(Reactor reactor) {
    return reactor
        .<Boolean>deferToThread(this::loadIfChanged)
        .handle(
            changed -> {
              tell(reactor, changed, null);
              return changed;
            },
            failure -> {
              // A pool that is full, or has ended, says nothing about the files.
              tell(reactor, false, failure instanceof IOException ? failure : null);
              return false;
            });
  }

  /** The files' names. */
  @Override
  public String toString() {
    if (directory != null) {
      return directory.toString();
    }
    return certificates + (key == null ? "" : " and " + key);
  }
}
