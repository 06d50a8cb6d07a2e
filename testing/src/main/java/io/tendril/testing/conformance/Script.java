package io.tendril.testing.conformance;

import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A factory of protocols that write down what they are told, and do what the case says. Without a
 * hook a {@link Recorder} takes all bytes, and closes at the end as protocols do by default.
 */
final class Script implements ProtocolFactory<Recorder> {
  /** Something that a protocol does. */
  @FunctionalInterface
  interface Hook {
    void run(Recorder protocol) throws Exception;
  }

  /** What a protocol does with bytes; what it leaves in the buffer is unread. */
  @FunctionalInterface
  interface DataHook {
    void run(Recorder protocol, ByteBuffer data) throws Exception;
  }

  /** What a protocol does at the end of input; whether it goes on writing. */
  @FunctionalInterface
  interface EndHook {
    boolean run(Recorder protocol) throws Exception;
  }

  /** What happens before there is a protocol. */
  @FunctionalInterface
  interface BuildHook {
    void run(Transport transport) throws Exception;
  }

  /** The protocols built, in order. */
  final List<Recorder> built = new ArrayList<>();

  int started;
  int stopped;
  int unreadLimit = 65_536;
  @Nullable BuildHook build;
  @Nullable Hook made;
  @Nullable DataHook data;
  @Nullable EndHook end;
  @Nullable Hook lost;
  @Nullable Hook drain;

  Script onBuild(BuildHook hook) {
    build = hook;
    return this;
  }

  Script onMade(Hook hook) {
    made = hook;
    return this;
  }

  Script onData(DataHook hook) {
    data = hook;
    return this;
  }

  Script onEnd(EndHook hook) {
    end = hook;
    return this;
  }

  /** Goes on after the end of input. */
  Script halfClosing() {
    return onEnd(protocol -> true);
  }

  Script onLost(Hook hook) {
    lost = hook;
    return this;
  }

  Script onDrain(Hook hook) {
    drain = hook;
    return this;
  }

  Script unreadLimit(int bytes) {
    unreadLimit = bytes;
    return this;
  }

  @Override
  public Recorder build(Transport transport) throws Exception {
    if (build != null) {
      build.run(transport);
    }
    var protocol = new Recorder(this, transport);
    built.add(protocol);
    return protocol;
  }

  /** The only protocol that there is. */
  Recorder only() {
    if (built.size() != 1) {
      throw new AssertionError("built " + built.size() + " protocols, not one");
    }
    return built.getFirst();
  }

  @Override
  public void started() {
    started++;
  }

  @Override
  public void stopped() {
    stopped++;
  }
}
