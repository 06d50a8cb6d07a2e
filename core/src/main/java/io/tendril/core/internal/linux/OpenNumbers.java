package io.tendril.core.internal.linux;

import java.io.File;

/** The descriptors that this process has, by number, for C libraries that cannot close them all. */
final class OpenNumbers {
  private OpenNumbers() {}

  static int[] now() {
    String[] names = new File("/proc/self/fd").list();
    if (names == null) {
      return new int[0];
    }
    int[] numbers = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      numbers[i] = Integer.parseInt(names[i]);
    }
    return numbers;
  }
}
