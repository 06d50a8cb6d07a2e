package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Addresses;
import io.tendril.core.ConnectFailed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.doubles.ManualNetwork;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.ManualResolver;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contracts T10 and T11: connecting to a name. */
class HappyEyeballsTest {
  private ManualReactor reactor;
  private ManualNetwork network;
  private ManualResolver resolver;
  private Object outcome;
  private int built;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    network = new ManualNetwork(reactor);
    resolver = new ManualResolver(reactor);
  }

  @AfterEach
  void leavesNothingBehind() {
    assertThat(outcome).as("outcome").isNotNull();
    reactor.settle();
    assertThat(reactor.pendingCalls()).as("pending calls").isZero();
    assertThat(resolver.cancelled || outcome instanceof ConnectFailed || lookedUp).isTrue();
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private boolean lookedUp;

  private Deferred<?> connect(TcpClientEndpoint endpoint) {
    Deferred<Protocol> connecting =
        reactor.connect(
            endpoint,
            transport -> {
              built++;
              return data -> {};
            });
    assertThat(connecting.isDone()).isFalse();
    return connecting.<Object>handle(
        value -> {
          outcome = "connected";
          return null;
        },
        failure -> {
          outcome = failure;
          return null;
        });
  }

  private Deferred<?> connect() {
    return connect(TcpClientEndpoint.to("example.org", 80));
  }

  private void find(String... addresses) {
    List.of(addresses).forEach(resolver::find);
  }

  private void endLookup() {
    lookedUp = true;
    resolver.end();
  }

  private List<String> tried() {
    return network.calls.stream().map(call -> Addresses.show(call.address)).toList();
  }

  private static ConnectFailed refused(ManualNetwork.Call call) {
    return new ConnectFailed.Refused(call.name, new java.net.ConnectException("refused"));
  }

  private void refuse(int attempt) {
    network.calls.get(attempt).fail(refused(network.calls.get(attempt)));
  }

  private static final String V6_1 = "2001:db8::1";
  private static final String V6_2 = "2001:db8::2";
  private static final String V4_1 = "192.0.2.1";
  private static final String V4_2 = "192.0.2.2";

  private static String at(String address) {
    return address.contains(":")
        ? "[" + address.replace("::", ":0:0:0:0:0:") + "]:80"
        : address + ":80";
  }

  @Test
  void aLiteralAddressNeedsNoResolver() {
    connect(TcpClientEndpoint.to("::1", 80).within(Duration.ofSeconds(3)));
    assertThat(resolver.host).isNull();
    assertThat(network.calls.getFirst().name).isEqualTo("[::1]:80");
    assertThat(network.calls.getFirst().limit).isEqualTo(Duration.ofSeconds(3));
    network.calls.getFirst().succeed();
    lookedUp = true;
    assertThat(outcome).isEqualTo("connected");
  }

  @Test
  void triesTheOnlyAddress() {
    connect();
    assertThat(resolver.host).isEqualTo("example.org");
    find(V6_1);
    assertThat(tried()).containsExactly(at(V6_1));
    endLookup();
    network.calls.getFirst().succeed();
    assertThat(outcome).isEqualTo("connected");
    assertThat(built).isOne();
  }

  @Test
  void triesTheFamiliesInTurnIpv6First() {
    connect();
    find(V4_1, V4_2, V6_1, V6_2);
    endLookup();
    for (int i = 0; i < 4; i++) {
      reactor.advance(Duration.ofMillis(250));
    }
    assertThat(tried()).containsExactly(at(V6_1), at(V4_1), at(V6_2), at(V4_2));
    network.calls.get(3).succeed();
    assertThat(outcome).isEqualTo("connected");
  }

  @Test
  void beginsANewAttemptEach250Milliseconds() {
    connect();
    find(V6_1, V4_1, V4_2);
    endLookup();
    reactor.advance(Duration.ofMillis(249));
    assertThat(tried()).hasSize(1);
    reactor.advance(Duration.ofMillis(1));
    assertThat(tried()).hasSize(2);
    reactor.advance(Duration.ofMillis(250));
    assertThat(tried()).hasSize(3);
    network.calls.getFirst().succeed();
  }

  @Test
  void beginsTheNextAttemptAtOnceWhenOneFails() {
    connect();
    find(V6_1, V4_1, V4_2);
    endLookup();
    refuse(0);
    assertThat(tried()).hasSize(2);
    reactor.advance(Duration.ofMillis(249));
    assertThat(tried()).as("the 250 ms begin again").hasSize(2);
    reactor.advance(Duration.ofMillis(1));
    assertThat(tried()).hasSize(3);
    network.calls.get(2).succeed();
    assertThat(outcome).isEqualTo("connected");
  }

  @Test
  void theFirstSuccessEndsTheOthersAndBuildsTheOnlyProtocol() {
    connect();
    find(V6_1, V4_1, V4_2);
    reactor.advance(Duration.ofMillis(300));
    network.calls.get(1).succeed();
    assertThat(outcome).isEqualTo("connected");
    assertThat(network.calls.get(0).cancelled).isTrue();
    assertThat(resolver.cancelled).isTrue();
    assertThat(built).isOne();
    reactor.advance(Duration.ofMinutes(1));
    assertThat(tried()).hasSize(2);
  }

  @Test
  void anIpv4AddressWaitsAMomentForAnIpv6One() {
    connect();
    find(V4_1);
    reactor.advance(Duration.ofMillis(49));
    assertThat(tried()).isEmpty();
    find(V6_1);
    assertThat(tried()).containsExactly(at(V6_1));
    network.calls.getFirst().succeed();
  }

  @Test
  void anIpv4AddressWaitsNoLongerThan50Milliseconds() {
    connect();
    find(V4_1);
    reactor.advance(Duration.ofMillis(50));
    assertThat(tried()).containsExactly(at(V4_1));
    network.calls.getFirst().succeed();
  }

  @Test
  void anIpv4AddressDoesNotWaitOnceTheLookupHasEnded() {
    connect();
    find(V4_1);
    endLookup();
    assertThat(tried()).containsExactly(at(V4_1));
    network.calls.getFirst().succeed();
  }

  @Test
  void anAddressThatIsFoundLateIsTriedWhenItsTurnHasCome() {
    connect();
    find(V6_1);
    reactor.advance(Duration.ofMillis(100));
    find(V6_2);
    assertThat(tried()).hasSize(1);
    reactor.advance(Duration.ofMillis(150));
    assertThat(tried()).hasSize(2);
    reactor.advance(Duration.ofSeconds(1));
    find(V4_1);
    assertThat(tried()).hasSize(3);
    network.calls.get(2).succeed();
  }

  @Test
  void anAddressThatIsFoundAfterAllOthersFailedIsTriedAtOnce() {
    connect();
    find(V6_1);
    refuse(0);
    assertThat(outcome).isNull();
    find(V4_1);
    assertThat(tried()).hasSize(2);
    network.calls.get(1).succeed();
    assertThat(outcome).isEqualTo("connected");
  }

  @Test
  void anAddressIsTriedOnce() {
    connect();
    find(V6_1, V6_1, V6_1);
    endLookup();
    refuse(0);
    assertThat(tried()).hasSize(1);
    assertThat(outcome).isInstanceOf(ConnectFailed.Refused.class);
  }

  @Test
  void allFailedHoldsEveryAttempt() {
    connect();
    find(V6_1, V4_1);
    endLookup();
    refuse(0);
    refuse(1);
    assertThat(outcome).isInstanceOf(ConnectFailed.AllFailed.class);
    var failed = (ConnectFailed.AllFailed) outcome;
    assertThat(failed.peer()).isEqualTo("example.org:80");
    assertThat(failed.attempts())
        .extracting(ConnectFailed::peer)
        .containsExactly("example.org:80 (" + at(V6_1) + ")", "example.org:80 (" + at(V4_1) + ")");
    assertThat(failed.attempts()).hasOnlyElementsOfType(ConnectFailed.Refused.class);
  }

  @Test
  void theOnlyAttemptsFailureIsTheFailure() {
    connect();
    find(V4_1);
    endLookup();
    refuse(0);
    assertThat(outcome).isInstanceOf(ConnectFailed.Refused.class);
  }

  @Test
  void aNameWithoutAddressesIsUnknown() {
    connect();
    resolver.fail(new UnknownHostException("example.org"));
    assertThat(outcome).isInstanceOf(ConnectFailed.UnknownHost.class);
    assertThat(((ConnectFailed) outcome).phase()).isEqualTo(ConnectFailed.Phase.RESOLVE);
  }

  @Test
  void aLookupThatEndsEmptyIsAnUnknownHost() {
    connect();
    endLookup();
    assertThat(outcome).isInstanceOf(ConnectFailed.UnknownHost.class);
  }

  @Test
  void aLookupThatFailsForAnotherReasonSaysSo() {
    connect();
    resolver.fail(new IllegalStateException("no server answers"));
    assertThat(outcome).isInstanceOf(ConnectFailed.Other.class);
    assertThat(((ConnectFailed) outcome).phase()).isEqualTo(ConnectFailed.Phase.RESOLVE);
  }

  @Test
  void aLookupThatFailsHalfwayDoesNotStopTheAttempts() {
    connect();
    find(V6_1);
    lookedUp = true;
    resolver.fail(new UnknownHostException("the other half"));
    assertThat(outcome).isNull();
    network.calls.getFirst().succeed();
    assertThat(outcome).isEqualTo("connected");
  }

  @Test
  void aResolverThatThrowsFailsTheConnectLater() {
    reactor.resolver =
        (host, found) -> {
          throw new IllegalStateException("broken");
        };
    connect();
    assertThat(outcome).isNull();
    reactor.settle();
    assertThat(outcome).isInstanceOf(ConnectFailed.Other.class);
  }

  @Test
  void givesUpAfter30SecondsWhateverTheLookupDoes() {
    connect();
    reactor.advance(Duration.ofSeconds(30).minusNanos(1));
    assertThat(outcome).isNull();
    reactor.advance(Duration.ofNanos(1));
    assertThat(outcome)
        .isInstanceOf(ConnectFailed.TimedOut.class)
        .asString()
        .contains("example.org:80: no answer after 30000 ms");
    assertThat(((ConnectFailed) outcome).phase()).isEqualTo(ConnectFailed.Phase.RESOLVE);
    assertThat(resolver.cancelled).isTrue();
  }

  @Test
  void givesUpAfterTheLimitWhateverTheAttemptsDo() {
    connect(TcpClientEndpoint.to("example.org", 80).within(Duration.ofSeconds(1)));
    find(V6_1, V4_1);
    endLookup();
    refuse(0);
    reactor.advance(Duration.ofSeconds(1));
    assertThat(((ConnectFailed.AllFailed) outcome).attempts())
        .extracting(failure -> (Object) failure.getClass())
        .containsExactly(ConnectFailed.Refused.class, ConnectFailed.TimedOut.class);
    assertThat(network.calls.get(1).cancelled).isTrue();
    assertThat(tried()).hasSize(2);
  }

  @Test
  void cancellingTheLookupGivesUp() {
    connect().cancel();
    assertThat(outcome).isInstanceOf(CancellationException.class);
    assertThat(resolver.cancelled).isTrue();
    find(V6_1);
    assertThat(tried()).isEmpty();
  }

  @Test
  void cancellingTheAttemptsGivesUp() {
    Deferred<?> connecting = connect();
    find(V6_1, V4_1, V4_2);
    reactor.advance(Duration.ofMillis(250));
    connecting.cancel();
    assertThat(outcome).isInstanceOf(CancellationException.class);
    assertThat(network.calls).hasSize(2).allMatch(call -> call.cancelled);
    assertThat(built).isZero();
  }

  @Test
  void aFactoryThatThrowsFailsTheConnectAndTriesNoOther() {
    reactor
        .connect(
            TcpClientEndpoint.to("example.org", 80),
            transport -> {
              throw new IllegalStateException("not today");
            })
        .exceptionally(failure -> {
          outcome = failure;
          return null;
        });
    find(V6_1, V4_1);
    network.calls.getFirst().succeed();
    assertThat(outcome).asString().contains("not today");
    reactor.advance(Duration.ofMinutes(1));
    assertThat(tried()).hasSize(1);
  }

  @Test
  void triesOnlyTheFamilyOfTheLocalAddress() {
    connect(TcpClientEndpoint.to("example.org", 80).from("127.0.0.2"));
    find(V6_1, V4_1);
    endLookup();
    assertThat(tried()).containsExactly(at(V4_1));
    network.calls.getFirst().succeed();
  }

  @Test
  void saysSoWhenNoAddressIsOfTheFamilyOfTheLocalOne() {
    connect(TcpClientEndpoint.to("example.org", 80).from("127.0.0.2"));
    find(V6_1);
    endLookup();
    assertThat(outcome).isInstanceOf(ConnectFailed.BindFailed.class);
  }
}
