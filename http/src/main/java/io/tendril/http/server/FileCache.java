package io.tendril.http.server;

import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that one reactor has served, by path. A file that was looked at within the last second
 * is answered at once; else the blocking pool looks, once for all who ask for it meanwhile.
 */
final class FileCache {
  /** What an entry takes besides the content. */
  private static final int ENTRY = 1024;

  private final Reactor reactor;
  private final FileLoader loader;
  private final FileCacheLimits limits;
  private final long freshNanos;

  /** From the one that has not been asked for the longest to the latest. */
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<String, Look> looking = new HashMap<>();
  private long weight;
  private int openFiles;

  private record Entry(Resource.Served resource, long looked) {}

  private record Waiting(Request request, Promise<Response> promise) {}

  /**
   * A look that is under way.
   *
   * @param known what it goes by and may find unchanged, held until it ends: its entry may be given
   *     up meanwhile
   */
  private record Look(List<Waiting> waiting, Resource.@Nullable Served known) {
    void release(List<Representation> kept) {
      if (known != null) {
        known.release(kept);
      }
    }
  }

  FileCache(Reactor reactor, FileLoader loader, FileCacheLimits limits) {
    this.reactor = reactor;
    this.loader = loader.withSending(reactor.network()::toSend);
    this.limits = limits;
    this.freshNanos = limits.fresh().toNanos();
  }

  Reactor reactor() {
    return reactor;
  }

  Reply answer(Request request) {
    String path = request.path();
    Entry entry = entries.get(path);
    if (entry != null && reactor.clock().nanoTime() - entry.looked() < freshNanos) {
      return entry.resource().answer(request);
    }
    return Reply.when(look(request, path, entry).deferred());
  }

  private Promise<Response> look(Request request, String path, @Nullable Entry entry) {
    Promise<Response> promise = Promise.create();
    Look other = looking.get(path);
    if (other != null) {
      other.waiting().add(new Waiting(request, promise));
      return promise;
    }
    TargetPath target = TargetPath.of(path);
    Resource.@Nullable Served known = entry == null ? null : entry.resource();
    if (known != null) {
      known.hold();
    }
    var waiting = new ArrayList<Waiting>();
    waiting.add(new Waiting(request, promise));
    looking.put(path, new Look(waiting, known));
    // What is found was true when the look began, not when it ended.
    long began = reactor.clock().nanoTime();
    Instant now = reactor.clock().now();
    reactor
        .deferToThread(() -> loader.look(target, known, now))
        .thenAccept(resource -> found(path, resource, began))
        .exceptionally(failure -> {
          failed(path, failure);
          return null;
        });
    return promise;
  }

  private void found(String path, Resource resource, long began) {
    Look look = looking.remove(path);
    Entry old = entries.remove(path);
    List<Representation> fresh =
        resource instanceof Resource.Served served ? served.representations() : List.of();
    if (old != null) {
      forget(path, old, fresh);
    }
    if (look != null) {
      // What is unchanged belongs to the new entry, by the hold of the old one if that was there.
      look.release(old == null ? fresh : List.of());
    }
    try {
      for (Waiting each : look == null ? List.<Waiting>of() : look.waiting()) {
        if (!each.promise().isDone()) {
          each.promise().succeed(resource.answer(each.request()));
        }
      }
    } finally {
      if (resource instanceof Resource.Served served) {
        keep(path, new Entry(served, began));
      }
    }
  }

  private void failed(String path, Throwable failure) {
    Look look = looking.remove(path);
    if (look == null) {
      return;
    }
    look.release(List.of());
    for (Waiting each : look.waiting()) {
      if (!each.promise().isDone()) {
        each.promise().fail(failure);
      }
    }
  }

  // ---- What is kept ---------------------------------------------------------------------------

  private void keep(String path, Entry entry) {
    entries.put(path, entry);
    weight += weight(path, entry);
    openFiles += entry.resource().openFiles();
    Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
    while (oldest.hasNext() && (weight > limits.octets() || openFiles > limits.openFiles())) {
      Map.Entry<String, Entry> next = oldest.next();
      // Files give up what is short: a small one needs no descriptor.
      if (weight > limits.octets() || next.getValue().resource().openFiles() > 0) {
        oldest.remove();
        forget(next.getKey(), next.getValue(), List.of());
      }
    }
  }

  private void forget(String path, Entry entry, List<Representation> kept) {
    weight -= weight(path, entry);
    openFiles -= entry.resource().openFiles();
    entry.resource().release(kept);
  }

  private static long weight(String path, Entry entry) {
    return ENTRY + 2L * path.length() + entry.resource().weight();
  }

  /** Gives up everything. */
  void clear() {
    entries.forEach((path, entry) -> entry.resource().release(List.of()));
    entries.clear();
    looking.forEach((path, look) -> look.release(List.of()));
    looking.clear();
    weight = 0;
    openFiles = 0;
  }
}
