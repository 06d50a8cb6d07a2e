package io.tendril.core.process;

import io.tendril.core.ConnectionClosed;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection to a child process has ended, and so has the process. */
public final class ProcessEnded extends ConnectionClosed.ByProtocol {
  private static final long serialVersionUID = 1L;
  private final transient ExitStatus status;

  /**
   * Says how it ended.
   *
   * @param cause what went wrong on the connection before, such as a broken pipe; null if nothing
   */
  public ProcessEnded(SocketAddress peer, ExitStatus status, @Nullable Throwable cause) {
    super(
        peer, cause == null ? status.toString() : status + " (" + cause.getMessage() + ")", cause);
    this.status = status;
  }

  /** How it ended. */
  public ExitStatus status() {
    return status;
  }

  /** Whether its status is 0, and it has read all that was written to it. */
  @Override
  public boolean isClean() {
    return status.isSuccess() && getCause() == null;
  }
}
