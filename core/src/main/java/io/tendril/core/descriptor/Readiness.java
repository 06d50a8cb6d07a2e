package io.tendril.core.descriptor;

/**
 * What a watch has found, of what it is interested in, and of what goes wrong.
 *
 * @param readable a read will not wait: there are bytes, or the end
 * @param writable a write will not wait
 * @param urgent something out of the ordinary is there
 * @param hungUp the other side is gone: of a pipe, a terminal, a connection ({@code EPOLLHUP})
 * @param failed there is an error, which a read or a write will tell ({@code EPOLLERR})
 */
public record Readiness(
    boolean readable, boolean writable, boolean urgent, boolean hungUp, boolean failed) {

  /**
   * Whether there is nothing but an end or an error. The watch is without interest from then on,
   * since it would be told of that for ever, until interest is set again.
   */
  public boolean over() {
    return !readable && !writable && !urgent;
  }
}
