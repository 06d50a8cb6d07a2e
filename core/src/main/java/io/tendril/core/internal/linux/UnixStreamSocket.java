package io.tendril.core.internal.linux;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.unix.PeerCredentials;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.BacklogFull;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection of UNIX sockets. */
final class UnixStreamSocket extends LinuxStreamSocket {
  private final UnixAddress local;
  private List<Descriptor> passed = List.of();

  private UnixStreamSocket(
      LinuxEngine engine, int fd, Engine.Ready ready, UnixAddress local, UnixAddress peer) {
    super(engine, fd, ready, -1, peer);
    this.local = local;
  }

  static int open(Slab slab, int type) throws IOException {
    return Errno.check(Libc.socket(slab.state, Kernel.AF_UNIX, type | FLAGS, /* protocol= */ 0));
  }

  /** A connection that was accepted, its peer's address in the slab; told to nobody yet. */
  static UnixStreamSocket accepted(
      LinuxEngine engine, int fd, UnixAddress local, SocketSettings settings) throws IOException {
    return accepted(engine, fd, local, UnixNames.read(engine.slab), settings);
  }

  /** A connection that was accepted, whose peer's name is known. */
  static UnixStreamSocket accepted(
      LinuxEngine engine, int fd, UnixAddress local, UnixAddress peer, SocketSettings settings)
      throws IOException {
    Slab slab = engine.slab;
    try {
      set(slab, fd, Kernel.SO_SNDBUF, settings.sendBuffer());
    } catch (IOException | RuntimeException e) {
      discard(slab, fd);
      throw e;
    }
    return new UnixStreamSocket(engine, fd, (readable, writable) -> {}, local, peer);
  }

  /** A connection that somebody else has made; its descriptor is closed by whoever has it now. */
  static UnixStreamSocket of(LinuxEngine engine, int fd, SocketSettings settings)
      throws IOException {
    Slab slab = engine.slab;
    Errno.check(Libc.local(slab.state, fd, slab.room(), slab.length));
    UnixAddress local = UnixNames.read(slab);
    Errno.check(Libc.peer(slab.state, fd, slab.room(), slab.length));
    UnixAddress peer = UnixNames.read(slab);
    set(slab, fd, Kernel.SO_SNDBUF, settings.sendBuffer());
    LinuxDescriptors.neverWaits(slab, fd);
    var made = new UnixStreamSocket(engine, fd, (readable, writable) -> {}, local, peer);
    made.mayBeShared();
    return made;
  }

  static UnixStreamSocket connect(
      LinuxEngine engine, UnixAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    Slab slab = engine.slab;
    int fd = open(slab, Kernel.SOCK_STREAM);
    try {
      set(slab, fd, Kernel.SO_SNDBUF, settings.sendBuffer());
      int length = UnixNames.write(address, slab.address);
      connected(Libc.connect(slab.state, fd, slab.address, length));
      return new UnixStreamSocket(engine, fd, ready, UnixAddress.unnamed(), address);
    } catch (IOException | RuntimeException e) {
      discard(slab, fd);
      throw e;
    }
  }

  /** Connecting is done at once, or has failed. */
  static void connected(int result) throws IOException {
    switch (-result) {
      case Kernel.EAGAIN -> throw new BacklogFull();
      case Kernel.ENOENT -> throw new ConnectException("No such file or directory");
      case Kernel.EACCES -> throw new SocketException("Permission denied"); // not that of binding
      default -> Errno.check(result);
    }
  }

  /** With the descriptors that came along, which wait to be asked for until the next read. */
  @Override
  public int read(ByteBuffer into) throws IOException {
    closePassed();
    if (!into.hasRemaining()) {
      return 0;
    }
    UnixMessages messages = engine.messages();
    long count = messages.receive(fd(), into);
    passed = messages.passed();
    return count == 0 ? -1 : (int) orNone(count);
  }

  @Override
  public List<Descriptor> passed() {
    List<Descriptor> came = passed;
    passed = List.of();
    return came;
  }

  private void closePassed() {
    passed().forEach(Descriptor::close);
  }

  @Override
  public boolean passesDescriptors() {
    return true;
  }

  @Override
  public long pass(ByteBuffer data, List<? extends Descriptor> descriptors) throws IOException {
    long sent = orNone(engine.messages().send(fd(), data, descriptors));
    data.position(data.position() + (int) sent);
    return sent;
  }

  @Override
  public @Nullable Object capability(Class<?> wanted) {
    if (wanted != PeerCredentials.class) {
      return super.capability(wanted);
    }
    try {
      return engine.messages().credentials(fd());
    } catch (IOException e) {
      return null; // closed
    }
  }

  @Override
  public void close() {
    closePassed();
    super.close();
  }

  @Override
  public String layer() {
    return "unix";
  }

  @Override
  public SocketAddress local() {
    return local;
  }
}
