package io.tendril.testing.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.ListenFailed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.endpoint.UnixClientEndpoint;
import io.tendril.core.endpoint.UnixServerEndpoint;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.EngineFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UNIX sockets and their files, on the engines of this machine. */
@EnabledOnOs(OS.LINUX)
@ParameterizedClass
@MethodSource("engines")
class UnixStreamsTest extends UnixFixture {
  private final EngineFactory engine;

  UnixStreamsTest(EngineFactory engine) {
    super(engine);
    this.engine = engine;
  }

  private boolean isLinux() throws Exception {
    Engine open = engine.open();
    open.close();
    return open.name().equals("linux");
  }

  @Test
  void aClientReachesAServerAndBothKnowWho() throws Exception {
    var peers = new ArrayList<String>();
    String endpoint = "unix:" + path();
    Listener listener =
        in(() ->
            reactor.listen(
                endpoint,
                Protocol.onData((transport, data) -> {
                  peers.add(transport.local() + " of " + transport.peer());
                  peers.add(String.valueOf(transport));
                  transport.write(data);
                })));
    assertThat(listener.address()).isEqualTo(UnixAddress.of(path()));
    assertThat(ask(endpoint)).isEqualTo("ping to unix:(unnamed) of unix:" + path());
    assertThat(peers)
        .containsExactly(
            "unix:" + path() + " of unix:(unnamed)", "unix:" + path() + " from unix:(unnamed)");
  }

  @Test
  void theJdksAddressesWillDo() throws Exception {
    var address = UnixDomainSocketAddress.of(path());
    Listener listener =
        in(() -> reactor.network().listen(address, UnixServerEndpoint.at("x").settings(), ECHO));
    assertThat(listener.address()).isEqualTo(UnixAddress.of(path()));
    assertThat(ask("unix:" + path())).startsWith("ping");
  }

  @Test
  void theFileGoesWithTheListener() throws Exception {
    Listener listener = listen("");
    assertThat(path()).exists();
    in(listener::close);
    assertThat(path()).doesNotExist();
  }

  @Test
  void theFileGoesWithTheReactor() throws Exception {
    listen("");
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
    assertThat(path()).doesNotExist();
  }

  @Test
  void aFileThatHasTakenItsPlaceStays() throws Exception {
    Listener listener = listen("");
    Files.delete(path());
    Files.writeString(path(), "another's");
    in(listener::close);
    assertThat(path()).hasContent("another's");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":mode=0660"})
  void theFileOfADeadProgramMakesRoom(String options) throws Exception {
    deadSocket(path());
    listen(options);
    assertThat(ask("unix:" + path())).startsWith("ping");
  }

  /** Leaves a socket's file that nobody listens to. */
  private static void deadSocket(Path at) throws Exception {
    Path aside = at.resolveSibling("aside");
    try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(aside));
      Files.move(aside, at, StandardCopyOption.ATOMIC_MOVE);
    }
    assertThat(at).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":mode=0660"})
  void whereSomebodyListensNobodyElseDoes(String options) throws Exception {
    listen("");
    assertThatThrownBy(() -> listen(options))
        .isInstanceOf(ListenFailed.class)
        .hasMessage("cannot listen on unix:" + path() + ": Address already in use");
    assertThat(ask("unix:" + path())).startsWith("ping");
    assertThat(directory).isDirectoryContaining(each -> each.equals(path()));
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":mode=0660"})
  void whatIsNoSocketIsNotTouched(String options) throws Exception {
    Files.writeString(path(), "precious");
    assertThatThrownBy(() -> listen(options))
        .isInstanceOf(ListenFailed.class)
        .hasMessageContaining("what is there is no socket, and stays as it is");
    assertThat(path()).hasContent("precious");
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void aLinkToADeadSocketIsNotTouched() throws Exception {
    deadSocket(directory.resolve("dead"));
    Files.createSymbolicLink(path(), directory.resolve("dead"));
    assertThatThrownBy(() -> listen("")).hasMessageContaining("is no socket");
    assertThat(path()).isSymbolicLink();
  }

  @Test
  void aDirectoryThatIsNotThereIsAFailure() {
    String endpoint = "unix:" + directory.resolve("none").resolve("s");
    assertThatThrownBy(() -> in(() -> reactor.listen(endpoint, ECHO)))
        .isInstanceOf(ListenFailed.class)
        .hasMessageContaining("No such file");
  }

  @ParameterizedTest
  @ValueSource(ints = {0600, 0660, 0666, 0777, 0})
  void theFileHasTheModeThatIsAskedFor(int mode) throws Exception {
    in(() -> reactor.listen(UnixServerEndpoint.at(path().toString()).mode(mode), ECHO));
    assertThat((int) Files.getAttribute(path(), "unix:mode") & 07777).isEqualTo(mode);
    assertThat(directory.toFile().list()).containsExactly("s");
  }

  @Test
  void aNameInATextMayHaveTheModeToo() throws Exception {
    listen(":mode=0640");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-r-----");
  }

  @Test
  void nobodyThereIsRefused() throws Exception {
    assertThatExceptionOfType(ConnectFailed.Refused.class)
        .isThrownBy(() -> ask("unix:" + path()))
        .withMessage(
            "cannot connect to unix:" + path() + ": connection refused: No such file or directory");
    deadSocket(path());
    assertThatExceptionOfType(ConnectFailed.Refused.class)
        .isThrownBy(() -> ask("unix:" + path()))
        .withMessage("cannot connect to unix:" + path() + ": connection refused");
  }

  @Test
  void aFileThatIsNoSocketCannotBeConnectedTo() throws Exception {
    Files.writeString(path(), "");
    assertThatExceptionOfType(ConnectFailed.class)
        .isThrownBy(() -> ask("unix:" + path()))
        .withMessageStartingWith("cannot connect to unix:" + path() + ": ");
  }

  @Test
  void aLongPathIsTakenAndALongerOneIsRefused() throws Exception {
    int most = UnixAddress.LONGEST - (isLinux() ? 0 : 1); // the JDK has one byte less
    String longest = directory + "/" + "x".repeat(most - directory.toString().length() - 1);
    in(() -> reactor.listen(UnixServerEndpoint.at(longest), ECHO));
    assertThat(ask("unix:" + longest)).endsWith(" of unix:" + longest);
    assertThatExceptionOfType(UnixAddress.TooLong.class)
        .isThrownBy(() -> UnixServerEndpoint.at("/" + "x".repeat(107)))
        .withMessageContaining("has 108 bytes")
        .extracting(UnixAddress.TooLong::length)
        .isEqualTo(108);
  }

  @Test
  void abstractNamesAreOfLinuxAlone() throws Exception {
    String endpoint = "unix:@tendril-" + path();
    if (isLinux()) {
      Listener listener = in(() -> reactor.listen(endpoint, ECHO));
      assertThat(listener.address()).hasToString(endpoint);
      assertThat(ask(endpoint)).isEqualTo("ping to unix:(unnamed) of " + endpoint);
      assertThatThrownBy(() -> in(() -> reactor.listen(endpoint, ECHO)))
          .isInstanceOf(ListenFailed.class);
      in(listener::close);
      assertThatExceptionOfType(ConnectFailed.Refused.class).isThrownBy(() -> ask(endpoint));
    } else {
      for (Callable<?> attempt :
          List.<Callable<?>>of(
              () -> in(() -> reactor.listen(endpoint, ECHO)), () -> ask(endpoint))) {
        assertThatExceptionOfType(EngineLacks.class)
            .isThrownBy(attempt::call)
            .matches(e -> e.engine().equals("nio") && e.able().equals("linux"));
      }
    }
  }

  @Test
  void aFullBacklogIsWaitedFor() throws Exception {
    try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(path()), 1);
      List<Deferred<Protocol>> connecting = new ArrayList<>();
      in(() -> {
        for (int i = 0; i < 6; i++) {
          connecting.add(reactor.connect("unix:" + path(), ECHO));
        }
        return Deferred.done();
      });
      assertThatExceptionOfType(ConnectFailed.TimedOut.class)
          .isThrownBy(() -> ask("unix:" + path() + ":timeout=0.1"));
      for (int i = 0; i < 6; i++) {
        channel.accept().close();
      }
      assertThat(in(() -> Deferred.gather(connecting))).hasSize(6);
    }
  }

  @Test
  void manyComeAndGo() throws Exception {
    listen(":backlog=200");
    List<String> answers =
        in(() -> {
          List<Deferred<String>> all = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            all.add(
                reactor
                    .connect(UnixClientEndpoint.to(path().toString()), Asker::new)
                    .thenCompose(asker -> asker.answer.deferred()));
          }
          return Deferred.gather(all);
        });
    assertThat(answers).hasSize(100).allMatch(each -> each.startsWith("ping"));
  }
}
