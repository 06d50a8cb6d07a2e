package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.http.HttpFailure;
import io.tendril.http.PercentEncoding;
import io.tendril.http.Request;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The paths of a router as a tree of segments. It is built first and only read after. Looking a
 * path up compares octets where they are, and makes a string only of a segment that is encoded.
 */
final class PathTree {
  private final Node root = new Node(new byte[0], 0);
  private final Set<String> methods = new LinkedHashSet<>();

  /** One segment. */
  private static final class Node {
    private final byte[] text;
    private final int hash;

    /** What follows as text, by hash; the next free place is taken where that is not free. */
    private @Nullable Node[] literals = new Node[2];

    private int literalCount;
    private @Nullable Node parameter;
    private @Nullable Endpoint endpoint;

    /** What has all that comes after the slash behind this. */
    private @Nullable Endpoint rest;

    Node(byte[] text, int hash) {
      this.text = text;
      this.hash = hash;
    }

    /** The node of a text, made if it is not there. */
    Node literalOf(String segment) {
      Node known = literal(segment);
      if (known != null) {
        return known;
      }
      byte[] octets = segment.getBytes(UTF_8);
      var added = new Node(octets, hash(octets));
      if (++literalCount * 2 > literals.length) {
        Node[] old = Arrays.stream(literals).filter(node -> node != null).toArray(Node[]::new);
        literals = new Node[literals.length * 2];
        for (Node node : old) {
          place(node);
        }
      }
      place(added);
      return added;
    }

    private void place(Node node) {
      int at = node.hash & literals.length - 1;
      while (literals[at] != null) {
        at = at + 1 & literals.length - 1;
      }
      literals[at] = node;
    }

    @Nullable Node literal(String segment) {
      byte[] octets = segment.getBytes(UTF_8);
      int octetsHash = hash(octets);
      for (int at = octetsHash & literals.length - 1; ; at = at + 1 & literals.length - 1) {
        Node node = literals[at];
        if (node == null || (node.hash == octetsHash && Arrays.equals(node.text, octets))) {
          return node;
        }
      }
    }

    /** As the other, for the octets of a request's path. */
    @Nullable Node literal(Request request, int start, int end, int octetsHash) {
      for (int at = octetsHash & literals.length - 1; ; at = at + 1 & literals.length - 1) {
        Node node = literals[at];
        if (node == null || (node.hash == octetsHash && node.isAt(request, start, end))) {
          return node;
        }
      }
    }

    private boolean isAt(Request request, int start, int end) {
      if (end - start != text.length) {
        return false;
      }
      for (int i = 0; i < text.length; i++) {
        if (request.pathOctet(start + i) != text[i]) {
          return false;
        }
      }
      return true;
    }
  }

  private static int hash(byte[] octets) {
    int hash = 0;
    for (byte octet : octets) {
      hash = step(hash, octet);
    }
    return hash;
  }

  private static int step(int hash, byte octet) {
    return (hash + octet) * 0x9e3779b1 ^ hash >>> 15;
  }

  // ---- Building -------------------------------------------------------------------------------

  /** Adds a route; throws an IllegalArgumentException if there is one like it. */
  void add(Endpoint.Route route, Scope scope) {
    Node node = root;
    boolean rest = false;
    for (PathPattern.Segment segment : route.pattern().segments()) {
      switch (segment) {
        case PathPattern.Literal(var text) -> node = node.literalOf(text);
        case PathPattern.Parameter _ -> {
          Node next = node.parameter;
          if (next == null) {
            next = new Node(new byte[0], 0);
            node.parameter = next;
          }
          node = next;
        }
        case PathPattern.Rest _ -> rest = true;
      }
    }
    Endpoint known = rest ? node.rest : node.endpoint;
    Endpoint endpoint = known == null ? new Endpoint(scope) : known;
    endpoint.add(route);
    if (rest) {
      node.rest = endpoint;
    } else {
      node.endpoint = endpoint;
    }
    if (!route.method().equals(Endpoint.ANY)) {
      methods.add(route.method());
    }
  }

  /** The methods of all routes, as the value of {@code Allow}. */
  String methods() {
    return String.join(", ", Endpoint.allowed(List.copyOf(methods)));
  }

  // ---- Looking up -----------------------------------------------------------------------------

  /**
   * What is at the first octets of a request's path.
   *
   * @param length how many octets
   * @param slash whether to look for that with a slash behind it
   * @throws HttpFailure 400 if a segment is encoded wrongly
   */
  @Nullable Endpoint find(Request request, int length, boolean slash) {
    return find(root, request, 1, length, slash);
  }

  /** Below a node, from the segment that begins at {@code start}. Not deeper than the tree. */
  private static @Nullable Endpoint find(
      Node node, Request request, int start, int length, boolean slash) {
    int end = start;
    int hash = 0;
    boolean encoded = false;
    for (; end < length; end++) {
      byte octet = request.pathOctet(end);
      if (octet == '/') {
        break;
      }
      encoded |= octet == '%';
      hash = step(hash, octet);
    }
    Node literal;
    boolean dots;
    if (encoded) {
      String text = PercentEncoding.decode(request.path().substring(start, end));
      literal = node.literal(text);
      dots = PathPattern.isDots(text);
    } else {
      literal = node.literal(request, start, end, hash);
      dots = isDots(request, start, end);
    }
    Endpoint found = literal == null ? null : next(literal, request, end, length, slash);
    if (found == null && node.parameter != null && end > start && !dots) {
      found = next(node.parameter, request, end, length, slash);
    }
    return found == null ? node.rest : found;
  }

  private static @Nullable Endpoint next(
      Node node, Request request, int end, int length, boolean slash) {
    if (end < length) {
      return find(node, request, end + 1, length, slash);
    }
    if (!slash) {
      return node.endpoint;
    }
    Node empty = node.literal("");
    return empty != null && empty.endpoint != null ? empty.endpoint : node.rest;
  }

  private static boolean isDots(Request request, int start, int end) {
    return end - start <= 2
        && end > start
        && request.pathOctet(start) == '.'
        && request.pathOctet(end - 1) == '.';
  }
}
