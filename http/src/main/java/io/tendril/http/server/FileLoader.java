package io.tendril.http.server;

import io.tendril.http.Headers;
import io.tendril.http.HttpFailure;
import io.tendril.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is at a path, and reads or opens it. All of it blocks.
 *
 * @param tree what may be seen
 * @param types the media types of files
 * @param index the name of the file that stands for its directory
 * @param listing whether a directory without such a file is listed
 * @param precompressed whether files may lie beside themselves in another coding
 * @param fields what each response is to have
 * @param largest octets of a file whose content is read into memory
 * @param sending makes of the others what is sent best
 */
record FileLoader(
    FileTree tree,
    ContentTypes types,
    String index,
    boolean listing,
    boolean precompressed,
    Headers fields,
    int largest,
    Sending sending) {

  /** How many entries of a directory are listed. */
  private static final int MOST_LISTED = 10_000;

  /** Two changes within this time may leave a file with the same time of change. */
  private static final long COARSEST_SECONDS = 2;

  /** How often a file is read that changes while it is. */
  private static final int ATTEMPTS = 3;

  /** Makes of an open file what is sent best. */
  @FunctionalInterface
  interface Sending {
    FileChannel of(FileChannel file, Path path, @Nullable Object key);
  }

  FileLoader withSending(Sending newSending) {
    return new FileLoader(tree, types, index, listing, precompressed, fields, largest, newSending);
  }

  FileLoader withTree(FileTree newTree) {
    return new FileLoader(newTree, types, index, listing, precompressed, fields, largest, sending);
  }

  FileLoader withTypes(ContentTypes newTypes) {
    return new FileLoader(tree, newTypes, index, listing, precompressed, fields, largest, sending);
  }

  FileLoader withIndex(String newIndex) {
    return new FileLoader(tree, types, newIndex, listing, precompressed, fields, largest, sending);
  }

  FileLoader withoutListing() {
    return new FileLoader(tree, types, index, false, precompressed, fields, largest, sending);
  }

  FileLoader withoutPrecompressed() {
    return new FileLoader(tree, types, index, listing, false, fields, largest, sending);
  }

  FileLoader withFields(Headers newFields) {
    return new FileLoader(tree, types, index, listing, precompressed, newFields, largest, sending);
  }

  FileLoader withLargest(int octets) {
    return new FileLoader(tree, types, index, listing, precompressed, fields, octets, sending);
  }

  /**
   * Looks.
   *
   * @param known what was there before; whatever of it is still true is in the result again
   * @param now the wall time, not after this call
   */
  Resource look(TargetPath path, Resource.@Nullable Served known, Instant now) throws IOException {
    return switch (tree.find(path.segments())) {
      case FileTree.RegularFile file when !path.directory() -> served(file, known, now);
      case FileTree.Directory directory when path.directory() ->
          directory(path, directory, known, now);
      case FileTree.Directory _ -> new Resource.Slashless();
      case null, default -> new Resource.Nothing();
    };
  }

  private Resource directory(
      TargetPath path, FileTree.Directory directory, Resource.@Nullable Served known, Instant now)
      throws IOException {
    FileTree.RegularFile file = tree.file(directory, index);
    if (file != null) {
      return served(file, known, now);
    }
    if (!listing) {
      return new Resource.Nothing();
    }
    List<FileTree.Entry> entries = tree.list(directory, MOST_LISTED);
    String page = Listing.page(path.segments(), entries, entries.size() == MOST_LISTED);
    var headers = fields.toBuilder();
    headers.set("Content-Type", "text/html; charset=utf-8");
    headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    headers.set("X-Content-Type-Options", "nosniff");
    return new Resource.Page(new Response(200, headers.build(), Response.html(page).body()));
  }

  // ---- Files ----------------------------------------------------------------------------------

  private Resource served(FileTree.RegularFile file, Resource.@Nullable Served known, Instant now)
      throws IOException {
    var variants = new ArrayList<Variant>();
    variants.add(new Variant(Coding.IDENTITY, file));
    if (precompressed) {
      for (Coding coding : Coding.COMPRESSED) {
        FileTree.RegularFile beside = tree.beside(file, coding.suffix());
        // One that is older is of another state of the file.
        if (beside != null && !beside.modified().isBefore(file.modified())) {
          variants.add(new Variant(coding, beside));
        }
      }
    }
    String type = types.of(String.valueOf(file.path().getFileName()));
    var description = new Representation.Description(type, variants.size() > 1, fields);
    var representations = new ArrayList<Representation>();
    boolean settled = true;
    try {
      for (Variant variant : variants) {
        Representation same = same(known, variant, description);
        Representation shown = same != null ? same : read(variant, description);
        if (shown != null) {
          representations.add(shown);
        } else if (variant.coding() == Coding.IDENTITY) {
          return new Resource.Nothing();
        }
        settled &= variant.file().modified().isBefore(now.minusSeconds(COARSEST_SECONDS));
      }
    } catch (IOException | RuntimeException e) {
      // In this thread nobody else has them yet.
      representations.removeIf(each -> known != null && known.representations().contains(each));
      representations.forEach(Representation::release);
      throw e;
    }
    return new Resource.Served(List.copyOf(representations), settled);
  }

  private record Variant(Coding coding, FileTree.RegularFile file) {}

  private static @Nullable Representation same(
      Resource.@Nullable Served known, Variant variant, Representation.Description description) {
    if (known == null || !known.settled()) {
      return null;
    }
    for (Representation each : known.representations()) {
      if (each.coding() == variant.coding() && each.shows(variant.file(), description)) {
        return each;
      }
    }
    return null;
  }

  /** A file with its content; null if it is gone, or nothing to be served any more. */
  private @Nullable Representation read(Variant variant, Representation.Description description)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      OpenedFile opened = tree.open(variant.file());
      if (opened == null) {
        return null;
      }
      FileTree.RegularFile file = opened.file();
      if (file.size() > largest) {
        FileChannel channel = sending.of(opened.channel(), file.path(), file.key());
        return Representation.of(file, variant.coding(), description, channel);
      }
      try (FileChannel channel = opened.channel()) {
        ByteBuffer octets = ByteBuffer.allocate((int) file.size());
        while (octets.hasRemaining() && channel.read(octets, octets.position()) >= 0) {}
        if (!octets.hasRemaining()) {
          return Representation.of(file, variant.coding(), description, octets.flip());
        }
      }
      if (attempt == ATTEMPTS) {
        throw new HttpFailure(503, "the file was cut short each time it was read");
      }
    }
  }
}
