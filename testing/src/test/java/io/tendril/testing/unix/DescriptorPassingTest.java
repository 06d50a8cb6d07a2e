package io.tendril.testing.unix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.ListenFailed;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.unix.DescriptorPassing;
import io.tendril.core.unix.DescriptorsLost;
import io.tendril.core.unix.PassedDescriptor;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import io.tendril.spi.Engines;
import io.tendril.spi.SocketSettings;
import io.tendril.testing.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Descriptors that are passed over UNIX sockets of the engine linux. */
@EnabledOnOs(OS.LINUX)
class DescriptorPassingTest extends UnixFixture {
  private final List<Taker> takers = new ArrayList<>();

  DescriptorPassingTest() {
    super(Engines.linux());
  }

  /** Takes all that comes, and notes in which order. */
  private static class Taker implements Protocol {
    final Transport transport;
    final StringBuilder order = new StringBuilder();
    final List<Descriptor> taken = new ArrayList<>();
    final Promise<ConnectionClosed> lost = Promise.create();
    final Promise<Void> end = Promise.create();

    Taker(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void descriptorReceived(PassedDescriptor descriptor) throws Exception {
      Descriptor mine = descriptor.take();
      assertThatThrownBy(descriptor::take).isInstanceOf(IllegalStateException.class);
      taken.add(mine);
      order.append('<').append(DescriptorFiles.content(mine)).append('>');
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      order.append(UTF_8.decode(data));
      if (order.indexOf(".") >= 0) {
        end.succeed();
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      taken.forEach(Descriptor::close);
      lost.succeed(reason);
    }
  }

  private Transport connect(Function<Transport, ? extends Taker> server) throws Exception {
    in(() ->
        reactor.listen(
            "unix:" + path(),
            transport -> {
              Taker taker = server.apply(transport);
              takers.add(taker);
              return taker;
            }));
    Taker client = in(() -> reactor.connect("unix:" + path(), Taker::new));
    until(() -> takers.size() == 1);
    return client.transport;
  }

  private void until(Callable<Boolean> condition) throws Exception {
    in(() -> poll(condition));
  }

  private Deferred<Void> poll(Callable<Boolean> condition) throws Exception {
    return condition.call()
        ? Deferred.done()
        : reactor.after(Duration.ofMillis(1)).thenCompose(_ -> poll(condition));
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("file-" + content), content);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static DescriptorPassing passing(Transport transport) {
    return transport.query(DescriptorPassing.class);
  }

  @Test
  void theyComeInOrderWithTheBytes() throws Exception {
    Transport client = connect(Taker::new);
    Descriptor one = DescriptorFiles.open(file("1"));
    Descriptor two = DescriptorFiles.open(file("2"));
    Descriptor three = DescriptorFiles.open(file("3"));
    in(() -> {
      client.write("a");
      var _ = passing(client).send(bytes("b"), List.of(one));
      client.write("c");
      var sent = passing(client).send(bytes("d"), List.of(two, three));
      client.write("e.");
      return sent;
    });
    Taker server = takers.getFirst();
    in(() -> server.end.deferred());
    assertThat(server.order.toString().replaceAll("<.>", "")).isEqualTo("abcde.");
    assertThat(server.order.toString()).matches("a?<1>a?bc?<2><3>c?de.");
    assertThat(List.of(one, two, three)).noneMatch(Descriptor::isOpen);
    assertThat(DescriptorFiles.isInherited(server.taken.getFirst())).isFalse();
  }

  @Test
  void whatIsNotTakenIsClosed() throws Exception {
    Transport client =
        connect(transport ->
            new Taker(transport) {
              @Override
              public void descriptorReceived(PassedDescriptor descriptor) {}
            });
    Descriptor one = DescriptorFiles.open(file("1"));
    in(() -> passing(client).send(bytes("."), List.of(one)));
    in(() -> takers.getFirst().end.deferred());
    assertThat(takers.getFirst().order).hasToString(".");
    assertNoFileOpen();
  }

  private void assertNoFileOpen() throws Exception {
    until(() -> {
      try (var all = Files.list(Path.of("/proc/self/fd"))) {
        return all.noneMatch(each -> target(each).contains("/file-"));
      }
    });
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private List<Descriptor> many(int count) throws IOException {
    List<Descriptor> many = new ArrayList<>();
    try (Descriptor one = DescriptorFiles.open(file("1"))) {
      for (int i = 0; i < count; i++) {
        many.add(one.duplicate());
      }
    }
    return many;
  }

  @Test
  void asManyAsTheKernelTakesAtOnce() throws Exception {
    Transport client = connect(Taker::new);
    List<Descriptor> many = many(DescriptorPassing.MOST);
    in(() -> passing(client).send(bytes("."), many));
    in(() -> takers.getFirst().end.deferred());
    assertThat(takers.getFirst().taken).hasSize(253);
  }

  @Test
  void moreAreRefusedAndStayTheCallers() throws Exception {
    Transport client = connect(Taker::new);
    List<Descriptor> many = many(254);
    try {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> in(() -> passing(client).send(bytes("."), many)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> in(() -> passing(client).send(bytes(""), many.subList(0, 1))));
      assertThat(many).allMatch(Descriptor::isOpen);
    } finally {
      many.forEach(Descriptor::close);
    }
  }

  @Test
  void nothingIsLeftOfThoseInFlightWhenThePeerGoes() throws Exception {
    Transport client =
        connect(transport -> {
          transport.pauseReading();
          return new Taker(transport);
        });
    in(() -> {
      client.write(new byte[200_000]); // which is before them, and more than is read ahead
      return Deferred.done();
    });
    List<Descriptor> some = many(253);
    List<Descriptor> more = many(253);
    in(() -> {
      var _ = passing(client).send(bytes("."), some);
      client.write(new byte[1 << 20]);
      var waits = passing(client).send(bytes("."), more);
      reactor.callLater(Duration.ofMillis(20), () -> takers.getFirst().transport.abortConnection());
      return waits.handle((ok, failure) -> failure);
    });
    assertNoFileOpen();
  }

  @Test
  void descriptorsThatCameWhileReadingWasPausedWaitForIt() throws Exception {
    Transport client =
        connect(transport ->
            new Taker(transport) {
              @Override
              public void descriptorReceived(PassedDescriptor descriptor) throws Exception {
                super.descriptorReceived(descriptor);
                transport.pauseReading();
                transport.callLater(Duration.ofMillis(5), transport::resumeReading);
              }
            });
    List<Descriptor> two = many(2);
    List<Descriptor> again = many(2);
    in(() -> {
      var _ = passing(client).send(bytes("a"), two);
      return passing(client).send(bytes("b."), again);
    });
    in(() -> takers.getFirst().end.deferred());
    assertThat(takers.getFirst().order.toString()).matches("<1><1>(a<1><1>|<1><1>a)b\\.");
  }

  @Test
  void thoseOfAConnectionThatClosesAreClosed() throws Exception {
    Transport client =
        connect(transport ->
            new Taker(transport) {
              @Override
              public void descriptorReceived(PassedDescriptor descriptor) {
                transport.abortConnection();
              }
            });
    List<Descriptor> many = many(100);
    in(() -> passing(client).send(bytes("."), many));
    in(() -> takers.getFirst().lost.deferred());
    assertNoFileOpen();
  }

  @Test
  void afterTheEndTheyAreClosedAndTheSendFails() throws Exception {
    Transport client = connect(Taker::new);
    List<Descriptor> many = many(3);
    in(() -> {
      DescriptorPassing passing = passing(client);
      client.abortConnection();
      return passing
          .send(bytes("."), many)
          .handle((ok, failure) -> {
            assertThat(failure).isInstanceOf(ConnectionClosed.class);
            return null;
          });
    });
    assertThat(many).noneMatch(Descriptor::isOpen);
    assertNoFileOpen();
  }

  @Test
  void theNextProtocolHasTheRest() throws Exception {
    var next = new ArrayList<Taker>();
    Transport client =
        connect(transport ->
            new Taker(transport) {
              @Override
              public void descriptorReceived(PassedDescriptor descriptor) throws Exception {
                descriptor.take().close();
                next.add(transport.become(Taker::new));
              }
            });
    List<Descriptor> two = many(2);
    in(() -> passing(client).send(bytes("."), two));
    in(() -> next.getFirst().end.deferred());
    assertThat(next.getFirst().order).hasToString("<1>.");
    assertThat(takers.getFirst().order).isEmpty();
  }

  @Test
  void withoutRoomForThemTheConnectionIsLost() throws Exception {
    Transport client = connect(Taker::new);
    List<Descriptor> many = many(253);
    List<Descriptor> filling = new ArrayList<>();
    Descriptor one = DescriptorFiles.open(file("1"));
    int highest = many.stream().mapToInt(Descriptor::number).max().orElseThrow();
    String before = softLimit();
    limitDescriptors(highest + 100);
    ConnectionClosed reason;
    try {
      // What they leave when they are sent is taken before the server has read.
      in(() -> passing(client).send(bytes("."), many).thenRun(() -> fill(one, filling, 30)));
      reason = in(() -> takers.getFirst().lost.deferred());
    } finally {
      filling.forEach(Descriptor::close);
      one.close();
      limitDescriptors(before);
    }
    assertThat(reason).isInstanceOf(ConnectionClosed.Lost.class);
    assertThat(reason).hasRootCauseInstanceOf(DescriptorsLost.class);
    assertThat(takers.getFirst().taken).isEmpty();
    assertNoFileOpen();
  }

  @Test
  void withoutRoomForSocketsListeningAndConnectingFail() throws Exception {
    assertThat(attempts()).hasOnlyElementsOfTypes(ListenFailed.class, ConnectFailed.Refused.class);
    var _ = new ConnectFailed.Other("", ConnectFailed.Phase.CONNECT, new IOException()); // loaded
    List<Descriptor> filling = new ArrayList<>();
    Descriptor one = DescriptorFiles.open(file("1"));
    String before = softLimit();
    limitDescriptors(one.number() + 100);
    List<Throwable> failures;
    try {
      fill(one, filling, 0);
      failures = attempts();
    } finally {
      filling.forEach(Descriptor::close);
      one.close();
      limitDescriptors(before);
    }
    assertThat(failures)
        .hasSize(3)
        .hasOnlyElementsOfTypes(ListenFailed.class, ConnectFailed.Other.class)
        .allMatch(each -> each.getMessage().endsWith("Too many open files"));
  }

  /** Listens where there is no directory, and calls where nobody is. */
  private List<Throwable> attempts() throws Exception {
    String nowhere = directory.resolve("none").resolve("s").toString();
    List<Throwable> failures = new ArrayList<>();
    in(() -> reactor.listen("unix:" + nowhere, ECHO).handle((_, e) -> failures.add(e)));
    in(() -> reactor.connect("unix:" + nowhere, ECHO).handle((_, e) -> failures.add(e)));
    in(() ->
        UnixDatagramProtocol.<UnixDatagramProtocol>bind(
                reactor, UnixAddress.of(nowhere), SocketSettings.defaults(), _ -> (_, _) -> {})
            .handle((_, e) -> failures.add(e)));
    return failures;
  }

  /** Takes all descriptors but a few, which the virtual machine needs to load classes. */
  private static void fill(Descriptor of, List<Descriptor> filling, int spare) {
    try {
      while (true) {
        filling.add(of.duplicate());
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("Too many open files");
    }
    for (int i = 0; i < spare; i++) {
      filling.removeLast().close();
    }
  }

  private static String softLimit() throws IOException {
    return Files.readString(Path.of("/proc/self/limits"))
        .replaceFirst("(?s).*Max open files\\s+(\\d+).*", "$1");
  }

  private static void limitDescriptors(Object soft) throws Exception {
    Program.named("prlimit")
        .run("--pid", "" + ProcessHandle.current().pid(), "--nofile=" + soft + ":")
        .succeeded();
  }
}
