package io.tendril.core.internal.process;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.process.Command;
import io.tendril.core.process.Wiring;
import io.tendril.spi.Children;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A program on its way: begun in the reactor's thread, started in one of the pool, and back. Who
 * does not want it any more says so at any moment, and whichever of the two comes last to know puts
 * an end to it.
 */
final class Attempt {
  private final List<Descriptor> given = new ArrayList<>();
  private Command command;
  private Children.@Nullable Child child;
  private boolean begun;
  private boolean abandoned;

  /**
   * Makes the command's descriptors its own, since their owners may close them meanwhile.
   *
   * @throws IOException if there are none left
   */
  Attempt(Command command) throws IOException {
    this.command = command;
    for (var each : command.wiring().entrySet()) {
      if (each.getValue() instanceof Wiring.Given(Descriptor descriptor)) {
        Descriptor own;
        try {
          own = descriptor.duplicate();
        } catch (IOException | RuntimeException e) {
          closeGiven();
          throw e;
        }
        given.add(own);
        this.command = this.command.descriptor(each.getKey(), Wiring.of(own));
      }
    }
  }

  /** In a thread of the pool. */
  Children.Child start(Children children) {
    synchronized (this) {
      if (abandoned) {
        throw new CancellationException();
      }
      begun = true;
    }
    Children.Child started;
    try {
      started = children.start(command);
    } finally {
      closeGiven();
    }
    synchronized (this) {
      if (!abandoned) {
        child = started;
        return started;
      }
    }
    started.discard();
    throw new CancellationException();
  }

  /** In the reactor's thread: it is wanted, and this is over. */
  synchronized void taken() {
    child = null;
    abandoned = true;
  }

  /**
   * It is not wanted any more.
   *
   * @return what has been started and not been taken, to be discarded; null if there is none yet
   */
  synchronized Children.@Nullable Child abandon() {
    Children.Child left = child;
    child = null;
    if (!abandoned && !begun) {
      closeGiven();
    }
    abandoned = true;
    return left;
  }

  private void closeGiven() {
    given.forEach(Descriptor::close);
    given.clear();
  }
}
