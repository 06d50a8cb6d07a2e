package io.tendril.core.internal.linux;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.DescriptorAddress;
import io.tendril.spi.Descriptors.Aside;
import io.tendril.spi.Engine;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A stream of one descriptor or of two: one to read of, one to write to. Where there is none to
 * read of, the input ends when the output has been shut; where there is none to write to, writing
 * fails.
 */
final class DescriptorStream implements Engine.StreamSocket {
  private final LinuxEngine engine;
  private final @Nullable StreamEnd input;
  private final @Nullable StreamEnd output;
  private final SocketAddress local;
  private final SocketAddress peer;
  private Engine.Ready ready = (readable, writable) -> {};
  private boolean wantsRead;
  private boolean shut;

  /** Tells of the end of an input that is not there. */
  private final @Nullable AlwaysReady noMoreInput;

  private DescriptorStream(
      LinuxEngine engine, @Nullable StreamEnd input, @Nullable StreamEnd output)
      throws IOException {
    this.engine = engine;
    this.noMoreInput =
        input == null ? AlwaysReady.open(engine, () -> told(wantsRead && shut, false)) : null;
    this.input = input;
    this.output = output;
    StreamEnd socket = input != null && input.file().isInternet() ? input : null;
    Slab slab = engine.slab;
    this.local = socket != null ? Names.local(slab, socket.file().number()) : words(true);
    this.peer = socket != null ? Names.peer(slab, socket.file().number()) : words(false);
    if (input != null) {
      input.told(this::told);
    }
    if (output != null && output != input) {
      output.told(this::told);
    }
  }

  private DescriptorAddress words(boolean numbers) {
    String in = input == null ? "nothing" : describe(input.file(), numbers);
    String out = output == null ? "nothing" : describe(output.file(), numbers);
    return new DescriptorAddress(input == output ? in : in + " and " + out);
  }

  private static String describe(OpenFile file, boolean number) {
    return number ? "descriptor " + file.number() : file.noun();
  }

  // ---- Opening --------------------------------------------------------------------------------

  static DescriptorStream open(
      LinuxEngine engine, @Nullable Descriptor input, @Nullable Descriptor output, Aside aside)
      throws IOException {
    StreamEnd in = input == null ? null : end(engine, input, aside, input == output);
    StreamEnd out = null;
    DescriptorStream made;
    try {
      out = input == output ? in : output == null ? null : end(engine, output, aside, false);
      made = new DescriptorStream(engine, in, out);
    } catch (IOException | RuntimeException e) {
      giveBack(in);
      giveBack(out);
      throw e;
    }
    if (input != null) {
      input.release();
    }
    if (output != null && output != input) {
      output.release();
    }
    return made;
  }

  private static void giveBack(@Nullable StreamEnd end) {
    if (end != null) {
      end.giveBack();
    }
  }

  private static StreamEnd end(LinuxEngine engine, Descriptor descriptor, Aside aside, boolean both)
      throws IOException {
    OpenFile file = OpenFile.of(engine.slab, descriptor.number());
    if (file.isSocket() && (!file.connected() || !file.isStream())) {
      throw file.insteadOf("a stream");
    } else if (file.mode() == Kernel.S_IFDIR) {
      throw file.insteadOf("something to read of or to write to");
    }
    engine.descriptors().checkFree(file);
    LinuxDescriptors.notInherited(engine.slab, file.number());
    int probed = engine.probe(file.number());
    if (probed == -Kernel.EPERM) {
      if (both) {
        throw file.insteadOf("something that is read of and written to at once");
      }
      return new FileEnd(engine, file, aside);
    }
    Errno.check(probed);
    return new PolledEnd(engine, file, Unwaiting.of(engine.slab, file));
  }

  // ---- Readiness ------------------------------------------------------------------------------

  @Override
  public void ready(Engine.Ready next) {
    ready = next;
  }

  private void told(boolean readable, boolean writable) {
    ready.ready(readable, writable);
  }

  @Override
  public void interest(boolean readable, boolean writable) {
    wantsRead = readable;
    if (input != null && input == output) {
      input.want(readable, writable);
      return;
    }
    if (input != null) {
      input.want(readable, false);
    } else if (noMoreInput != null) {
      noMoreInput.tell(readable && shut);
    }
    if (output != null) {
      output.want(false, writable);
    }
  }

  // ---- Bytes ----------------------------------------------------------------------------------

  @Override
  public String layer() {
    return "descriptors";
  }

  @Override
  public boolean finishConnect() {
    return true;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return input != null ? input.read(into) : shut ? -1 : 0;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    if (output == null) {
      throw new IOException("there is nothing to write to");
    }
    return output.write(from, offset, length);
  }

  @Override
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    ByteBuffer part = engine.slab.filePart();
    part.limit((int) Math.min(part.capacity(), count));
    file.read(part, position);
    part.flip();
    return part.hasRemaining() ? write(new ByteBuffer[] {part}, 0, 1) : 0;
  }

  @Override
  public long unsent() {
    return output == null ? 0 : output.unsent();
  }

  @Override
  public void checkSent() throws IOException {
    if (output != null) {
      output.checkWritten();
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void shutdownOutput() throws IOException {
    if (output != null) {
      output.checkWritten();
    }
    shut = true;
    if (output != null) {
      output.shutOutput(); // a socket may be behind the other descriptor, too
      if (output != input) {
        output.close();
      }
    }
    if (noMoreInput != null) {
      noMoreInput.tell(wantsRead);
    }
  }

  /** Only a socket takes unread bytes for a reason to throw away what was sent last. */
  @Override
  public boolean lingers() {
    return input != null && input.file().isSocket();
  }

  @Override
  public void close() {
    if (noMoreInput != null) {
      noMoreInput.close();
    }
    if (input != null) {
      input.close();
    }
    if (output != null) {
      output.close();
    }
  }

  @Override
  public void abort() {
    if (input != null) {
      input.abort();
    }
    if (output != null) {
      output.abort();
    }
    close();
  }

  // ---- Who is there ---------------------------------------------------------------------------

  @Override
  public SocketAddress local() {
    return local;
  }

  @Override
  public SocketAddress peer() {
    return peer;
  }
}
