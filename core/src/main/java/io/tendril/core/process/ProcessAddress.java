package io.tendril.core.process;

import java.net.SocketAddress;

/** A child process as the peer of a connection. */
public final class ProcessAddress extends SocketAddress {
  private static final long serialVersionUID = 1L;
  private final String program;
  private final long pid;

  /**
   * Names a process.
   *
   * @param program as it was asked for
   * @param pid its number
   */
  public ProcessAddress(String program, long pid) {
    this.program = program;
    this.pid = pid;
  }

  /** The program, as it was asked for. */
  public String program() {
    return program;
  }

  /** The number of its process. */
  public long pid() {
    return pid;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProcessAddress that && pid == that.pid && program.equals(that.program);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(pid);
  }

  /** {@code process 4711 (/usr/bin/bc)}. */
  @Override
  public String toString() {
    return "process " + pid + " (" + program + ")";
  }
}
