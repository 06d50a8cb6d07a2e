package io.tendril.core;

/** Thrown by a {@link ProtocolFactory} to turn a connection away. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A refusal, with the reason for the observer: "too many connections from 127.0.0.1". */
  public Refusal(String reason) {
    super(reason, null, false, false);
  }
}
