package io.tendril.core.internal.handover;

import io.tendril.core.descriptor.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this process listens at, over all its reactors. A socket is taken out before it is closed,
 * under the same lock that duplicates are made under: so its number is not another file's by then.
 */
public final class OpenSockets {
  /** Those of this process. */
  public static final OpenSockets PROCESS = new OpenSockets();

  /** A socket that listens. */
  public interface Open {
    /** What was asked for when it was opened. */
    String key();

    /** Another descriptor of it. Called from any thread. */
    Descriptor duplicate() throws IOException;

    /** Accepts from this socket as well, which has the same key. Called from any thread. */
    void join(Descriptor socket);

    /** Another process goes on with it, so that nothing is taken away when it is closed. */
    void passedOn();
  }

  /**
   * A duplicate of one, which is its owner's to close.
   *
   * @param key what was asked for when it was opened
   */
  public record Kept(String key, Descriptor descriptor) implements AutoCloseable {
    @Override
    public void close() {
      descriptor.close();
    }
  }

  private final Set<Open> open = new LinkedHashSet<>();

  /** One begins to listen. */
  public synchronized void add(Open socket) {
    open.add(socket);
  }

  /** One is about to be closed. */
  public synchronized void remove(Open socket) {
    open.remove(socket);
  }

  /**
   * A duplicate of each, in the order in which they were opened.
   *
   * @throws IOException if there is no descriptor left; none is open then
   */
  public synchronized List<Kept> duplicates() throws IOException {
    List<Kept> made = new ArrayList<>();
    try {
      for (Open each : open) {
        made.add(new Kept(each.key(), each.duplicate()));
      }
    } catch (IOException | RuntimeException e) {
      made.forEach(Kept::close);
      throw e;
    }
    return made;
  }

  /** Another process goes on with all of them. */
  public synchronized void passedOn() {
    open.forEach(Open::passedOn);
  }

  /**
   * Has what was inherited and not asked for be accepted from by who listens at the same place: the
   * process before had more listeners there. What nobody listens at is closed.
   */
  public void settle(InheritedSockets inherited) {
    inherited
        .takeRest()
        .forEach((number, key) -> {
          Open one = first(key);
          Descriptor socket = Descriptor.adopt(number);
          if (one == null) {
            socket.close();
          } else {
            one.join(socket);
          }
        });
  }

  private synchronized @Nullable Open first(String key) {
    return open.stream().filter(each -> each.key().equals(key)).findFirst().orElse(null);
  }
}
