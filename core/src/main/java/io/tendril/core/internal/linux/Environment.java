package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tendril.core.process.Command;
import io.tendril.spi.Family;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The environment of a child, made from this process's own without reading it as text. */
final class Environment {
  private static final int MOST = 1 << 20;

  private Environment() {}

  /** Pointers to {@code NAME=value}, and NULL. */
  static MemorySegment of(Command command, Arena arena) {
    var changes = command.environment();
    List<MemorySegment> entries = new ArrayList<>();
    if (command.inheritsEnvironment()) {
      for (MemorySegment own : own()) {
        String name = name(own);
        if (!changes.containsKey(name) && !Family.isForThisProcessAlone(name)) {
          entries.add(own);
        }
      }
    }
    changes.forEach((name, value) -> {
      if (value != null) {
        entries.add(arena.allocateFrom(name + "=" + value));
      }
    });
    MemorySegment vector = arena.allocate(ADDRESS, entries.size() + 1L);
    for (int i = 0; i < entries.size(); i++) {
      vector.setAtIndex(ADDRESS, i, entries.get(i));
    }
    return vector;
  }

  /** What this process's {@code environ} points to. */
  @SuppressWarnings("restricted") // the C library's own memory, of whatever length
  private static List<MemorySegment> own() {
    List<MemorySegment> all = new ArrayList<>();
    MemorySegment vector = Libc.symbol("environ").reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0);
    if (vector.address() == 0) {
      return all;
    }
    MemorySegment entries = vector.reinterpret(Long.MAX_VALUE);
    for (int i = 0; i < MOST; i++) {
      MemorySegment entry = entries.getAtIndex(ADDRESS, i);
      if (entry.address() == 0) {
        break;
      }
      all.add(entry.reinterpret(Long.MAX_VALUE));
    }
    return all;
  }

  private static String name(MemorySegment entry) {
    String text = entry.getString(0, UTF_8);
    int equals = text.indexOf('=');
    return equals < 0 ? text : text.substring(0, equals);
  }
}
