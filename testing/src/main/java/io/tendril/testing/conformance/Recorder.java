package io.tendril.testing.conformance;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that writes down every call, and what is wrong about it whatever the case is: a call
 * inside of another one, in another thread, before connectionMade, after connectionLost.
 */
final class Recorder implements Protocol {
  /** This end of the connection. */
  final Transport transport;

  /** What has been called, in order; several dataReceived in a row are one. */
  final List<String> calls = new ArrayList<>();

  /** What no protocol should ever see. */
  final List<String> wrongs = new ArrayList<>();

  /** How often dataReceived was called. */
  int deliveries;

  private final Script script;
  private final Thread home = Thread.currentThread();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private @Nullable ConnectionClosed reason;
  private @Nullable String inside;
  private boolean mayNest;
  private boolean begun;

  Recorder(Script script, Transport transport) {
    this.script = script;
    this.transport = transport;
  }

  /** What says what it does. */
  Script script() {
    return script;
  }

  /** Lets a call come inside of another one: the case runs a nested loop. */
  void mayNest() {
    mayNest = true;
  }

  // ---- What has happened ----------------------------------------------------------------------

  boolean isMade() {
    return begun;
  }

  boolean isLost() {
    return reason != null;
  }

  /** Why it ended. */
  ConnectionClosed reason() {
    ConnectionClosed why = reason;
    if (why == null) {
      throw new AssertionError("the connection is not lost; calls so far: " + calls);
    }
    return why;
  }

  /** Whether the end of input was told. */
  boolean isEnded() {
    return calls.contains("end");
  }

  /** The bytes taken. */
  byte[] bytes() {
    return received.toByteArray();
  }

  int size() {
    return received.size();
  }

  /** The bytes taken, as text. */
  String text() {
    return received.toString(StandardCharsets.UTF_8);
  }

  /** Takes all bytes. */
  void take(ByteBuffer data) {
    take(data, data.remaining());
  }

  /** Takes so many bytes. */
  void take(ByteBuffer data, int count) {
    byte[] some = new byte[count];
    data.get(some);
    received.writeBytes(some);
  }

  // ---- Being called ---------------------------------------------------------------------------

  private @Nullable String enter(String call, String note) {
    if (Thread.currentThread() != home) {
      wrongs.add(call + " in thread " + Thread.currentThread().getName());
    }
    if (inside != null && !mayNest) {
      wrongs.add(call + " inside of " + inside);
    }
    if (!call.equals("connectionMade") && !begun) {
      wrongs.add(call + " before connectionMade");
    }
    if (reason != null) {
      wrongs.add(call + " after connectionLost");
    }
    if (calls.isEmpty() || !(note.equals("data") && calls.getLast().equals("data"))) {
      calls.add(note);
    }
    String outer = inside;
    inside = call;
    return outer;
  }

  @Override
  public void connectionMade() throws Exception {
    if (begun) {
      wrongs.add("connectionMade again");
    }
    begun = true;
    String outer = enter("connectionMade", "made");
    try {
      if (script.made != null) {
        script.made.run(this);
      }
    } finally {
      inside = outer;
    }
  }

  @Override
  public void dataReceived(ByteBuffer data) throws Exception {
    String outer = enter("dataReceived", "data");
    deliveries++;
    if (!data.hasRemaining()) {
      wrongs.add("dataReceived of nothing");
    }
    try {
      if (script.data != null) {
        script.data.run(this, data);
      } else {
        take(data);
      }
    } finally {
      inside = outer;
    }
  }

  @Override
  public boolean endReceived() throws Exception {
    if (isEnded()) {
      wrongs.add("endReceived again");
    }
    String outer = enter("endReceived", "end");
    try {
      return script.end != null && script.end.run(this);
    } finally {
      inside = outer;
    }
  }

  @Override
  public void connectionLost(ConnectionClosed why) throws Exception {
    String outer = enter("connectionLost", "lost " + why.getClass().getSimpleName());
    reason = why;
    try {
      if (script.lost != null) {
        script.lost.run(this);
      }
    } finally {
      inside = outer;
    }
  }

  @Override
  public void drain(Transport connection) {
    calls.add("drain");
    if (script.drain == null) {
      Protocol.super.drain(connection);
      return;
    }
    try {
      script.drain.run(this);
    } catch (Exception e) {
      throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
  }

  @Override
  public int unreadLimit() {
    return script.unreadLimit;
  }

  @Override
  public String toString() {
    return "protocol " + calls;
  }
}
