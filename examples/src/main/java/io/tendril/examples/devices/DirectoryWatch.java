package io.tendril.examples.devices;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import module io.tendril;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Tells what happens in a directory, by inotify(7): a descriptor that can be read while there is
 * news.
 */
public final class DirectoryWatch implements AutoCloseable {
  private static final MethodHandle INIT = Calls.find("inotify_init1", JAVA_INT);
  private static final MethodHandle ADD =
      Calls.find("inotify_add_watch", JAVA_INT, ADDRESS, JAVA_INT);

  private static final int MODIFY = 0x2;
  private static final int MOVED_FROM = 0x40;
  private static final int MOVED_TO = 0x80;
  private static final int CREATE = 0x100;
  private static final int DELETE = 0x200;
  private static final int OVERFLOW = 0x4000;
  private static final int ONLY_DIRECTORIES = 0x1000000;
  private static final int WANTED = MODIFY | MOVED_FROM | MOVED_TO | CREATE | DELETE;

  /** Where things are in a {@code struct inotify_event}. */
  private static final int MASK = 4;

  private static final int LENGTH = 12;
  private static final int NAME = 16;

  /** What has happened to a file. */
  public enum Change {
    CREATED,
    CHANGED,
    DELETED,
    /** So much has happened that some of it was not told: look for yourself. */
    MISSED
  }

  /** Is told. */
  @FunctionalInterface
  public interface Told {
    /** Something has happened to the file of this name; it is empty for {@link Change#MISSED}. */
    void changed(Change change, String name);
  }

  private final Descriptor descriptor;
  private final Told told;
  private final MemorySegment events = Arena.ofAuto().allocate(4096, 8);

  private DirectoryWatch(Descriptor descriptor, Told told) {
    this.descriptor = descriptor;
    this.told = told;
  }

  static void main(String[] arguments) {
    Reactor.run(reactor ->
        open(reactor, Path.of(arguments[0]), (change, name) -> IO.println(change + " " + name)));
  }

  /** Begins to tell; fails with an IOException where there is no such directory. */
  public static Deferred<DirectoryWatch> open(Reactor reactor, Path directory, Told told) {
    // To look a directory up may take its time, so the pool does.
    return reactor
        .deferToThread(() -> descriptor(directory))
        .thenApply(descriptor -> {
          var watch = new DirectoryWatch(descriptor, told);
          var _ = reactor.watch(descriptor, Interest.READ, _ -> watch.read());
          return watch;
        });
  }

  private static Descriptor descriptor(Path directory) throws IOException {
    int flags = Calls.O_NONBLOCK | Calls.O_CLOEXEC;
    var descriptor =
        Descriptor.adopt(
            Calls.call("inotify_init1", state -> (int) INIT.invokeExact(state, flags)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(directory.toString());
      int number = descriptor.number();
      Calls.call(
          "watching " + directory,
          state -> (int) ADD.invokeExact(state, number, path, WANTED | ONLY_DIRECTORIES));
      return descriptor;
    } catch (IOException e) {
      descriptor.close();
      throw e;
    }
  }

  private void read() throws IOException {
    int end = Calls.read(descriptor.number(), events);
    for (int at = 0; at < end; ) {
      int mask = events.get(JAVA_INT, at + MASK);
      int length = events.get(JAVA_INT, at + LENGTH);
      String name = length == 0 ? "" : events.getString(at + NAME);
      at += NAME + length;
      told.changed(change(mask), name);
    }
  }

  private static Change change(int mask) {
    if ((mask & OVERFLOW) != 0) {
      return Change.MISSED;
    } else if ((mask & (CREATE | MOVED_TO)) != 0) {
      return Change.CREATED;
    }
    return (mask & MODIFY) != 0 ? Change.CHANGED : Change.DELETED;
  }

  /** Ends it, with the watch of its descriptor. */
  @Override
  public void close() {
    descriptor.close();
  }
}
