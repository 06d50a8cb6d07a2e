package io.tendril.core.internal.linux;

import java.io.File;
import java.io.IOException;

/** The descriptors that this process has, by number, for C libraries that cannot close them all. */
final class OpenNumbers {
  private static final String ALL = "/proc/self/fd";

  private OpenNumbers() {}

  /**
   * What is open now.
   *
   * @throws IOException if that cannot be known, for want of a descriptor to look with
   */
  static int[] now() throws IOException {
    String[] names = new File(ALL).list();
    if (names == null) {
      throw new IOException("cannot read " + ALL);
    }
    int[] numbers = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      numbers[i] = Integer.parseInt(names[i]);
    }
    return numbers;
  }
}
