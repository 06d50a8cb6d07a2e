package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes what a client sends as a server would, in pieces cut at will, and tells what it found.
 */
final class Conversations {
  private final HttpLimits limits;
  private final List<String> found = new ArrayList<>();
  private final RequestDecoder requests;
  private ContentDecoder content;
  private StringBuilder collected;
  private ByteBuffer unread = ByteBuffer.allocate(0);
  private boolean violated;

  private Conversations(HttpLimits limits) {
    this.limits = limits;
    this.requests =
        new RequestDecoder(
            limits,
            length -> {
              content = new ContentDecoder(length, limits);
              collected = new StringBuilder();
              return Body.empty();
            });
  }

  /** What is found in octets that arrive cut at these positions. */
  static List<String> found(HttpLimits limits, byte[] octets, int... cuts) {
    var conversation = new Conversations(limits);
    int from = 0;
    for (int cut : cuts) {
      conversation.receive(octets, from, cut);
      from = cut;
    }
    conversation.receive(octets, from, octets.length);
    return conversation.found;
  }

  static List<String> found(String text) {
    return found(HttpLimits.defaults(), text.getBytes(ISO_8859_1));
  }

  /** What is found in octets that arrive one by one. */
  static List<String> foundOneByOne(HttpLimits limits, byte[] octets) {
    var cuts = new int[octets.length];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = i + 1;
    }
    return found(limits, octets, cuts);
  }

  private void receive(byte[] octets, int from, int to) {
    var next = ByteBuffer.allocate(unread.remaining() + to - from);
    unread = next.put(unread).put(octets, from, to - from).flip();
    try {
      while (!violated && step()) {}
    } catch (HttpViolation violation) {
      violated = true;
      found.add("refused " + violation.status());
    }
  }

  private boolean step() {
    if (content != null) {
      ByteBuffer piece = content.next(unread);
      if (piece != null) {
        collected.append(ISO_8859_1.decode(piece));
      }
      if (content.done()) {
        found.add("content " + collected + trailers());
        content = null;
        return true;
      }
      return piece != null;
    }
    Request request = requests.next(unread);
    if (request != null) {
      found.add(request.toString().strip().replace("\n", " | "));
    }
    return request != null;
  }

  private String trailers() {
    return content.trailers().size() == 0
        ? ""
        : " | " + content.trailers().toString().strip().replace("\n", " | ");
  }
}
