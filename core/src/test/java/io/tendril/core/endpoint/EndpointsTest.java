package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.multicast.Group;
import io.tendril.core.multicast.MulticastOptions;
import io.tendril.core.unix.UnixAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoint strings: what they mean, and what is said about those that mean nothing. */
class EndpointsTest {

  // ---- What they mean -------------------------------------------------------------------------

  @Test
  void readsAServer() {
    assertThat(Endpoints.server("tcp:8080")).isEqualTo(TcpServerEndpoint.port(8080));
    assertThat(Endpoints.server("tcp:0:interface=127.0.0.1"))
        .isEqualTo(TcpServerEndpoint.port(0).on("127.0.0.1"));
    assertThat(Endpoints.server("tcp:80:interface=[::1]:backlog=7"))
        .isEqualTo(TcpServerEndpoint.port(80).on("::1").with(settings -> settings.backlog(7)));
    assertThat(Endpoints.server("tcp:port=80:interface=\\:\\:1"))
        .isEqualTo(TcpServerEndpoint.port(80).on("::1"));
  }

  @Test
  void readsAClient() {
    assertThat(Endpoints.client("tcp:example.org:80"))
        .isEqualTo(TcpClientEndpoint.to("example.org", 80));
    assertThat(Endpoints.client("tcp:[::1]:80:timeout=2.5:bind=127.0.0.2"))
        .isEqualTo(
            TcpClientEndpoint.to("::1", 80).within(Duration.ofMillis(2500)).from("127.0.0.2"));
    assertThat(Endpoints.client("tcp:port=80:host=[2001:db8::1]"))
        .isEqualTo(TcpClientEndpoint.to("2001:db8::1", 80));
    assertThat(Endpoints.client("tcp:a-1.b_2:80:bind-port=99"))
        .isEqualTo(
            TcpClientEndpoint.to("a-1.b_2", 80)
                .with(settings -> settings.bind(new InetSocketAddress(99))));
  }

  @Test
  void readsDatagramEndpoints() {
    assertThat(Endpoints.datagramServer("udp:5353:interface=127.0.0.1:broadcast=yes"))
        .isEqualTo(
            UdpServerEndpoint.port(5353)
                .on("127.0.0.1")
                .with(settings -> settings.broadcast(true)));
    assertThat(Endpoints.datagramClient("udp:127.0.0.1:53"))
        .isEqualTo(UdpClientEndpoint.to("127.0.0.1", 53));
  }

  @Test
  void readsGroups() {
    assertThat(Endpoints.datagramServer("udp:5353:group=224.0.0.251"))
        .isEqualTo(UdpServerEndpoint.port(5353).joining("224.0.0.251"));
    assertThat(
            Endpoints.datagramServer(
                "udp:1:group=[192.0.2.7@232.1.1.1,ff02::fb%v1]:interface=lo:ttl=4:loopback=no"))
        .isEqualTo(
            UdpServerEndpoint.port(1)
                .joining("192.0.2.7@232.1.1.1%lo")
                .joining("ff02::fb%v1")
                .with(settings ->
                    settings.multicast(
                        MulticastOptions.defaults()
                            .joining(Group.of("192.0.2.7@232.1.1.1%lo"))
                            .joining(Group.of("ff02::fb%v1"))
                            .withTimeToLive(4)
                            .withLoopback(false)
                            .withOutgoing("lo"))));
    assertThat(Endpoints.datagramClient("udp:239.1.1.1:53:ttl=2:outgoing=127.0.0.1"))
        .isEqualTo(
            UdpClientEndpoint.to("239.1.1.1", 53)
                .with(settings ->
                    settings.multicast(
                        MulticastOptions.defaults().withTimeToLive(2).withOutgoing("127.0.0.1"))));
  }

  @Test
  void refusesWhatIsNoGroup() {
    for (String text :
        List.of(
            "udp:1:group=10.0.0.1",
            "udp:1:group=",
            "udp:1:group=224.0.0.1,",
            "udp:1:group=224.0.0.1%",
            "udp:1:group=x@224.0.0.1",
            "udp:1:group=224.0.0.1@224.0.0.2",
            "udp:1:group=[::1@224.0.0.2]",
            "udp:1:group=224.0.0.1,224.0.0.1",
            "udp:1:group=224.0.0.1,127.0.0.1@224.0.0.1",
            "udp:1:group=host.example",
            "udp:1:ttl=256",
            "udp:1:outgoing=")) {
      assertThatExceptionOfType(EndpointSyntax.class)
          .as(text)
          .isThrownBy(() -> Endpoints.datagramServer(text));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UdpServerEndpoint.port(1).on("127.0.0.1").joining("224.0.0.1"))
        .withMessageContaining("hears no group");
  }

  @Test
  void readsEveryOptionOfASocket() {
    assertThat(
            Endpoints.server(
                "tcp:1:nodelay=no:keepalive-idle=60:keepalive-interval=0.5:keepalive-count=3"
                    + ":reuse-address=off:reuse-port=true:linger=5:send-buffer=4096"
                    + ":receive-buffer=8192:backlog=65535"))
        .isEqualTo(
            TcpServerEndpoint.port(1)
                .with(settings ->
                    settings
                        .noDelay(false)
                        .keepAlive(Duration.ofSeconds(60), Duration.ofMillis(500), 3)
                        .reuseAddress(false)
                        .reusePort(true)
                        .linger(5)
                        .sendBuffer(4096)
                        .receiveBuffer(8192)
                        .backlog(65_535)));
    assertThat(Endpoints.client("tcp:h:1:keepalive=1"))
        .isEqualTo(TcpClientEndpoint.to("h", 1).with(settings -> settings.keepAlive(true)));
  }

  @Test
  void datagramSocketsDoNotShareTheirPortUnlessAsked() {
    assertThat(UdpServerEndpoint.port(1).settings().reuseAddress()).isFalse();
    assertThat(TcpServerEndpoint.port(1).settings().reuseAddress()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp:8080",
        "tcp:0:interface=127.0.0.1:backlog=5:nodelay=no",
        "tcp:1:interface=[0:0:0:0:0:0:0:1]:keepalive=yes:reuse-address=no:reuse-port=yes:linger=0",
        "tcp:1:keepalive-idle=60:keepalive-interval=0.25:keepalive-count=3:send-buffer=1",
        "tcp6:80",
        "tcp6:80:interface=[0:0:0:0:0:0:0:1]:nodelay=no"
      })
  void writesAServerAsItIsRead(String description) {
    assertThat(Endpoints.server(description)).hasToString(description);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp:example.org:80",
        "tcp:127.0.0.1:80:timeout=0.000000001:bind=127.0.0.2:bind-port=9",
        "tcp:[::1]:80:bind-port=9:receive-buffer=2",
        "tcp6:example.org:80:timeout=2"
      })
  void writesAClientAsItIsRead(String description) {
    assertThat(Endpoints.client(description)).hasToString(description);
  }

  @Test
  void writesDatagramEndpointsAsTheyAreRead() {
    assertThat(Endpoints.datagramServer("udp:1:reuse-address=yes:broadcast=yes"))
        .hasToString("udp:1:reuse-address=yes:broadcast=yes");
    assertThat(Endpoints.datagramClient("udp:[::1]:1:timeout=5"))
        .hasToString("udp:[::1]:1:timeout=5");
    for (String text :
        List.of(
            "udp:1:group=224.0.0.251",
            "udp:1:group=[127.0.0.1@232.1.1.1%lo,ff02:0:0:0:0:0:0:fb%v1]",
            "udp:1:group=224.0.0.251%lo:ttl=0:loopback=no:outgoing=lo")) {
      assertThat(Endpoints.datagramServer(text)).hasToString(text);
    }
  }

  @Test
  void escapesWhatHasAMeaning() {
    String value = "C:\\a=[b]";
    var read = Description.parse("kind:" + Endpoints.escape(value) + ":key=a=b", 0);
    assertThat(read.arguments().getFirst().value()).isEqualTo(value);
    assertThat(read.arguments().getLast().value()).isEqualTo("a=b");
  }

  @Test
  void ipv6AloneHasNoAddressOfTheOtherFamily() {
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> Endpoints.server("tcp6:80:interface=127.0.0.1"))
        .withMessageContaining("expected an address of IPv6");
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> Endpoints.client("tcp6:127.0.0.1:80"))
        .withMessageContaining("expected an address of IPv6");
  }

  // ---- What is said about the others ----------------------------------------------------------

  /** The message of a server's refusal, with a marker at its position. */
  private static String refused(String description) {
    return marked(description, () -> Endpoints.server(description));
  }

  private static String refusedClient(String description) {
    return marked(description, () -> Endpoints.client(description));
  }

  private static String marked(String description, Runnable read) {
    try {
      read.run();
    } catch (EndpointSyntax e) {
      assertThat(e.getMessage()).doesNotContain("\n").contains("position " + e.position());
      return description.substring(0, e.position())
          + "|"
          + description.substring(e.position())
          + " "
          + e.problem();
    }
    throw new AssertionError("accepted: " + description);
  }

  @Test
  void anErrorIsOneLineThatShowsThePositionAndWhatWasExpected() {
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> Endpoints.server("tcp:80x80"))
        .withMessage(
            "endpoint 'tcp:80x80', at position 4: '80x80' is not a port from 0 to 65535;"
                + " it is written tcp:PORT[:interface=ADDRESS][:OPTION=VALUE]...");
  }

  @Test
  void readsUnixSockets() {
    assertThat(Endpoints.server("unix:/run/x:mode=0660:backlog=7:send-buffer=9"))
        .isEqualTo(
            UnixServerEndpoint.at("/run/x")
                .mode(0660)
                .with(settings -> settings.backlog(7).sendBuffer(9)))
        .hasToString("unix:/run/x:mode=0660:backlog=7:send-buffer=9");
    assertThat(Endpoints.client("unix:/run/x:timeout=5"))
        .isEqualTo(UnixClientEndpoint.to("/run/x").within(Duration.ofSeconds(5)));
    assertThat(Endpoints.server("unix:@x"))
        .isEqualTo(UnixServerEndpoint.at(UnixAddress.ofAbstract("x")))
        .hasToString("unix:@x");
    assertThat(Endpoints.server("unix:./a\\:b")).hasToString("unix:./a\\:b");
  }

  @Test
  void refusesWhatIsNoUnixSocket() {
    assertThat(refused("unix")).startsWith("unix| expected PATH; it is written unix:PATH");
    assertThat(refused("unix:@")).contains("is not empty");
    assertThat(refused("unix:/x:mode=0888")).contains("'0888' is not a mode in octal");
    assertThat(refused("unix:/x:mode=4755")).contains("'4755' is not a mode in octal");
    assertThat(refused("unix:/x:nodelay=no")).contains("unknown option 'nodelay'");
    assertThat(refusedClient("unix:/x:mode=0660")).contains("unknown option 'mode'");
    assertThat(refused("unix:/" + "x".repeat(107)))
        .contains("has 108 bytes, and the name of a UNIX socket has at most 107");
  }

  @Test
  void namesTheKnownKinds() {
    String known = "known kinds of server: ";
    assertThat(refused("tpc:80"))
        .startsWith("|tpc:80 unknown kind 'tpc'; did you mean 'tcp'? " + known)
        .contains("haproxy, ", ", tcp, ", ", tls, ");
    assertThat(refused("udp:80")).contains(known).doesNotContain("udp,");
    assertThat(refused("")).startsWith("| unknown kind ''; known kinds");
    assertThat(refused("TCP:80")).contains(known);
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> Endpoints.datagramClient("tcp:h:1"))
        .withMessageContaining("known kinds of datagram client: udp");
  }

  @Test
  void guessesThatABarePortMeansTcp() {
    assertThat(refused("8080")).isEqualTo("|8080 expected a kind; did you mean 'tcp:8080'?");
  }

  @Test
  void namesTheKnownOptions() {
    assertThat(refused("tcp:80:intreface=127.0.0.1"))
        .startsWith("tcp:80:|intreface=127.0.0.1 unknown option 'intreface'")
        .contains("did you mean 'interface'? known options: backlog, interface, keepalive, ")
        .endsWith("reuse-address, reuse-port, send-buffer");
    assertThat(refused("tcp:80:colour=red")).contains("unknown option 'colour'; known options: ");
    assertThat(refusedClient("tcp:h:80:interface=127.0.0.1"))
        .contains("unknown option 'interface'");
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(refused("tcp")).startsWith("tcp| expected PORT; it is written tcp:PORT");
    assertThat(refusedClient("tcp:example.org"))
        .startsWith("tcp:example.org| expected PORT; it is written tcp:HOST:PORT");
  }

  @Test
  void saysWhatIsTooMuch() {
    assertThat(refused("tcp:80:127.0.0.1"))
        .startsWith("tcp:80:|127.0.0.1 '127.0.0.1' is one too many; it is written tcp:PORT[:inter");
    assertThat(refused("tcp:80:port=90")).startsWith("tcp:80:|port=90 'port' is given already");
    assertThat(refused("tcp:80:backlog=1:backlog=2"))
        .startsWith("tcp:80:backlog=1:|backlog=2 'backlog' is given twice");
  }

  @ParameterizedTest
  @CsvSource({
    "tcp:65536, tcp:|65536",
    "tcp:-1, tcp:|-1",
    "tcp:+80, tcp:|+80",
    "tcp:99999999999999999999, tcp:|99999999999999999999",
    "tcp:127.0.0.1:80, tcp:|127.0.0.1:80",
    "tcp:[::1]:80, tcp:|[::1]:80",
    "tcp:80:backlog=0, tcp:80:backlog=|0",
    "tcp:80:backlog=, tcp:80:backlog=|",
    "tcp:80:nodelay=maybe, tcp:80:nodelay=|maybe",
    "tcp:80:keepalive-idle=-1, tcp:80:keepalive-idle=|-1",
    "tcp:80:keepalive-idle=0, tcp:80:keepalive-idle=|0",
    "tcp:80:keepalive-idle=1e9, tcp:80:keepalive-idle=|1e9",
    "tcp:80:interface=localhost, tcp:80:interface=|localhost",
    "tcp:80:interface=127.1, tcp:80:interface=|127.1",
    "tcp:80:interface=127.0.0.256, tcp:80:interface=|127.0.0.256",
    "tcp:80:interface=[::g], tcp:80:interface=|[::g]"
  })
  void showsWhereAValueIsWrong(String description, String marked) {
    assertThat(refused(description)).startsWith(marked + " ");
  }

  @ParameterizedTest
  @CsvSource({
    "tcp::80, tcp:|:80",
    "tcp:h:0, tcp:h:|0",
    "tcp:127.1:80, tcp:|127.1:80",
    "tcp:010.0.0.1:80, tcp:|010.0.0.1:80",
    "tcp:1.2.3.4.5:80, tcp:|1.2.3.4.5:80",
    "tcp:2130706433:80, tcp:|2130706433:80",
    "tcp:a b:80, tcp:|a b:80",
    "tcp:a/b:80, tcp:|a/b:80",
    "tcp:[a]b:80, tcp:[a]|b:80",
    "tcp:[a:80, tcp:|[a:80",
    "tcp:a\\b:80, tcp:a|\\b:80",
    "tcp:a\\, tcp:a|\\",
    "tcp:Key=1, tcp:|Key=1",
    "tcp:=1, tcp:|=1",
    "tcp:h:80:, tcp:h:80:|"
  })
  void showsWhereAClientIsWrong(String description, String marked) {
    assertThat(refusedClient(description)).startsWith(marked + " ");
  }

  @Test
  void tellsThatIpv6NeedsBrackets() {
    assertThat(refused("tcp:80:interface=::1")).contains("written in brackets: [::1]");
    assertThat(refused("tcp:80:interface=1:2:3:4:5:6:7:8")).contains("such as 127.0.0.1 or [::1]");
    assertThat(refusedClient("tcp:::1:80")).contains("written in brackets: [::1]");
  }

  @Test
  void keepsTheMessageOnOneLine() {
    assertThat(refused("tcp:80\n90\u2028\u0007")).contains("'80\\u000a90\\u2028\\u0007'");
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> Endpoints.server("x".repeat(10_000)))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000));
  }

  // ---- Objects --------------------------------------------------------------------------------

  @Test
  void objectsRefuseWhatCannotBe() {
    assertThatIllegalArgumentException().isThrownBy(() -> TcpServerEndpoint.port(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> TcpServerEndpoint.port(1).on("here"));
    assertThatIllegalArgumentException().isThrownBy(() -> TcpClientEndpoint.to("", 80));
    assertThatIllegalArgumentException().isThrownBy(() -> TcpClientEndpoint.to("h", 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TcpClientEndpoint.to("h", 1).within(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> UdpClientEndpoint.to("h", 70_000));
  }

  @Test
  void objectsTakeSocketAddresses() throws Exception {
    var address = new InetSocketAddress(InetAddress.ofLiteral("::1"), 80);
    assertThat(TcpClientEndpoint.to(address)).hasToString("tcp:[0:0:0:0:0:0:0:1]:80");
    assertThat(UdpClientEndpoint.to(InetSocketAddress.createUnresolved("h", 80)))
        .hasToString("udp:h:80");
  }
}
