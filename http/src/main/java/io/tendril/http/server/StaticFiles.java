package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.http.Headers;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files below a directory, at its own path or {@link Routes#mount mounted} below
 * another.
 *
 * <pre>{@code
 * HttpServer.of(StaticFiles.of(Path.of("www")).withIndex("start.html"))
 * }</pre>
 *
 * <p>Nothing outside of it can be had, by any encoding of a path or by a symbolic link; nor can
 * hidden files, whose names begin with a dot; nor anything but regular files. It answers
 * conditional requests (RFC 9110, section 13) and ranges (section 14). A directory is its {@code
 * index.html}, else a listing. Where {@code x.br}, {@code x.zst} or {@code x.gz} lies beside {@code
 * x} and is not older, it is what clients get who accept that coding.
 *
 * <p>The file system is asked in the blocking pool. Small files that were asked for lately are
 * answered from memory, and larger ones kept open for the kernel to send, within {@link
 * FileCacheLimits}; whether they have changed is looked up at most once a second.
 *
 * <p>Immutable; each {@code with} method returns a copy that differs in one thing. It may be used
 * in several reactors, and has a cache in each.
 */
public final class StaticFiles implements HttpHandler {
  private final FileLoader loader;
  private final FileCacheLimits limits;
  private final Map<Reactor, FileCache> caches = new ConcurrentHashMap<>();

  /** The cache that was used last: there is but one reactor as a rule. */
  private @Nullable FileCache latest;

  private StaticFiles(FileLoader loader, FileCacheLimits limits) {
    this.loader = loader;
    this.limits = limits;
  }

  /** The files below a directory; fails with an IOException if that is none. */
  public static Deferred<StaticFiles> open(Reactor reactor, Path root) {
    return reactor.deferToThread(() -> {
      if (!LocalFiles.isDirectory(root)) {
        throw new NotDirectoryException("there is no directory '" + root + "'");
      }
      return of(root);
    });
  }

  /** The files below a directory, which need not be there yet. */
  public static StaticFiles of(Path root) {
    var limits = FileCacheLimits.defaults();
    var tree = new FileTree(root, false, false);
    var loader =
        new FileLoader(
            tree,
            ContentTypes.usual(),
            "index.html",
            true,
            true,
            Headers.empty(),
            limits.largest(),
            (file, path, key) -> file);
    return new StaticFiles(loader, limits);
  }

  /** With another name for the file that stands for its directory. */
  public StaticFiles withIndex(String name) {
    if (!TargetPath.isName(name)) {
      throw new IllegalArgumentException("no name of a file: '" + name + "'");
    }
    return new StaticFiles(loader.withIndex(name), limits);
  }

  /** Without listings: a directory that has no index is 404. */
  public StaticFiles withoutListing() {
    return new StaticFiles(loader.withoutListing(), limits);
  }

  /** Without looking for compressed variants beside files. */
  public StaticFiles withoutPrecompressed() {
    return new StaticFiles(loader.withoutPrecompressed(), limits);
  }

  /** With symbolic links that lead out of the directory; those within it are followed anyway. */
  public StaticFiles withLinksOut() {
    return new StaticFiles(loader.withTree(loader.tree().withLinksOut()), limits);
  }

  /** With hidden files, whose names begin with a dot. */
  public StaticFiles withHidden() {
    return new StaticFiles(loader.withTree(loader.tree().withHidden()), limits);
  }

  /**
   * With header fields in each response that has a file or a listing, in place of those of their
   * names that would be there: {@code Cache-Control}, for example.
   */
  public StaticFiles withFields(Headers fields) {
    return new StaticFiles(loader.withFields(fields), limits);
  }

  /**
   * With a media type for files whose name ends with a dot and this.
   *
   * @param extension {@code txt}, in any case
   * @param type {@code text/plain; charset=utf-8}
   */
  public StaticFiles withType(String extension, String type) {
    return new StaticFiles(loader.withTypes(loader.types().with(extension, type)), limits);
  }

  /** With other limits of what is kept at hand. */
  public StaticFiles withCache(FileCacheLimits newLimits) {
    return new StaticFiles(loader.withLargest(newLimits.largest()), newLimits);
  }

  @Override
  public Reply handle(Request request) {
    return switch (request.method()) {
      case "GET", "HEAD" -> cache().answer(request);
      case "OPTIONS" -> Response.of(204).with("Allow", "GET, HEAD, OPTIONS");
      default -> Response.refuseMethod(request.method(), "GET", "HEAD", "OPTIONS");
    };
  }

  private FileCache cache() {
    Reactor reactor = Reactor.current();
    FileCache known = latest;
    if (known == null || known.reactor() != reactor) {
      known = caches.computeIfAbsent(reactor, this::newCache);
      latest = known;
    }
    return known;
  }

  private FileCache newCache(Reactor reactor) {
    var cache = new FileCache(reactor, loader, limits);
    reactor.afterStop("static files", () -> forget(reactor));
    return cache;
  }

  private Deferred<Void> forget(Reactor reactor) {
    FileCache cache = caches.remove(reactor);
    if (cache != null) {
      cache.clear();
    }
    latest = null;
    return Deferred.done();
  }
}
