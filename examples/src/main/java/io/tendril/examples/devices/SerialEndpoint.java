package io.tendril.examples.devices;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import module io.tendril;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A serial device to connect to, as any other stream: what is behind it is a descriptor that goes
 * both ways.
 *
 * <pre>{@code
 * reactor.connect(new SerialEndpoint(Path.of("/dev/ttyUSB0"), Speed.B9600), Modem::new);
 * }</pre>
 *
 * @param device its file
 * @param speed in bits a second, 8 bits to an octet, no parity
 */
public record SerialEndpoint(Path device, Speed speed) implements ClientEndpoint {
  private static final MethodHandle OPEN = Calls.find("open", ADDRESS, JAVA_INT);
  private static final MethodHandle GET = Calls.find("tcgetattr", JAVA_INT, ADDRESS);
  private static final MethodHandle SET = Calls.find("tcsetattr", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle SPEED = Calls.find("cfsetspeed", ADDRESS, JAVA_INT);

  /** A {@code struct termios} of the GNU C library has 60 bytes; others may be longer. */
  private static final int TERMIOS = 128;

  /** Where its flags are. */
  private static final int INPUT = 0;

  private static final int OUTPUT = 4;
  private static final int CONTROL = 8;
  private static final int LOCAL = 12;
  private static final int EIGHT_BITS = 0x30;
  private static final int READER = 0x80;
  private static final int NO_MODEM_LINES = 0x800;

  /** Speeds, with the numbers that Linux has for them. */
  public enum Speed {
    B9600(0xd),
    B19200(0xe),
    B38400(0xf),
    B57600(0x1001),
    B115200(0x1002);

    private final int number;

    Speed(int number) {
      this.number = number;
    }
  }

  /** Prints what comes, and sends what is typed. */
  static void main(String[] arguments) {
    var device = new SerialEndpoint(Path.of(arguments[0]), Speed.B115200);
    Reactor.run(reactor ->
        reactor.async(() -> {
          var line = reactor.connect(device).await();
          var keyboard = reactor.connect("stdio:").await();
          var _ = line.transport().input().pipeTo(keyboard.transport());
          keyboard.transport().input().pipeTo(line.transport()).await();
          reactor.stop();
          return null;
        }));
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory) {
    return reactor
        .deferToThread(this::open) // which waits for the line, with some devices
        .exceptionallyCompose(
            IOException.class,
            failure ->
                Deferred.failed(
                    new ConnectFailed.Other(toString(), ConnectFailed.Phase.CONNECT, failure)))
        .thenCompose(descriptor ->
            reactor
                .connect(FdClientEndpoint.of(descriptor.number()), factory)
                .thenApply(protocol -> {
                  int _ = descriptor.release(); // the connection has it now
                  return protocol;
                })
                .whenComplete((_, _) -> descriptor.close()));
  }

  /** Opens it, raw: what is sent is what is written, octet for octet. */
  private Descriptor open() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(device.toString(), StandardCharsets.UTF_8);
      int flags = Calls.O_RDWR | Calls.O_NOCTTY | Calls.O_NONBLOCK | Calls.O_CLOEXEC;
      int fd = Calls.call("opening " + device, state -> (int) OPEN.invokeExact(state, path, flags));
      var descriptor = Descriptor.adopt(fd);
      try {
        MemorySegment termios = arena.allocate(TERMIOS, 8);
        Calls.call("tcgetattr", state -> (int) GET.invokeExact(state, fd, termios));
        termios.set(JAVA_INT, INPUT, 0);
        termios.set(JAVA_INT, OUTPUT, 0);
        termios.set(JAVA_INT, LOCAL, 0);
        termios.set(JAVA_INT, CONTROL, EIGHT_BITS | READER | NO_MODEM_LINES);
        Calls.call("cfsetspeed", state -> (int) SPEED.invokeExact(state, termios, speed.number));
        Calls.call("tcsetattr", state -> (int) SET.invokeExact(state, fd, 0, termios));
        return descriptor;
      } catch (IOException | RuntimeException e) {
        descriptor.close();
        throw e;
      }
    }
  }

  @Override
  public String toString() {
    return "serial:" + device + ":" + speed;
  }
}
