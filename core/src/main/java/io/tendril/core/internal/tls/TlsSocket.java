package io.tendril.core.internal.tls;

import io.tendril.core.tls.TlsSession;
import io.tendril.spi.Engine;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsEngine.Step;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket that speaks TLS over another one: a socket of an engine, or one of these.
 *
 * <pre>
 *   HANDSHAKE --established--> OPEN --failure--> FAILED
 *       \---------------failure---------------------^      any --close, abort--> CLOSED
 * </pre>
 *
 * <p>In HANDSHAKE it reads and writes on its own account, and its user can do neither; who ends the
 * output then has given up. In OPEN either direction ends by itself, where the version of TLS
 * allows that. In FAILED the failure has been thrown once, the alert about it is on its way, and
 * what still comes is passed on as it is, for the user to discard.
 *
 * <p>Readiness is level-triggered as that of any socket. What the layer below cannot know of, since
 * it is in here (plaintext, whole records, an end, a failure), is reported from a task of the loop,
 * once a turn for as long as the user is interested.
 */
public final class TlsSocket implements Engine.StreamSocket, Engine.Ready {
  /** What it needs of the reactor that it lives in. */
  public interface Surroundings {
    /** What the TLS sockets there share. */
    TlsBuffers buffers();

    /** An engine has been closed. */
    default void closed(TlsEngine engine) {}

    /** Runs a task in the reactor's thread, soon and not from inside of this call. */
    void later(Runnable task);

    /**
     * Runs a task elsewhere, then a continuation in the reactor's thread, with what the task threw.
     * The continuation may come from inside of this call.
     */
    void offload(Runnable task, Consumer<@Nullable Throwable> then);
  }

  /** Is told what comes of the handshake, once. */
  public interface Outcome {
    void established(TlsSession session);

    void failed(IOException failure);
  }

  private static final int WANTS_READ = 1;
  private static final int WANTS_WRITE = 1 << 1;
  private static final int BUSY = 1 << 2;
  private static final int DRIVING = 1 << 3;
  private static final int SCHEDULED = 1 << 4;
  private static final int ENDED = 1 << 5;
  private static final int SHUT_WANTED = 1 << 6;
  private static final int SHUT = 1 << 7;
  private static final int FAILED = 1 << 8;
  private static final int CLOSED = 1 << 9;
  private static final int DRAINING = 1 << 10;

  /** The most reads in a row of what nobody wants. */
  private static final int DRAINED_AT_ONCE = 4;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Engine.StreamSocket lower;
  private final TlsEngine engine;
  private final Surroundings surroundings;
  private final TlsInput input;
  private final TlsOutput output;
  private Engine.Ready ready;
  private @Nullable Outcome outcome;
  private @Nullable TlsSession session;

  /** A failure that the user has not been told of. */
  private @Nullable IOException failure;

  private int flags;

  /**
   * Takes a socket over. Nothing happens before {@link #begin}.
   *
   * @param outcome is told of the handshake's end; null to learn of it by reading and writing
   */
  public TlsSocket(
      Engine.StreamSocket lower,
      TlsEngine engine,
      Surroundings surroundings,
      Engine.Ready ready,
      @Nullable Outcome outcome) {
    this.lower = lower;
    this.engine = engine;
    this.surroundings = surroundings;
    this.ready = ready;
    this.outcome = outcome;
    this.input = new TlsInput(engine, lower, surroundings.buffers());
    this.output = new TlsOutput(engine, lower, surroundings.buffers());
    lower.ready(this);
  }

  /** Whether a peer that begins with this may be speaking TLS. */
  public static boolean mayBeRecord(ByteBuffer first) {
    return TlsInput.mayBeRecord(first);
  }

  /**
   * Begins with what was read from the socket before this was there.
   *
   * @param early no more than a record; not kept
   */
  public void begin(ByteBuffer early) {
    input.begin(early);
    begin();
  }

  /** Begins the handshake, on a socket that is connected. */
  public void begin() {
    drive();
    update();
  }

  private boolean is(int flag) {
    return (flags & flag) != 0;
  }

  private void set(int flag, boolean on) {
    flags = on ? flags | flag : flags & ~flag;
  }

  /** Whether the handshake waits for the peer, and not for this side. */
  public boolean waitsForPeer() {
    return session == null && !is(BUSY);
  }

  // ---- Readiness ------------------------------------------------------------------------------

  @Override
  public void ready(Engine.Ready replacement) {
    ready = replacement;
  }

  @Override
  public void interest(boolean readable, boolean writable) {
    set(WANTS_READ, readable);
    set(WANTS_WRITE, writable);
    update();
  }

  /** Whether the user has something to learn that the layer below does not know of. */
  private boolean knowsMore() {
    boolean end = is(ENDED) && !is(DRAINING);
    boolean more = end || (input.ready() && !output.isFull());
    boolean reads = is(WANTS_READ) && !is(FAILED) && more;
    return reads || (failure != null && is(WANTS_READ | WANTS_WRITE));
  }

  /** Says to the layer below what to tell of, and reports what is known here. */
  private void update() {
    if (is(CLOSED)) {
      return;
    }
    if (knowsMore()) {
      schedule();
    }
    boolean reads;
    if (session == null && !is(FAILED)) {
      reads = !is(BUSY) && engine.next() == Step.INPUT;
    } else {
      boolean waits = failure == null && !input.ready() && !output.isFull();
      boolean more = is(DRAINING) || (waits && !is(ENDED));
      reads = is(WANTS_READ) && !is(BUSY) && more;
    }
    boolean writes = output.kept() > 0 || (session != null && !is(FAILED) && is(WANTS_WRITE));
    lower.interest(reads, writes);
  }

  private void schedule() {
    if (is(SCHEDULED)) {
      return;
    }
    set(SCHEDULED, true);
    surroundings.later(() -> {
      set(SCHEDULED, false);
      if (!is(CLOSED) && knowsMore()) {
        ready.ready(is(WANTS_READ), failure != null && is(WANTS_WRITE));
      }
      update();
    });
  }

  @Override
  public void ready(boolean readable, boolean writable) {
    if (is(CLOSED)) {
      return;
    }
    if (writable) {
      flush();
    }
    if (session == null && !is(FAILED)) {
      drive();
    } else {
      boolean reads = readable && is(WANTS_READ) && !is(BUSY);
      boolean writes = writable && is(WANTS_WRITE);
      if (reads || writes) {
        ready.ready(reads, writes);
      }
    }
    update();
  }

  private void flush() {
    try {
      if (output.flush()) {
        shutLower();
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  // ---- The handshake --------------------------------------------------------------------------

  /** Goes on with the handshake until it waits for something, or is done. */
  private void drive() {
    if (is(DRIVING)) {
      return;
    }
    set(DRIVING, true);
    try {
      boolean on = true;
      while (on && session == null && !is(BUSY | FAILED | CLOSED)) {
        on = step();
        if (engine.established()) {
          established(); // also when its own last words have still to be sent
        }
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    } finally {
      set(DRIVING, false);
    }
  }

  /** One step of the handshake: whether it may go on. */
  private boolean step() throws IOException {
    switch (engine.next()) {
      case OUTPUT -> {
        output.emit();
        return output.flush();
      }
      case TASK -> runTask();
      default -> {
        Step step = input.read(NOTHING);
        if (step == Step.END) {
          throw new TlsFailure("the peer has closed during the handshake");
        }
        return step != Step.INPUT;
      }
    }
    return true;
  }

  private void runTask() {
    Runnable task = engine.task();
    if (task == null) {
      return;
    }
    set(BUSY, true);
    surroundings.offload(
        task,
        thrown -> {
          set(BUSY, false);
          if (is(CLOSED)) {
            closeEngine();
          } else if (thrown != null) {
            fail(thrown instanceof Exception e ? e : new IllegalStateException(thrown));
          } else if (session == null) {
            drive();
          }
          update();
        });
  }

  private void established() throws IOException {
    TlsSession agreed = engine.session();
    session = agreed;
    output.emit();
    Outcome told = outcome;
    outcome = null;
    if (told != null) {
      told.established(agreed);
    }
    if (engine.hasTickets()) {
      surroundings.later(() -> sendTickets(true));
    }
  }

  /**
   * Sends session tickets that nothing has taken along: the greeting of this side, or its answer to
   * what the peer has said together with the end of its handshake.
   *
   * @param waits whether they may wait for that answer
   */
  private void sendTickets(boolean waits) {
    if (is(CLOSED | FAILED | BUSY | SHUT_WANTED) || !engine.hasTickets()) {
      return;
    }
    if (waits && input.ready()) {
      surroundings.later(() -> sendTickets(false)); // behind the task that has it read
      return;
    }
    try {
      output.emitTickets();
    } catch (IOException e) {
      fail(e);
    }
    update();
  }

  /** Ends it, with an alert for the peer if the engine has one. */
  private void fail(Exception cause) {
    if (is(FAILED | CLOSED)) {
      return;
    }
    set(FAILED, true);
    IOException why = TlsWords.explain(cause);
    input.drop();
    if (why instanceof TlsFailure) {
      sendAlert(why);
    } else {
      output.drop(); // the layer below is broken
    }
    Outcome told = outcome;
    outcome = null;
    if (told != null) {
      told.failed(why);
    } else {
      failure = why;
    }
  }

  private void sendAlert(IOException why) {
    try {
      if (!is(BUSY)) {
        output.emit();
      }
    } catch (IOException e) {
      why.addSuppressed(e);
      output.drop();
    }
  }

  private void throwFailure() throws IOException {
    IOException told = failure;
    if (told != null) {
      failure = null;
      throw told;
    }
  }

  // ---- Bytes ----------------------------------------------------------------------------------

  @Override
  public boolean finishConnect() throws IOException {
    return lower.finishConnect();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    throwFailure();
    if (is(FAILED)) {
      return lower.read(into);
    }
    if (session == null) {
      return 0;
    }
    int start = into.position();
    try {
      while (!is(ENDED | BUSY) && !output.isFull() && into.hasRemaining() && readOn(into)) {}
    } catch (IOException e) {
      fail(e);
      if (into.position() == start) {
        throwFailure();
      }
    }
    update();
    int count = into.position() - start;
    return count == 0 && is(ENDED) ? -1 : count;
  }

  /** Reads once: whether more may be read at once. */
  private boolean readOn(ByteBuffer into) throws IOException {
    switch (input.read(into)) {
      case OUTPUT -> {
        output.emit();
        return output.kept() == 0;
      }
      case TASK -> runTask();
      case END -> {
        set(ENDED, true);
        output.emit(); // the answer that older versions ask for
      }
      case INPUT, MORE, SPACE -> {
        return false;
      }
    }
    return true;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    long offered = 0;
    for (int i = offset; i < offset + length; i++) {
      offered += from[i].remaining();
    }
    if (!mayWrite()) {
      return 0;
    }
    try {
      return output.write(from, offset, length, offered);
    } catch (IOException e) {
      throw failed(e);
    } finally {
      update();
    }
  }

  @Override
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    if (!mayWrite()) {
      return 0;
    }
    try {
      return output.sendFile(file, position, count);
    } catch (IOException e) {
      throw failed(e);
    } finally {
      update();
    }
  }

  private boolean mayWrite() throws IOException {
    throwFailure();
    if (session == null) {
      return false; // not yet, or never: whoever waits for the handshake is told
    } else if (is(FAILED | SHUT_WANTED)) {
      throw new IOException("Broken pipe");
    }
    return true;
  }

  private IOException failed(IOException cause) {
    fail(cause);
    IOException told = failure;
    failure = null;
    return told == null ? cause : told;
  }

  @Override
  public long unsent() {
    boolean shaking = session == null && !is(FAILED);
    return (shaking ? 0 : output.kept())
        + lower.unsent(); // a handshake can be given up at any time
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void shutdownOutput() throws IOException {
    if (is(SHUT_WANTED)) {
      return;
    }
    set(SHUT_WANTED, true);
    try {
      if (!is(FAILED | BUSY)) {
        engine.closeOutput();
        output.emit();
      }
      if (!output.flush() && session == null && !is(FAILED)) {
        output.drop(); // nobody waits for the rest of a handshake that is given up
      }
      if (session == null) {
        set(FAILED, true);
        outcome = null;
      }
      if (output.kept() == 0) {
        shutLower();
      }
    } catch (IOException e) {
      if (!is(ENDED)) {
        throw failed(e);
      }
      output.drop(); // a peer that has closed its side need not wait for the end of this one
    }
    update();
  }

  @Override
  public void checkSent() throws IOException {
    lower.checkSent();
  }

  @Override
  public boolean lingers() {
    return lower.lingers();
  }

  @Override
  public boolean drained() throws IOException {
    if (lower.lower() == null && lower.drained()) {
      return true; // a kernel's socket: what is unread is no layer's, and no child's
    }
    set(DRAINING, true);
    ByteBuffer scrap = surroundings.buffers().borrow(engine);
    int count = 1;
    try {
      for (int i = 0; i < DRAINED_AT_ONCE && count > 0; i++) {
        count = lower.read(scrap.clear());
      }
    } finally {
      surroundings.buffers().giveBack(scrap);
    }
    boolean over = count < 0 && lower.drained();
    update();
    return over;
  }

  private void shutLower() throws IOException {
    if (is(SHUT_WANTED) && !is(SHUT)) {
      set(SHUT, true);
      lower.shutdownOutput();
    }
  }

  /** Closes it; the peer is told that this is in order, if that can be told at once. */
  @Override
  public void close() {
    if (session != null && !is(CLOSED)) {
      try {
        shutdownOutput();
      } catch (IOException e) {
        fail(e); // it is over in any case
      }
    }
    release();
    lower.close();
  }

  @Override
  public void abort() {
    release();
    lower.abort();
  }

  private void release() {
    if (!is(CLOSED)) {
      set(CLOSED, true);
      outcome = null;
      input.drop();
      output.drop();
      if (!is(BUSY)) {
        closeEngine();
      }
    }
  }

  private void closeEngine() {
    engine.close();
    surroundings.closed(engine);
  }

  /** After a failure, says something that is no TLS, if it can be said at once. */
  public void sayInTheClear(ByteBuffer words) throws IOException {
    if (is(FAILED) && !is(CLOSED | SHUT) && output.kept() == 0) {
      lower.write(new ByteBuffer[] {words}, 0, 1);
    }
  }

  // ---- Who is there ---------------------------------------------------------------------------

  @Override
  public String layer() {
    return "tls";
  }

  @Override
  public Engine.StreamSocket lower() {
    return lower;
  }

  @Override
  public @Nullable Object capability(Class<?> wanted) {
    return wanted == TlsSession.class ? session : null;
  }

  @Override
  public SocketAddress local() {
    return lower.local();
  }

  @Override
  public SocketAddress peer() {
    return lower.peer();
  }
}
