package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.core.internal.linux.Kernel.Layout;
import io.tendril.core.unix.UnixAddress;
import java.lang.foreign.MemorySegment;

/** Addresses of UNIX sockets in the kernel's form, {@code sockaddr_un}: unix(7). */
final class UnixNames {
  private UnixNames() {}

  /** Reads the address that a call has put into the slab. */
  static UnixAddress read(Slab slab) {
    int end = Math.min(slab.length.get(JAVA_INT, 0), Layout.SOCKADDR_UN);
    int length = Math.max(0, end - Layout.SOCKADDR_UN__SUN_PATH);
    MemorySegment name = slab.address.asSlice(Layout.SOCKADDR_UN__SUN_PATH, length);
    // A path is told with the NUL at its end; an abstract name begins with one, and may have more.
    if (length > 0 && name.get(JAVA_BYTE, 0) != 0) {
      int path = 0;
      while (path < length && name.get(JAVA_BYTE, path) != 0) {
        path++;
      }
      name = name.asSlice(0, path);
    }
    return UnixAddress.ofOctets(name.toArray(JAVA_BYTE));
  }

  /**
   * Writes an address.
   *
   * @return how long it is
   */
  static int write(UnixAddress address, MemorySegment to) {
    byte[] octets = address.octets();
    to.fill((byte) 0);
    to.set(JAVA_SHORT, 0, (short) Kernel.AF_UNIX);
    to.asSlice(Layout.SOCKADDR_UN__SUN_PATH, octets.length).copyFrom(MemorySegment.ofArray(octets));
    int end = Layout.SOCKADDR_UN__SUN_PATH + octets.length;
    return address.isPath() ? end + 1 : end;
  }
}
