package io.tendril.spi;

import io.tendril.core.EngineLacks;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.unix.DescriptorPassing;
import io.tendril.core.unix.UnixAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a reactor waits with: non-blocking sockets and their readiness. It knows nothing of
 * protocols, buffers kept, marks or limits; all of that is above it, once, for every engine. Used
 * in the reactor's thread, save {@link #wakeup}.
 *
 * <p>Readiness is level-triggered: while interest is set and the condition holds, every wait
 * reports it.
 */
public interface Engine {
  /** A name for messages: "nio". */
  String name();

  /** Its clock. */
  TimeSource clock();

  /**
   * Waits until a socket is ready, {@link #wakeup} is called or the time is up, then calls {@link
   * Ready#ready} of each that is. May return early.
   *
   * @param nanos the longest wait; 0 not to wait, negative for no limit
   */
  void await(long nanos) throws IOException;

  /** Ends the wait of now or, if there is none, the next one. From any thread. */
  void wakeup();

  /**
   * Whether this can be waited for in another thread than the reactor's: {@link #watch}. Where it
   * cannot, the default, and where there is no {@link #descriptor} either, no loop but the
   * reactor's own can drive it.
   */
  default boolean watchable() {
    return false;
  }

  /**
   * Waits as {@link #await} does, and calls nobody: for a loop that is somebody else's, which is
   * told then that a turn is due. Called in a thread that does nothing else, never while {@link
   * #await} runs. Sockets that are opened, changed or closed meanwhile count as soon as they are:
   * to end the wait for each will do.
   *
   * @param nanos the longest wait; negative for no limit
   */
  default void watch(long nanos) throws IOException {
    throw new UnsupportedOperationException(name() + " cannot be waited for elsewhere");
  }

  /**
   * A file descriptor that is readable while {@link #await} would find something or {@link #wakeup}
   * has been called, for loops that poll such; nothing, the default, where there is none. It stays
   * this engine's own.
   */
  default OptionalInt descriptor() {
    return OptionalInt.empty();
  }

  /** Memory that the sockets of this engine send from best. */
  ByteBuffer allocate(int capacity);

  /** Opens a listening socket. */
  ListenSocket listen(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException;

  /**
   * Opens a socket, and begins to connect it. Writable interest, which is set, becomes ready when
   * {@link StreamSocket#finishConnect} is worth calling.
   *
   * @throws BacklogFull if it is worth trying again
   */
  StreamSocket connect(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException;

  /** Opens a datagram socket, bound to {@code local}, connected to {@code peer} if there is one. */
  DatagramSocket datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings options,
      Ready ready)
      throws IOException;

  /**
   * Opens a datagram socket of UNIX.
   *
   * @param local null for a name of the kernel's choice
   * @throws EngineLacks by default
   */
  default UnixDatagramSocket unixDatagram(
      @Nullable UnixAddress local, @Nullable UnixAddress peer, SocketSettings options, Ready ready)
      throws IOException {
    throw new EngineLacks("datagrams of UNIX sockets", name(), "linux");
  }

  // ---- From engine to engine ------------------------------------------------------------------

  /**
   * Whether its listening sockets, and what they accept, can be handed over to another engine of
   * this kind: to another reactor of a {@link io.tendril.core.ReactorGroup}. False by default;
   * otherwise the two {@code takeOver} here and the two methods of {@link ListenSocket} work.
   */
  default boolean handsOver() {
    return false;
  }

  /**
   * Goes on with a connection that another engine of this kind has accepted. If that fails, it has
   * been closed.
   *
   * @param options applied to the connection
   * @return null if the connection has failed by itself since
   */
  default @Nullable StreamSocket takeOver(Handover connection, SocketSettings options)
      throws IOException {
    throw new EngineLacks(Handover.WHAT, name(), "linux");
  }

  /**
   * Goes on with a listening socket of another engine of this kind, and with what waits in its
   * backlog. If that fails, it has been closed.
   */
  default ListenSocket takeOver(Handover listener, Ready ready) throws IOException {
    throw new EngineLacks(Handover.WHAT, name(), "linux");
  }

  /**
   * A socket between two engines, which neither knows: open, and told of by nobody. It is taken
   * over once, or closed; from any thread.
   */
  interface Handover {
    /** What an engine lacks that knows nothing of this. */
    String WHAT = "handing over of sockets";

    /** Closes it; nobody wants it. */
    void close();
  }

  /**
   * A file as the stream sockets of this engine send it best: the same one, the default, or another
   * channel of it, which closes that one with itself. Called from any thread; may wait.
   *
   * @param file open for reading
   * @param path where it was found, and may be gone from
   * @param key its {@link java.nio.file.attribute.BasicFileAttributes#fileKey}
   */
  default FileChannel toSend(FileChannel file, Path path, @Nullable Object key) {
    return file;
  }

  /**
   * Makes what runs blocking calls: the pool that each reactor has, and one more for each {@link
   * io.tendril.core.Reactor#pool}.
   *
   * @param name for messages and threads
   * @param threads how many calls may run at once
   * @param queue how many more may wait
   * @return null, the default, for a pool of threads
   */
  default @Nullable Blocking blocking(String name, int threads, int queue) {
    return null;
  }

  /**
   * What TLS is spoken with where options leave that open; null, the default, for the best here.
   */
  default @Nullable TlsEngineProvider tls() {
    return null;
  }

  /**
   * Its way with file descriptors of any kind; null, the default, where it has none. Then what
   * needs it fails with {@link io.tendril.core.EngineLacks}.
   */
  default @Nullable Descriptors descriptors() {
    return null;
  }

  /**
   * Its way with child processes, for an engine that has {@link #descriptors}, too; null, the
   * default, where it has none. Then to start one fails with {@link io.tendril.core.EngineLacks}.
   */
  default @Nullable Children children() {
    return null;
  }

  /** What coroutines run on; null, the default, for the best one here. */
  default @Nullable Carrier carrier() {
    return null;
  }

  /** Releases everything. Sockets have been closed before. */
  void close();

  /** Is told that a socket is ready. */
  @FunctionalInterface
  interface Ready {
    void ready(boolean readable, boolean writable);
  }

  /**
   * Whether {@link #await} is as good in a virtual thread. The loop then moves to one when
   * coroutines run on virtual threads, since handing over to them is dear from any other thread.
   */
  default boolean waitsOnVirtualThreads() {
    return false;
  }

  /** Any socket. */
  interface Socket {
    /** Sets what to be told of. A new socket has no interest. */
    void interest(boolean readable, boolean writable);

    /** This end. */
    SocketAddress local();

    /** Closes it; the kernel goes on sending what it has accepted. */
    void close();
  }

  /** A stream connection. */
  interface StreamSocket extends Socket {
    /** Replaces who is told. */
    void ready(Ready ready);

    /** What kind of layer this is, for messages: "tcp", "tls". */
    default String layer() {
      return "tcp";
    }

    /** The layer below, if this one sits on another. */
    default @Nullable StreamSocket lower() {
      return null;
    }

    /** A capability of this layer, or null: what {@code transport.query} looks for. */
    default @Nullable Object capability(Class<?> wanted) {
      return null;
    }

    /**
     * Completes the connecting.
     *
     * @return false if it is not done yet
     */
    boolean finishConnect() throws IOException;

    /** Reads what is there into a buffer: the count, 0 for nothing now, -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    /** Writes as much as is accepted from the buffers {@code from[offset..offset+length)}. */
    long write(ByteBuffer[] from, int offset, int length) throws IOException;

    /** Sends a part of a file: the count, 0 for nothing now. */
    long sendFile(FileChannel file, long position, long count) throws IOException;

    /**
     * Bytes that this layer and those below it have accepted, and that are still on their way to
     * the kernel; such a socket becomes writable whenever there are fewer. 0, the default, where no
     * layer keeps any.
     */
    default long unsent() {
      return 0;
    }

    /**
     * Fails if something that was accepted could not be sent since, and sends what is collected to
     * be sent soon and is not counted as {@link #unsent}. Asked right before that. Does nothing by
     * default, for layers that keep nothing.
     */
    default void checkSent() throws IOException {}

    /**
     * Whether a close has to wait for the peer's end, for a while, since octets that come meanwhile
     * would have the kernel throw away what was sent last. True, the default, for sockets; not so
     * of pipes.
     */
    default boolean lingers() {
      return true;
    }

    /**
     * After the end of input: whether the layers below have come to theirs, too, where that is made
     * of octets as the end of TLS is. Reads and discards what comes before it; more of it is told
     * of as readable. Who closes earlier leaves octets unread, for which a kernel resets the
     * connection, and may throw away what was sent last. True, the default, where no layer is
     * below.
     */
    default boolean drained() throws IOException {
      return true;
    }

    /** Whether descriptors can be sent along with bytes: {@link #pass}. False by default. */
    default boolean passesDescriptors() {
      return false;
    }

    /**
     * Sends bytes and descriptors with the first of them.
     *
     * @param descriptors at most {@value DescriptorPassing#MOST}; they stay open
     * @return how many bytes were sent; 0 for nothing now, no descriptor either
     */
    default long pass(ByteBuffer data, List<? extends Descriptor> descriptors) throws IOException {
      throw new UnsupportedOperationException(layer() + " passes no descriptors");
    }

    /**
     * The descriptors that came with the bytes that were read last, once: the caller's to close.
     * Those that nobody has asked for before the next read are closed by it.
     */
    default List<? extends Descriptor> passed() {
      return List.of();
    }

    /** Ends the write side. */
    void shutdownOutput() throws IOException;

    /** Closes it so that the peer sees a reset. */
    void abort();

    /** The other end. */
    SocketAddress peer();
  }

  /** A listening socket. */
  interface ListenSocket extends Socket {
    /**
     * The next connection, or null for none now. An exception that names a shortage of descriptors
     * or memory means: pause; the connection is still in the backlog.
     *
     * @param options applied to the connection
     */
    @Nullable StreamSocket accept(SocketSettings options) throws IOException;

    /**
     * As {@link #accept}, for another engine: see {@link Engine#handsOver}. This one has no socket
     * of it.
     *
     * @throws EngineLacks by default
     */
    default @Nullable Handover acceptForOther() throws IOException {
      throw new EngineLacks(Handover.WHAT, "of this socket", "linux");
    }

    /**
     * Leaves this engine, for another one, with its backlog. This object is of no more use.
     *
     * @throws EngineLacks by default
     */
    default Handover handOver() throws IOException {
      throw new EngineLacks(Handover.WHAT, "of this socket", "linux");
    }

    /**
     * Another descriptor of it, which stays open when this is closed: for another process. By
     * default there is none.
     *
     * @throws EngineLacks if this is made of no descriptor
     */
    default Descriptor duplicate() throws IOException {
      throw new EngineLacks("descriptors of sockets", "of this socket", "linux");
    }

    /**
     * Says whether the file of a UNIX socket is taken away when this is closed. One that this has
     * made is, until another process goes on with it; one that was inherited is not, until this
     * process is the one that has it.
     */
    default void ownsFile(boolean owns) {}
  }

  /** A datagram socket of UNIX. */
  interface UnixDatagramSocket extends Socket {
    /** Receives one datagram: its sender, or null for none now. */
    @Nullable UnixAddress receive(ByteBuffer into) throws IOException;

    /**
     * Sends one datagram; false if it would have to wait. Only of a socket with a peer does {@link
     * Ready} tell then that it need not any more.
     */
    boolean send(ByteBuffer data, @Nullable UnixAddress to) throws IOException;
  }

  /** Is handed datagrams. */
  @FunctionalInterface
  interface Arrivals {
    /**
     * A datagram has arrived.
     *
     * @param data all of it; valid during the call
     * @param more how many have come in the same call of the system, and are handed over next
     * @return whether another one is wanted
     */
    boolean arrived(ByteBuffer data, InetSocketAddress from, int more);
  }

  /** A datagram socket. */
  interface DatagramSocket extends Socket {
    /** Receives one datagram: its sender, or null for none now. */
    @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException;

    /** Sends one datagram; false if it would block. */
    boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException;

    /**
     * Receives several datagrams, and hands each over before this returns. It may leave some for
     * the next time, which the next wait tells of; what it has taken, it hands over, though the
     * receiver has had enough. By default one by one, until there is none or the receiver has
     * enough.
     *
     * @param each what they are handed over in, all in turn
     * @param most how many
     * @return how many there were
     */
    default int receive(ByteBuffer each, int most, Arrivals to) throws IOException {
      int count = 0;
      while (count < most) {
        InetSocketAddress from = receive(each.clear());
        if (from == null) {
          break;
        }
        count++;
        if (!to.arrived(each.flip(), from, 0)) {
          break;
        }
      }
      return count;
    }

    /**
     * How many datagrams are best sent in one call; 1, the default, if each is best sent at once.
     * Others are put together first, in memory of {@link Engine#allocate}.
     */
    default int sendsAtOnce() {
      return 1;
    }

    /**
     * Sends several datagrams, {@code data[first..first+count)}, in order.
     *
     * @param to the receivers; null for the peer of a connected socket
     * @return how many were taken, from the first on: 0 if the first would block. An exception is
     *     about the first; one about another is for the next call
     */
    default int send(ByteBuffer[] data, @Nullable InetSocketAddress[] to, int first, int count)
        throws IOException {
      return send(data[first], to[first]) ? 1 : 0;
    }

    /** What it can do with groups; null, the default, for nothing. Asked for once. */
    default @Nullable DatagramGroups groups() {
      return null;
    }
  }
}
