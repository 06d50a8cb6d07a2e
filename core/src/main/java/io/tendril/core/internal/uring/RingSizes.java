package io.tendril.core.internal.uring;

/**
 * How large an engine's rings and memory are. All but the entries are reserved, and taken page by
 * page as they are used.
 *
 * @param submissions entries of the submission queue; a power of two, 8 at least
 * @param completions entries of the completion queue; a power of two, more than the submissions
 * @param buffers how many buffers the kernel receives into; a power of two
 * @param slots how many messages are collected to be sent at once
 */
record RingSizes(int submissions, int completions, int buffers, int slots) {
  static final RingSizes USUAL = new RingSizes(256, 2048, 256, 256);
}
