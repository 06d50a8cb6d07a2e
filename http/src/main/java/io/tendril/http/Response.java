package io.tendril.http;

import io.tendril.core.Deferred;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * An answer. Immutable, so one may be made once and sent again and again, as long as its body is in
 * memory; each {@code with} method returns a copy that differs in one thing.
 *
 * <p>What frames the message is no business of it: {@code Content-Length}, {@code
 * Transfer-Encoding} and {@code Date} are written by who sends it, from the body and the clock, and
 * dropped here. The one option of {@code Connection} that is obeyed is {@code close}.
 */
public final class Response implements Reply {
  private final int status;
  private final Headers headers;
  private final Body body;

  /** What comes after the common fields, ready to send, of one that is prepared. */
  private final byte @Nullable [] prepared;

  private final @Nullable FailureAnswer otherwise;

  /** What is sent in the place of a response whose content has failed. */
  @FunctionalInterface
  public interface FailureAnswer {
    /** The response to a failure; what this throws takes the failure's place. */
    Response to(Throwable failure) throws Exception;
  }

  /**
   * An answer.
   *
   * @param status 200 to 599
   */
  public Response(int status, Headers headers, Body body) {
    this(status, headers, body, null);
  }

  private Response(int status, Headers headers, Body body, @Nullable FailureAnswer otherwise) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("no final status code: " + status);
    }
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.prepared = null;
    this.otherwise = otherwise;
  }

  private Response(Response other, byte[] prepared) {
    this.status = other.status;
    this.headers = other.headers;
    this.body = other.body;
    this.prepared = prepared;
    this.otherwise = other.otherwise;
  }

  private static final Headers PLAIN = Headers.of("Content-Type", "text/plain; charset=utf-8");
  private static final Headers HTML = Headers.of("Content-Type", "text/html; charset=utf-8");
  private static final Headers JSON = Headers.of("Content-Type", "application/json");

  private static final int FIRST_FAILURE = 400;

  /** Failures that have been asked for: the same ones go to all clients, however many there are. */
  private static final AtomicReferenceArray<@Nullable Response> FAILURES =
      new AtomicReferenceArray<>(200);

  /** A status code, and nothing else. */
  public static Response of(int status) {
    return new Response(status, Headers.empty(), Body.empty());
  }

  /** 200, with text. */
  public static Response plain(String text) {
    return typed(PLAIN, text);
  }

  /** 200, with a page. */
  public static Response html(String page) {
    return typed(HTML, page);
  }

  /** 200, with JSON. */
  public static Response json(String json) {
    return typed(JSON, json);
  }

  private static Response typed(Headers type, String text) {
    return new Response(200, type, Body.of(text));
  }

  /** A status code with its reason phrase as text: all that a client needs to know of a failure. */
  public static Response failure(int status) {
    int index = status - FIRST_FAILURE;
    if (index < 0 || index >= FAILURES.length()) {
      return bare(status);
    }
    Response made = FAILURES.get(index);
    if (made == null) {
      made = bare(status);
      FAILURES.set(index, made);
    }
    return made;
  }

  private static Response bare(int status) {
    return plain((status + " " + Statuses.reason(status)).strip() + "\n").withStatus(status);
  }

  /** 303: the client goes on with a GET of another place. */
  public static Response seeOther(String location) {
    return of(303).with("Location", location);
  }

  /**
   * What becomes of a method that a resource does not have: 405 with {@code Allow} or, for one that
   * RFC 9110 does not know, 501.
   *
   * @param allowed the methods that it has
   */
  public static Response refuseMethod(String method, String... allowed) {
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH" ->
          failure(405).with("Allow", String.join(", ", allowed));
      default -> failure(501);
    };
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The registered reason phrase of the status code, or an empty string. */
  public String reason() {
    return Statuses.reason(status);
  }

  /** The header fields. */
  public Headers headers() {
    return headers;
  }

  /** The first value of a header field, or null. */
  public @Nullable String header(String name) {
    return headers.first(name);
  }

  /** The content. */
  public Body body() {
    return body;
  }

  /** All of the content as UTF-8 text: {@link Body#text}. */
  public Deferred<String> text() {
    return body.text();
  }

  /** With a header field in the place of those of its name. */
  public Response with(String name, String value) {
    return new Response(status, headers.with(name, value), body, otherwise);
  }

  /** With another status code. */
  public Response withStatus(int newStatus) {
    return new Response(newStatus, headers, body, otherwise);
  }

  /** With other content. */
  public Response withBody(Body newBody) {
    return new Response(status, headers, newBody, otherwise);
  }

  /**
   * With an answer to failures of content that flows, as long as none of it has been sent: a server
   * sends that in the place of this response. Without one, the client gets the status of the
   * failure, or 500, as if the handler had failed. A router knows what to answer by itself.
   */
  public Response onFailure(FailureAnswer answer) {
    return new Response(status, headers, body, answer);
  }

  /**
   * The response to a failure of this one's content before its first octet.
   *
   * @throws Exception the failure, if nobody has said what to answer
   */
  public Response answerTo(Throwable failure) throws Exception {
    if (otherwise != null) {
      return otherwise.to(failure);
    }
    switch (failure) {
      case Error error -> throw error;
      case Exception exception -> throw exception;
      default -> throw new IllegalStateException(failure);
    }
  }

  /** The most octets of content that are kept once more, behind the head. */
  private static final int MOST_PREPARED = 8_192;

  /**
   * The same response, encoded once: for one that is sent again and again. Only the date is put in
   * each time. One that closes its connection, or whose content is not in memory or larger than 8
   * KiB, is returned as it is.
   */
  public Response prepare() {
    return body instanceof Body.Octets(var data)
            && data.remaining() <= MOST_PREPARED
            && status != 205
            && !headers.hasToken("Connection", "close")
            && !headers.has("Upgrade")
        ? new Response(this, ResponseEncoder.end(this, data))
        : this;
  }

  /** What comes after the common fields, or null if this is not prepared. */
  byte @Nullable [] preparedEnd() {
    return prepared;
  }

  @Override
  public Reply map(Deferred.Mapper<Response, Response> change) throws Exception {
    return Objects.requireNonNull(change.apply(this));
  }

  @Override
  public String toString() {
    return status + " " + reason() + "\n" + headers;
  }
}
