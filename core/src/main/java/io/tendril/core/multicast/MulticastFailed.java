package io.tendril.core.multicast;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something about groups that could not be done. The message names the group or the interface. */
public abstract sealed class MulticastFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private MulticastFailed(String message, @Nullable Throwable cause) {
    super(message, cause, true, cause != null);
  }

  /** This machine has no such interface, or has it no more. */
  public static final class UnknownInterface extends MulticastFailed {
    private static final long serialVersionUID = 1L;

    /** Names what was asked for: a name, or an address that no interface has. */
    public UnknownInterface(String name) {
      super("there is no interface '" + name + "'", null);
    }
  }

  /** The socket is a member already, of the group as a whole or of the same sender's part. */
  public static final class AlreadyMember extends MulticastFailed {
    private static final long serialVersionUID = 1L;

    public AlreadyMember(Group group) {
      super("this socket is a member of " + group + " already", null);
    }
  }

  /** The socket is not a member of what it was to leave. */
  public static final class NotMember extends MulticastFailed {
    private static final long serialVersionUID = 1L;

    public NotMember(Group group) {
      super("this socket is not a member of " + group, null);
    }
  }

  /** The system has said no. */
  public static final class Refused extends MulticastFailed {
    private static final long serialVersionUID = 1L;

    /** Says what was to be done: "to join 224.0.0.251". */
    public Refused(String what, IOException cause) {
      super("the system refuses " + what + ": " + cause.getMessage(), cause);
    }
  }
}
