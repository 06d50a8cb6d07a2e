package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.internal.linux.Kernel.Layout;
import io.tendril.core.unix.DescriptorPassing;
import io.tendril.core.unix.DescriptorsLost;
import io.tendril.core.unix.PeerCredentials;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages with descriptors in them: unix(7), cmsg(3). One engine's UNIX sockets share it. The
 * bytes go through memory outside of the heap, for a message names its memory by address.
 */
final class UnixMessages {
  private static final int ROOM = 64 << 10;

  /** {@code CMSG_SPACE} of the most descriptors that one message can have. */
  private static final int CONTROL = Layout.CMSGHDR + (DescriptorPassing.MOST * 4 + 7) / 8 * 8;

  private final Slab slab;
  private final MemorySegment data;
  private final ByteBuffer bytes;
  private final MemorySegment vector;
  private final MemorySegment control;
  private final MemorySegment message;
  private final MemorySegment credentials;
  private List<Descriptor> passed = List.of();

  UnixMessages(Slab slab) {
    this.slab = slab;
    data = slab.allocate(ROOM);
    bytes = data.asByteBuffer();
    vector = slab.allocate(Layout.IOVEC);
    control = slab.allocate(CONTROL);
    message = slab.allocate(Layout.MSGHDR);
    credentials = slab.allocate(Layout.UCRED);
    vector.set(JAVA_LONG, 0, data.address());
    message.set(JAVA_LONG, Layout.MSGHDR__MSG_IOV, vector.address());
    message.set(JAVA_LONG, Layout.MSGHDR__MSG_IOVLEN, 1);
    message.set(JAVA_LONG, Layout.MSGHDR__MSG_CONTROL, control.address());
  }

  private MemorySegment message(long dataLength, long controlLength) {
    vector.set(JAVA_LONG, Layout.IOVEC__IOV_LEN, dataLength);
    message.set(JAVA_LONG, Layout.MSGHDR__MSG_CONTROLLEN, controlLength);
    message.set(JAVA_INT, Layout.MSGHDR__MSG_FLAGS, 0);
    return message;
  }

  // ---- Receiving ------------------------------------------------------------------------------

  /**
   * Receives bytes, and the descriptors that came with them: {@link #passed}.
   *
   * @return the count, or an error's number, negated
   * @throws DescriptorsLost if there was no room for all; then none is left open
   */
  long receive(int fd, ByteBuffer into) throws DescriptorsLost {
    int most = Math.min(ROOM, into.remaining());
    long count = UnixCalls.receive(slab.state, fd, message(most, CONTROL), Kernel.MSG_CMSG_CLOEXEC);
    if (count < 0) {
      return count;
    }
    long length = message.get(JAVA_LONG, Layout.MSGHDR__MSG_CONTROLLEN);
    passed = length >= Layout.CMSGHDR ? descriptors(length) : List.of();
    if ((message.get(JAVA_INT, Layout.MSGHDR__MSG_FLAGS) & Kernel.MSG_CTRUNC) != 0) {
      passed().forEach(Descriptor::close);
      throw new DescriptorsLost();
    }
    into.put(into.position(), bytes, 0, (int) count).position(into.position() + (int) count);
    return count;
  }

  private List<Descriptor> descriptors(long length) {
    List<Descriptor> found = new ArrayList<>();
    for (long at = 0; at + Layout.CMSGHDR <= length; ) {
      long size = control.get(JAVA_LONG, at);
      if (size < Layout.CMSGHDR) {
        break;
      }
      if (control.get(JAVA_INT, at + Layout.CMSGHDR__CMSG_LEVEL) == Kernel.SOL_SOCKET
          && control.get(JAVA_INT, at + Layout.CMSGHDR__CMSG_TYPE) == Kernel.SCM_RIGHTS) {
        for (long each = Layout.CMSGHDR; each + 4 <= size; each += 4) {
          found.add(OwnedDescriptor.of(control.get(JAVA_INT, at + each)));
        }
      }
      at += (size + 7) / 8 * 8;
    }
    return found;
  }

  /** The descriptors that came last, once. */
  List<Descriptor> passed() {
    List<Descriptor> came = passed;
    passed = List.of();
    return came;
  }

  // ---- Sending --------------------------------------------------------------------------------

  /** Sends bytes and descriptors: the count, or an error's number, negated. */
  long send(int fd, ByteBuffer from, List<? extends Descriptor> descriptors) {
    int length = Math.min(ROOM, from.remaining());
    bytes.put(0, from, from.position(), length);
    int rights = descriptors.size() * 4;
    int space = descriptors.isEmpty() ? 0 : Layout.CMSGHDR + (rights + 7) / 8 * 8;
    control.set(JAVA_LONG, 0, Layout.CMSGHDR + rights);
    control.set(JAVA_INT, Layout.CMSGHDR__CMSG_LEVEL, Kernel.SOL_SOCKET);
    control.set(JAVA_INT, Layout.CMSGHDR__CMSG_TYPE, Kernel.SCM_RIGHTS);
    for (int i = 0; i < descriptors.size(); i++) {
      control.set(JAVA_INT, Layout.CMSGHDR + 4L * i, descriptors.get(i).number());
    }
    return Libc.sendMessage(slab.state, fd, message(length, space), Kernel.MSG_NOSIGNAL);
  }

  // ---- Who is there ---------------------------------------------------------------------------

  PeerCredentials credentials(int fd) throws IOException {
    slab.length.set(JAVA_INT, 0, Layout.UCRED);
    Errno.check(
        Libc.option(
            slab.state, fd, Kernel.SOL_SOCKET, Kernel.SO_PEERCRED, credentials, slab.length));
    return new PeerCredentials(
        credentials.get(JAVA_INT, 0),
        credentials.get(JAVA_INT, Layout.UCRED__UID),
        credentials.get(JAVA_INT, Layout.UCRED__GID));
  }
}
