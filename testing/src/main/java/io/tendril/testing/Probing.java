package io.tendril.testing;

import io.tendril.spi.SocketSettings;
import java.time.Duration;

/**
 * Keep-alive (RFC 9293, section 3.8.4) of one end of a stream: asks now and then whether the other
 * end is still there. One that is not, since its host has lost power meanwhile, answers with a
 * reset; where nobody answers, the connection times out.
 *
 * <p>It asks whether there is traffic or not, which programs do not see.
 */
final class Probing {
  private static final Duration IDLE = Duration.ofHours(2);
  private static final Duration INTERVAL = Duration.ofSeconds(75);
  private static final int COUNT = 9;

  private final MemoryStream here;
  private final MemoryStream there;
  private final MemoryLink link;
  private final SocketSettings settings;
  private int unanswered;

  private Probing(MemoryStream here, MemoryStream there, MemoryLink link, SocketSettings settings) {
    this.here = here;
    this.there = there;
    this.link = link;
    this.settings = settings;
  }

  /** Begins to ask, if settings say so. */
  static void begin(MemoryStream here, MemoryStream there, SocketSettings settings) {
    if (settings.keepAlive()) {
      MemoryLink link = here.host().network().link(here.host(), there.host());
      new Probing(here, there, link, settings).waitIdle();
    }
  }

  private static Duration orUsual(Duration setting, Duration usual) {
    return setting.isZero() ? usual : setting;
  }

  private void waitIdle() {
    after(orUsual(settings.keepAliveIdle(), IDLE), this::ask);
  }

  private void after(Duration delay, Runnable action) {
    link.network().clock().after(delay.toNanos(), action);
  }

  private void ask() {
    if (!here.takesBytes()) {
      return; // it is over
    }
    unanswered++;
    link.carryOnce(Parcel.of(link, here, there, this::asked, () -> {}));
    after(orUsual(settings.keepAliveInterval(), INTERVAL), this::judge);
  }

  private void asked() {
    if (there.isKnown()) {
      link.carryOnce(Parcel.of(link, there, here, () -> unanswered = 0, () -> {}));
    } else {
      there.refuse(here);
    }
  }

  private void judge() {
    int most = settings.keepAliveCount() > 0 ? settings.keepAliveCount() : COUNT;
    if (unanswered == 0) {
      waitIdle();
    } else if (unanswered < most) {
      ask();
    } else if (here.takesBytes()) {
      here.connectionTimedOut();
    }
  }
}
