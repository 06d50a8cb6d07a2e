package io.tendril.core.internal.net;

import io.tendril.core.Addresses;
import io.tendril.core.ReactorEvent;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.WrongDescriptor;
import io.tendril.core.internal.handover.InheritedSockets;
import io.tendril.core.internal.handover.OpenSockets;
import io.tendril.spi.Descriptors;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a listener as other processes get it.
 *
 * @param key what was asked for when it was opened
 */
record PassedSocket(Door door, String key) implements OpenSockets.Open {

  /** Opens a socket at an address: that which the process before has had there, if it had. */
  static Door.Opening opening(Engine engine, SocketAddress address, SocketSettings settings) {
    String key = Addresses.show(address);
    return keyed(
        key,
        ready -> {
          Engine.ListenSocket before = take(engine, key, ready);
          return before != null ? before : engine.listen(address, settings, ready);
        });
  }

  /** An opening of a socket that another process may ask for. */
  static Door.Opening keyed(String key, Door.Opening opening) {
    return new Door.Opening() {
      @Override
      public Engine.ListenSocket open(Engine.Ready ready) throws IOException {
        return opening.open(ready);
      }

      @Override
      public String key() {
        return key;
      }
    };
  }

  /**
   * Goes on with what the process before has had, if it had such a socket; null if not, or if the
   * number has come to be something else.
   */
  private static Engine.@Nullable ListenSocket take(Engine engine, String key, Engine.Ready ready)
      throws IOException {
    Descriptors descriptors = engine.descriptors();
    Integer number = descriptors == null ? null : InheritedSockets.PROCESS.take(key);
    if (descriptors == null || number == null) {
      return null;
    }
    try {
      Engine.ListenSocket socket = descriptors.listening(Descriptor.adopt(number), ready);
      if (InheritedSockets.PROCESS.owned()) {
        socket.ownsFile(true);
      }
      return socket;
    } catch (WrongDescriptor e) {
      return null; // a variable that was meant for another process
    }
  }

  @Override
  public Descriptor duplicate() throws IOException {
    return door.socket().duplicate();
  }

  @Override
  public void passedOn() {
    onReactor(() -> {
      if (door.isOpen()) {
        door.socket().ownsFile(false);
      }
    });
  }

  @Override
  public void join(Descriptor other) {
    if (!onReactor(() -> door.join(other))) {
      other.close();
    }
  }

  /** Does something in the listener's thread; false if its reactor has ended. */
  private boolean onReactor(Joining action) {
    try {
      door.reactor()
          .execute(() -> {
            try {
              action.run();
            } catch (IOException e) {
              door.reactor().report(new ReactorEvent.CallFailed("an inherited socket", e));
            }
          });
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private interface Joining {
    void run() throws IOException;
  }
}
