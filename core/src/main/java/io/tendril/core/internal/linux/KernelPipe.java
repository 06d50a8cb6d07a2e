package io.tendril.core.internal.linux;

import io.tendril.core.internal.net.Splicing;

/** A pipe of the kernel, of one engine. */
final class KernelPipe implements Splicing.Pipe {
  private final KernelPipes owner;

  /** The end that is read from. */
  final int out;

  /** The end that is written to. */
  final int in;

  int held;

  KernelPipe(KernelPipes owner, int out, int in) {
    this.owner = owner;
    this.out = out;
    this.in = in;
  }

  @Override
  public int held() {
    return held;
  }

  @Override
  public void release() {
    owner.giveBack(this);
  }
}
