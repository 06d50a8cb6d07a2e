package io.tendril.core.internal.linux;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.spi.Descriptors;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Descriptors that come from elsewhere, on this engine. */
public class LinuxDescriptors implements Descriptors {
  private final LinuxEngine engine;

  protected LinuxDescriptors(LinuxEngine engine) {
    this.engine = engine;
  }

  /** A connection of TCP. */
  protected Engine.StreamSocket connection(int fd, SocketSettings options) throws IOException {
    return LinuxStreamSocket.adopted(engine, fd, options, LinuxStreamSocket::new);
  }

  /** A socket of TCP that listens, and does not wait. */
  protected Engine.ListenSocket listener(int fd, Engine.Ready ready) {
    return new LinuxListenSocket(engine, fd, ready);
  }

  @Override
  public Watched watch(Descriptor descriptor, Interest interest, Watcher watcher) {
    return LinuxWatch.open(engine, descriptor, interest, watcher);
  }

  @Override
  public Engine.StreamSocket stream(
      @Nullable Descriptor input, @Nullable Descriptor output, Aside aside) throws IOException {
    if (input != null && input == output) {
      OpenFile file = OpenFile.of(engine.slab, input.number());
      if (file.isInternet() && file.isStream() && file.connected()) {
        return connected(input, SocketSettings.defaults());
      }
    }
    return DescriptorStream.open(engine, input, output, aside);
  }

  @Override
  public Engine.StreamSocket connected(Descriptor socket, SocketSettings options)
      throws IOException {
    OpenFile file = OpenFile.of(engine.slab, socket.number());
    if (!file.isKnown() || !file.isStream() || !file.connected()) {
      throw file.insteadOf("a stream socket that is connected");
    }
    checkFree(file);
    Engine.StreamSocket made =
        file.isInternet()
            ? connection(file.number(), options)
            : UnixStreamSocket.of(engine, file.number(), options);
    socket.release();
    return made;
  }

  @Override
  public Engine.ListenSocket listening(Descriptor socket, Engine.Ready ready) throws IOException {
    OpenFile file = OpenFile.of(engine.slab, socket.number());
    if (!file.isKnown() || !file.isStream() || !file.listening()) {
      throw file.insteadOf("a stream socket that listens");
    }
    checkFree(file);
    neverWaits(engine.slab, file.number());
    Engine.ListenSocket made =
        file.isInternet()
            ? listener(file.number(), ready)
            : UnixListenSocket.of(engine, file.number(), ready);
    socket.release();
    return made;
  }

  @Override
  public Engine.DatagramSocket datagram(Descriptor socket, Engine.Ready ready) throws IOException {
    OpenFile file = OpenFile.of(engine.slab, socket.number());
    if (!file.isDatagram() || !file.isInternet()) {
      throw file.insteadOf("a datagram socket of IPv4 or IPv6");
    }
    checkFree(file);
    var made = LinuxDatagramSocket.adopted(engine, file.number(), ready);
    socket.release();
    return made;
  }

  /** Nothing of this engine may have it already. */
  final void checkFree(OpenFile file) throws IOException {
    if (engine.has(file.number())) {
      throw file.insteadOf("free: its reactor has it already");
    }
  }

  /** Sets that calls do not wait and that no child inherits it, for all that share the file. */
  static void neverWaits(Slab slab, int fd) throws IOException {
    int flags = Errno.check(DescriptorCalls.control(slab.state, fd, Kernel.F_GETFL, 0));
    if ((flags & Kernel.O_NONBLOCK) == 0) {
      Errno.check(
          DescriptorCalls.control(slab.state, fd, Kernel.F_SETFL, flags | Kernel.O_NONBLOCK));
    }
    notInherited(slab, fd);
  }

  /** Sets that no child inherits a descriptor. */
  static void notInherited(Slab slab, int fd) throws IOException {
    Errno.check(DescriptorCalls.control(slab.state, fd, Kernel.F_SETFD, Kernel.FD_CLOEXEC));
  }
}
