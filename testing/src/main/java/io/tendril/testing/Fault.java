package io.tendril.testing;

/**
 * What a {@link Simulation} does wrong. Each time something of the kind happens it is counted, so
 * that a test can tell whether it has met what it was written for: {@link Simulation#count}, {@link
 * SimulationTest#expect}.
 */
public enum Fault {
  /** A datagram or a piece of a stream is lost; streams send it again. */
  LOSS("loses"),
  /** A datagram arrives twice. */
  DUPLICATION("doubles"),
  /** A datagram is held back, and overtaken by later ones. */
  REORDERING("holds back"),
  /** A link lets nothing through for a time, both ways or one way. */
  PARTITION("is cut"),
  /** A link delivers nothing for a time, and all of it after that. */
  STALL("stalls"),
  /** A connection is reset by what lies between, after any byte. */
  RESET("resets"),
  /** An attempt to connect is refused, though somebody listens. */
  REFUSAL("refuses"),
  /** A name that is known does not resolve. */
  UNKNOWN_NAME("does not resolve"),
  /** A host has no descriptor left for a socket. */
  NO_DESCRIPTORS("is out of descriptors"),
  /** A program is killed: the kernel ends its connections. */
  KILL("is killed"),
  /** A host loses power: its peers are not told. */
  POWER_LOSS("loses power"),
  /** A program stands still for a time, as in a long collection or under SIGSTOP. */
  PAUSE("stands still"),
  /** The wall clock of a host jumps. */
  CLOCK_JUMP("jumps in time"),
  /** A file, or a directory, cannot be read. */
  READ_ERROR("cannot be read"),
  /** A file, or a directory, cannot be written: there is no space left. */
  WRITE_ERROR("has no space left"),
  /** What was written cannot be forced to the disk, and never will be on it. */
  FORCE_ERROR("cannot be forced to the disk"),
  /** What was written and not forced is lost with the power, wholly or in part. */
  UNFORCED_LOSS("loses what was not forced"),
  /** A host gets an empty disk. */
  DISK_LOST("has an empty disk");

  private final String words;

  Fault(String words) {
    this.words = words;
  }

  /** What makes draws about it differ from those about others. */
  int salt() {
    return words.hashCode();
  }

  /** As a verb, for the timeline. */
  String words() {
    return words;
  }
}
