package io.tendril.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.EngineLacks;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.EndpointSyntax;
import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ProcessClientEndpoint;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.ProcessAddress;
import io.tendril.core.process.ProcessEnded;
import io.tendril.core.process.SpawnFailed;
import io.tendril.core.process.Wiring;
import io.tendril.spi.Engines;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code process:}, a program's input and output as a connection. */
class ProcessConnectionTest extends ChildFixture {
  /** Notes what it hears. */
  private static final class Listening implements Protocol {
    final Transport transport;
    final StringBuilder heard = new StringBuilder();
    boolean ended;
    ConnectionClosed reason;

    Listening(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      heard.append(text(data));
      data.position(data.limit());
    }

    @Override
    public boolean endReceived() {
      ended = true;
      return false;
    }

    @Override
    public void connectionLost(ConnectionClosed lost) {
      reason = lost;
    }
  }

  private Listening connect(Command command) throws Exception {
    return get(reactor.connect(ProcessClientEndpoint.of(command), Listening::new));
  }

  private ConnectionClosed reason(Listening protocol) {
    until(() -> protocol.reason != null);
    return protocol.reason;
  }

  @Test
  void isAConnectionToAProgram() throws Exception {
    Listening cat = get(reactor.connect("process:cat", Listening::new));
    cat.transport.write("hello");
    until(() -> cat.heard.length() == 5);
    ChildProcess child = cat.transport.query(ChildProcess.class);
    assertThat(cat.transport.peer()).isEqualTo(new ProcessAddress("cat", child.pid()));
    assertThat(cat.transport.peer()).hasToString("process " + child.pid() + " (cat)");
    cat.transport.loseConnection();
    assertThat(reason(cat)).isInstanceOf(ProcessEnded.class).hasMessageEndingWith("exit status 0");
    assertThat(reason(cat).isClean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "exit 0, exit status 0, true",
    "echo hi; exit 9, exit status 9, false",
    "kill -11 $$, ended by SIGSEGV, false"
  })
  void theStatusIsTheReason(String script, String words, boolean clean) throws Exception {
    Listening protocol = connect(shell("ulimit -c 0; " + script));
    ConnectionClosed reason = reason(protocol);
    assertThat(reason).isInstanceOf(ProcessEnded.class).hasMessageEndingWith(words);
    assertThat(reason.isClean()).isEqualTo(clean);
    assertThat(protocol.ended).isTrue();
  }

  @Test
  void theStatusIsTheReasonAlsoWhereItComesAfterTheOutputsEnd() throws Exception {
    Listening protocol = connect(shell("exec >&-; sleep 0.3; exit 4"));
    until(() -> protocol.ended);
    assertThat(reason(protocol))
        .isInstanceOfSatisfying(
            ProcessEnded.class,
            ended -> assertThat(ended.status()).isEqualTo(new ExitStatus.Code(4)));
  }

  @Test
  void halfCloseIsTheEndOfItsInput() throws Exception {
    Listening sort = connect(Command.of("sort"));
    sort.transport.write("b\na\n");
    sort.transport.shutdownOutput();
    assertThat(reason(sort).isClean()).isTrue();
    assertThat(sort.heard).asString().isEqualTo("a\nb\n");
  }

  @Test
  void whatItHasToSayIsHeardThoughItReadsNoMore() throws Exception {
    Listening protocol =
        connect(shell("exec <&-; echo closed; sleep 0.2; echo all the same; exit 2"));
    until(() -> protocol.heard.length() > 0);
    protocol.transport.write("for nobody");
    reactor.turn(Duration.ofMillis(5));
    protocol.transport.write("x".repeat(1 << 20));
    ConnectionClosed reason = reason(protocol);
    assertThat(protocol.heard).asString().isEqualTo("closed\nall the same\n");
    assertThat(reason).isInstanceOf(ProcessEnded.class).hasMessageContaining("Broken pipe");
    assertThat(((ProcessEnded) reason).status()).isEqualTo(new ExitStatus.Code(2));
  }

  @Test
  void aProgramThatOutlivesItsConnectionIsStopped() throws Exception {
    Listening protocol =
        connect(
            shell("trap '' TERM; echo up; while :; do sleep 0.01; done")
                .within(Duration.ofMillis(100)));
    until(() -> protocol.heard.length() > 0);
    ChildProcess child = protocol.transport.query(ChildProcess.class);
    protocol.transport.loseConnection();
    assertThat(reason(protocol)).isInstanceOf(ConnectionClosed.Done.class); // after 2 s
    assertThat(get(child.exited())).isEqualTo(new ExitStatus.Signal(9, "KILL", false));
  }

  @Test
  void anAbortKills() throws Exception {
    Listening protocol = connect(shell("trap '' TERM PIPE; while :; do sleep 0.01; done"));
    ChildProcess child = protocol.transport.query(ChildProcess.class);
    protocol.transport.abortConnection();
    assertThat(reason(protocol)).isInstanceOf(ConnectionClosed.Aborted.class);
    assertThat(get(child.exited())).isEqualTo(new ExitStatus.Signal(9, "KILL", false));
  }

  @Test
  void theReactorsEndIsTheEndOfItsInput() throws Exception {
    Listening protocol = connect(shell("cat >/dev/null; exit 6"));
    stop();
    assertThat(protocol.reason)
        .isInstanceOfAny(ConnectionClosed.ReactorStopped.class, ProcessEnded.class);
  }

  @Test
  void othersOfItsPipesAreThereBesides() throws Exception {
    Listening protocol =
        get(
            reactor.connect(
                new ProcessClientEndpoint(shell("echo out; echo err >&2")), Listening::new));
    var errors = protocol.transport.query(ChildProcess.class).errors().bytes(100);
    assertThat(text(get(errors))).isEqualTo("err\n");
    assertThat(reason(protocol).isClean()).isTrue();
    assertThat(protocol.heard).asString().isEqualTo("out\n");
  }

  @Test
  void inDirectStyle() throws Exception {
    var talking =
        reactor.async(() -> {
          try (var bc =
              reactor
                  .connect("process:/bin/sh:-c:while read a; do echo $((a * 2)); done; exit 3")
                  .await()) {
            bc.writeLine("21");
            String answer = bc.readLine();
            bc.shutdownOutput();
            ExitStatus status = bc.transport().query(ChildProcess.class).exited().await();
            return answer + ", " + status;
          }
        });
    assertThat(get(talking)).isEqualTo("42, exit status 3");
  }

  // ---- Failures -------------------------------------------------------------------------------

  @Test
  void aProgramThatIsNotThere() {
    ConnectFailed failed =
        failure(ConnectFailed.Other.class, reactor.connect("process:/no/such", Listening::new));
    assertThat(failed.peer()).isEqualTo("/no/such");
    assertThat(failed.phase()).isEqualTo(ConnectFailed.Phase.CONNECT);
    assertThat(failed).hasCauseInstanceOf(SpawnFailed.class);
  }

  @Test
  void aFactoryThatRefusesEndsTheProgram() {
    ConnectFailed failed =
        failure(
            ConnectFailed.Other.class,
            reactor.<Protocol>connect(
                "process:cat",
                transport -> {
                  throw new Refusal("not today");
                }));
    assertThat(failed.phase()).isEqualTo(ConnectFailed.Phase.HANDSHAKE);
    assertThat(failed).hasMessageContaining("not today");
  }

  @Test
  void needsItsInputAndOutput() {
    failure(
        IllegalArgumentException.class,
        reactor.connect(
            ProcessClientEndpoint.of(Command.of("cat").output(Wiring.nothing())), Listening::new));
  }

  @Test
  void anotherEngineSaysWhoCan() {
    Reactor nio = Reactor.create(ReactorOptions.defaults().withEngine(Engines.nio()));
    stop();
    reactor = nio;
    failure(EngineLacks.class, reactor.connect("process:cat", Listening::new));
  }

  // ---- Strings --------------------------------------------------------------------------------

  @Test
  void aStringSaysWhatTheCommandDoes() {
    var endpoint =
        (ProcessClientEndpoint)
            Endpoints.client(
                "process:prog:-a:b\\:c:[]:dir=/tmp:env=A=1:env=B:name=other:grace=2:stderr=output");
    Command command = endpoint.command();
    assertThat(command.program()).isEqualTo("prog");
    assertThat(command.arguments()).containsExactly("-a", "b:c", "");
    assertThat(command.directory()).isEqualTo(Path.of("/tmp"));
    assertThat(command.environment()).containsEntry("A", "1").containsEntry("B", null);
    assertThat(command.inheritsEnvironment()).isTrue();
    assertThat(command.name()).isEqualTo("other");
    assertThat(command.grace()).isEqualTo(Duration.ofSeconds(2));
    assertThat(command.wiring()).containsEntry(2, Wiring.sameAs(1));
    assertThat(endpoint)
        .hasToString("process:prog:-a:b\\:c:[]:dir=/tmp:env=A\\=1:env=B:name=other");
    assertThat(Endpoints.client(endpoint.toString())).hasToString(endpoint.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process",
        "process:",
        "process:a:env==b",
        "process:a:terminal=80",
        "process:a:stderr=file",
        "process:a:colour=red",
        "process:a:dir=",
        "process:a:b=c"
      })
  void whatIsWrongInAString(String endpoint) {
    assertThatThrownBy(() -> Endpoints.client(endpoint)).isInstanceOf(EndpointSyntax.class);
  }
}
