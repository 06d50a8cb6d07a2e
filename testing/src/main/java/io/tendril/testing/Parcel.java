package io.tendril.testing;

/** Something on its way over a link: a datagram, a piece of a stream, a call, an answer. */
abstract class Parcel implements Runnable {
  final MemoryHost from;
  final MemoryHost to;

  /** The two ends, for the timeline. */
  final int who;

  final int whom;

  /** How many bytes it is, for bandwidth and timeline. */
  final int size;

  /** What chance decides about this attempt to carry it. */
  Draw draw;

  /** When it is sent again, should it be lost, and how often; set by the link. */
  long retry;

  int left;

  private final MemoryLink link;

  /** One with a draw of the link's. */
  Parcel(MemoryLink link, MemoryHost from, MemoryHost to, int who, int whom, int size) {
    this(link, Draw.from(link.random()), from, to, who, whom, size);
  }

  Parcel(MemoryLink link, Draw draw, MemoryHost from, MemoryHost to, int who, int whom, int size) {
    this.draw = draw;
    this.link = link;
    this.from = from;
    this.to = to;
    this.who = who;
    this.whom = whom;
    this.size = size;
  }

  /** Small things that a connection is made and ended with. */
  static Parcel of(
      MemoryLink link, MemoryStream from, MemoryStream to, Runnable arrive, Runnable giveUp) {
    return new Parcel(link, from.host(), to.host(), from.number(), to.number(), /* size= */ 40) {
      @Override
      void arrive() {
        arrive.run();
      }

      @Override
      void giveUp() {
        giveUp.run();
      }
    };
  }

  /** It is there. */
  abstract void arrive();

  /** It has been lost too often. */
  void giveUp() {}

  /** Its time to arrive has come. */
  @Override
  public final void run() {
    if (to.isOff()) {
      link.lost(this);
    } else {
      arrive();
    }
  }
}
