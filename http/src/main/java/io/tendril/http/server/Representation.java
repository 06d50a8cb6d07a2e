package io.tendril.http.server;

import io.tendril.core.Reactor;
import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.HttpDate;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file as it is sent: as it is, or compressed ahead of time; its content in memory, or open. It
 * answers requests for it, with no look at the file system. Made in the blocking pool, and used in
 * the reactor's thread.
 */
final class Representation {
  /** How a file is to be described besides what it says itself. */
  record Description(String type, boolean varies, Headers fields) {}

  private final FileTree.RegularFile file;
  private final Coding coding;
  private final Description description;
  private final Validators validators;
  private final Headers headers;
  private final Response notModified;

  /** Ready to send, if the content is in memory. */
  private final @Nullable Response whole;

  private final @Nullable ByteBuffer octets;
  private final @Nullable SharedFile open;

  private Representation(
      FileTree.RegularFile file,
      Coding coding,
      Description description,
      @Nullable ByteBuffer octets,
      @Nullable SharedFile open) {
    this.file = file;
    this.coding = coding;
    this.description = description;
    this.octets = octets;
    this.open = open;
    this.validators = Validators.of(file, coding);
    var known = description.fields().toBuilder();
    known.set("ETag", validators.etag());
    known.set("Last-Modified", HttpDate.format(validators.modified()));
    if (description.varies()) {
      known.add("Vary", "Accept-Encoding");
    }
    this.notModified = new Response(304, known.build(), Body.empty());
    set(known, "Accept-Ranges", "bytes");
    set(known, "Content-Type", description.type());
    if (coding != Coding.IDENTITY) {
      known.set("Content-Encoding", coding.token());
    }
    set(known, "X-Content-Type-Options", "nosniff");
    this.headers = known.build();
    this.whole =
        octets == null ? null : new Response(200, headers, new Body.Octets(octets)).prepare();
  }

  /** Unless whoever set the server up said otherwise. */
  private static void set(Headers.Builder fields, String name, String value) {
    if (fields.build().first(name) == null) {
      fields.set(name, value);
    }
  }

  /** A file whose content is in memory. */
  static Representation of(
      FileTree.RegularFile file, Coding coding, Description description, ByteBuffer octets) {
    return new Representation(file, coding, description, octets.asReadOnlyBuffer(), null);
  }

  /** An open file. */
  static Representation of(
      FileTree.RegularFile file, Coding coding, Description description, FileChannel channel) {
    return new Representation(file, coding, description, null, new SharedFile(channel));
  }

  Coding coding() {
    return coding;
  }

  long size() {
    return file.size();
  }

  /** How much of the memory this takes: the content, and that as it is sent. */
  long weight() {
    return octets == null ? 0 : 2L * octets.remaining();
  }

  boolean isOpen() {
    return open != null;
  }

  /** Whether this is still true of a file. */
  boolean shows(FileTree.RegularFile other, Description otherDescription) {
    return file.equals(other) && description.equals(otherDescription);
  }

  /** It has one more owner. */
  void hold() {
    if (open != null) {
      open.hold();
    }
  }

  /** The owner does not need it any more. */
  void release() {
    if (open != null) {
      open.release();
    }
  }

  // ---- Answering ------------------------------------------------------------------------------

  Response answer(Request request) {
    return request.isConditional() ? conditional(request) : whole(request);
  }

  private Response whole(Request request) {
    if (request.isHead()) {
      return new Response(200, headers, new Body.Withheld(file.size()));
    }
    return whole != null
        ? whole
        : new Response(200, headers, part(new ByteRange(0, file.size() - 1)));
  }

  private Response conditional(Request request) {
    Headers asked = request.headers();
    switch (validators.evaluate(asked)) {
      case FAILED -> {
        return Response.failure(412);
      }
      case NOT_MODIFIED -> {
        return notModified;
      }
      case PROCEED -> {}
    }
    String range = asked.first("Range");
    if (range != null
        && !request.isHead()
        && asked.all("Range").size() == 1
        && validators.rangeApplies(asked, Reactor.current().clock().now())) {
      List<ByteRange> ranges = ByteRange.parse(range, file.size());
      if (ranges != null) {
        return parts(ranges);
      }
    }
    return whole(request);
  }

  private Response parts(List<ByteRange> ranges) {
    return switch (ranges.size()) {
      case 0 -> Response.failure(416).with("Content-Range", "bytes */" + file.size());
      case 1 -> {
        ByteRange range = ranges.getFirst();
        var fields = headers.toBuilder().set("Content-Range", range.of(file.size()));
        yield new Response(206, fields.build(), part(range));
      }
      default -> multipart(ranges);
    };
  }

  /** RFC 9110, section 14.6. */
  private Response multipart(List<ByteRange> ranges) {
    var random = Reactor.current().random();
    String boundary =
        Long.toHexString(random.nextLong() | Long.MIN_VALUE) + Long.toHexString(random.nextLong());
    var parts = new ArrayList<Body>();
    String line = "--";
    for (ByteRange range : ranges) {
      parts.add(
          Body.of(
              line
                  + boundary
                  + "\r\nContent-Type: "
                  + headers.first("Content-Type")
                  + "\r\nContent-Range: "
                  + range.of(file.size())
                  + "\r\n\r\n"));
      parts.add(part(range));
      line = "\r\n--";
    }
    parts.add(Body.of("\r\n--" + boundary + "--\r\n"));
    var fields = headers.toBuilder();
    fields.set("Content-Type", "multipart/byteranges; boundary=" + boundary);
    return new Response(206, fields.build(), new Body.Sequence(parts));
  }

  private Body part(ByteRange range) {
    if (octets != null) {
      return new Body.Octets(octets.slice((int) range.first(), (int) range.length()));
    }
    SharedFile borrowed = open;
    if (borrowed == null) {
      throw new IllegalStateException("content that is neither in memory nor open");
    }
    borrowed.hold();
    return new Body.FilePart(borrowed.channel(), range.first(), range.length(), borrowed::release);
  }
}
