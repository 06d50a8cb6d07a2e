package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.HttpDate;
import io.tendril.http.HttpFailure;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files below a directory.
 *
 * <p>Nothing outside of it can be had, by any encoding of a path or by a symbolic link; nor can
 * hidden files, whose names begin with a dot. It answers conditional requests (RFC 9110, section
 * 13) and single ranges (section 14); a directory is its {@code index.html}, else a listing.
 *
 * <p>The file system is asked in the blocking pool; the kernel sends large files by itself.
 * Immutable; each {@code with} method returns a copy that differs in one thing.
 */
public final class StaticFiles implements HttpHandler {
  /** Files up to this size are read; larger ones are sent by the kernel. */
  private static final int READ_THROUGH = 32_768;

  /** How many entries of a directory are listed. */
  private static final int MOST_LISTED = 10_000;

  private final FileTree tree;
  private final String index;
  private final boolean listing;

  private StaticFiles(FileTree tree, String index, boolean listing) {
    this.tree = tree;
    this.index = index;
    this.listing = listing;
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
    return new StaticFiles(new FileTree(root), "index.html", true);
  }

  /** With another name for the file that stands for its directory. */
  public StaticFiles withIndex(String name) {
    return new StaticFiles(tree, name, listing);
  }

  /** Without listings: a directory that has no index is 404. */
  public StaticFiles withoutListing() {
    return new StaticFiles(tree, index, false);
  }

  @Override
  public Reply handle(Request request) {
    if (!request.method().equals("GET") && !request.isHead()) {
      return Response.refuseMethod(request.method(), "GET", "HEAD");
    }
    var path = TargetPath.of(request.path());
    Reactor reactor = Reactor.current();
    Instant now = reactor.clock().now();
    return Reply.when(delivered(reactor.deferToThread(() -> look(request, path, now))));
  }

  /** Hands a response over, or closes its file if nobody waits for it any more. */
  private static Deferred<Response> delivered(Deferred<Response> looking) {
    Promise<Response> promise = Promise.create();
    looking
        .thenAccept(response -> {
          if (promise.isDone()) {
            ResponseWriter.release(response.body());
          } else {
            promise.succeed(response);
          }
        })
        .exceptionally(failure -> {
          if (!promise.isDone()) {
            promise.fail(failure);
          }
          return null;
        });
    return promise.deferred();
  }

  // ---- In the blocking pool -------------------------------------------------------------------

  private Response look(Request request, TargetPath path, Instant now) throws IOException {
    return switch (tree.find(path.segments())) {
      case FileTree.RegularFile file when !path.directory() -> answer(request, file, now);
      case FileTree.Directory directory when path.directory() ->
          answer(request, path, directory, now);
      case FileTree.Directory _ -> withSlash(request);
      case null, default -> Response.failure(404);
    };
  }

  /** Relative links in a directory's page need the slash at the end of its path. */
  private static Response withSlash(Request request) {
    String query = request.query();
    return Response.failure(301)
        .with("Location", request.path() + "/" + (query == null ? "" : "?" + query));
  }

  private Response answer(
      Request request, TargetPath path, FileTree.Directory directory, Instant now)
      throws IOException {
    FileTree.RegularFile file = tree.file(directory, index);
    if (file != null) {
      return answer(request, file, now);
    }
    if (!listing) {
      return Response.failure(404);
    }
    List<FileTree.Entry> entries = tree.list(directory, MOST_LISTED);
    boolean root = path.segments().isEmpty();
    String shown = root ? "/" : "/" + String.join("/", path.segments()) + "/";
    return Response.html(Listing.page(shown, root, entries, entries.size() == MOST_LISTED))
        .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        .with("X-Content-Type-Options", "nosniff");
  }

  private static Response answer(Request request, FileTree.RegularFile file, Instant now)
      throws IOException {
    var validators = Validators.of(file);
    var headers = new Headers.Builder();
    headers.add("ETag", validators.etag());
    headers.add("Last-Modified", HttpDate.format(validators.modified()));
    return switch (validators.evaluate(request.headers())) {
      case FAILED -> Response.failure(412);
      case NOT_MODIFIED -> new Response(304, headers.build(), Body.empty());
      case PROCEED -> {
        headers.add("Accept-Ranges", "bytes");
        headers.add("Content-Type", ContentTypes.of(String.valueOf(file.path().getFileName())));
        headers.add("X-Content-Type-Options", "nosniff");
        yield content(request, file, range(request, file, validators, now), headers);
      }
    };
  }

  private static @Nullable ByteRange range(
      Request request, FileTree.RegularFile file, Validators validators, Instant now) {
    List<String> ranges = request.headers().all("Range");
    return ranges.size() == 1
            && !request.isHead()
            && validators.rangeApplies(request.headers(), now)
        ? ByteRange.parse(ranges.getFirst(), file.size())
        : null;
  }

  private static Response content(
      Request request,
      FileTree.RegularFile file,
      @Nullable ByteRange range,
      Headers.Builder headers)
      throws IOException {
    if (request.isHead()) {
      return new Response(200, headers.build(), new Body.Withheld(file.size()));
    }
    if (range == null) {
      return new Response(200, headers.build(), body(file, 0, file.size()));
    }
    if (!range.satisfiable()) {
      return Response.failure(416).with("Content-Range", "bytes */" + file.size());
    }
    headers.add("Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + file.size());
    return new Response(206, headers.build(), body(file, range.first(), range.length()));
  }

  private static Body body(FileTree.RegularFile file, long position, long length)
      throws IOException {
    FileChannel channel = LocalFiles.open(file.path());
    if (length > READ_THROUGH) {
      return new Body.FilePart(channel, position, length);
    }
    try (channel) {
      var buffer = ByteBuffer.allocate((int) length);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new HttpFailure(500, "the file was cut short while it was read");
        }
      }
      return new Body.Octets(buffer.flip().asReadOnlyBuffer());
    }
  }
}
