package io.tendril.testing;

/**
 * Thrown out of what a blocking call does with a file after its program has been killed: nothing of
 * the call happens any more that anybody could see.
 */
final class ProgramKilled extends Error {
  private static final long serialVersionUID = 1;

  ProgramKilled(String host) {
    super("the program of host '" + host + "' has been killed", null, false, false);
  }
}
