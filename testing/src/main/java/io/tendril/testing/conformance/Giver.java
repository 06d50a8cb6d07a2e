package io.tendril.testing.conformance;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A listening socket that hands over all that it accepts. */
final class Giver implements Engine.Ready {
  final List<Engine.Handover> given = new ArrayList<>();
  Engine.ListenSocket socket;

  Giver(Rig rig, Engine engine) {
    try {
      socket = engine.listen(rig.anyPort(), SocketSettings.defaults(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    socket.interest(true, false);
    rig.atEnd(socket::close);
  }

  @Override
  public void ready(boolean readable, boolean writable) {
    try {
      for (Engine.Handover next; (next = socket.acceptForOther()) != null; ) {
        given.add(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the next one. */
  Engine.Handover next(Rig rig) {
    rig.until("a connection can be handed over", () -> !given.isEmpty());
    return given.removeFirst();
  }
}
