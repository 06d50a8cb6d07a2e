package io.tendril.core.internal.linux;

import io.tendril.core.descriptor.WrongDescriptor;
import java.io.IOException;
import java.net.SocketAddress;

/** What is open under a number, as a socket that listens. */
public final class ListeningFile {
  private ListeningFile() {}

  /**
   * Where the socket of a number listens. It is looked at, and nothing is done to it.
   *
   * @throws WrongDescriptor if there is no stream socket that listens under the number
   * @throws IOException if it cannot be found out, or the C library cannot be called
   */
  public static SocketAddress address(int number) throws IOException {
    String missing = LinuxEngine.unavailable();
    if (missing != null) {
      throw new IOException("no descriptors: " + missing);
    }
    var slab = new Slab();
    OpenFile file = OpenFile.of(slab, number);
    if (!file.isKnown() || !file.isStream() || !file.listening()) {
      throw file.insteadOf("a stream socket that listens");
    }
    if (file.isInternet()) {
      return Names.local(slab, number);
    }
    Errno.check(Libc.local(slab.state, number, slab.room(), slab.length));
    return UnixNames.read(slab);
  }
}
