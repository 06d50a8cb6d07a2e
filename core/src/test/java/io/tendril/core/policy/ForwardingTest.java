package io.tendril.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.doubles.ManualReactor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract F7: every method and hook reaches through the wrappers, those with defaults, too. */
class ForwardingTest {
  private ManualReactor reactor;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
  }

  @AfterEach
  void close() {
    reactor.close();
  }

  static List<Method> transportMethods() {
    return Recorder.methods(Transport.class);
  }

  static List<Method> protocolMethods() {
    return Recorder.methods(Protocol.class);
  }

  static List<Method> factoryMethods() {
    return Recorder.methods(ProtocolFactory.class);
  }

  @ParameterizedTest
  @MethodSource("transportMethods")
  void aForwardingTransportForwards(Method method) throws Exception {
    var below = new Recorder<>(Transport.class, reactor);
    forwards(method, below, new ForwardingTransport(below.object()) {});
  }

  @ParameterizedTest
  @MethodSource("protocolMethods")
  void aForwardingProtocolForwards(Method method) throws Exception {
    var inner = new Recorder<>(Protocol.class, reactor);
    forwards(method, inner, new ForwardingProtocol<>(inner.object()) {});
  }

  @ParameterizedTest
  @MethodSource("factoryMethods")
  @SuppressWarnings("unchecked")
  void aForwardingFactoryForwards(Method method) throws Exception {
    var inner = new Recorder<>(ProtocolFactory.class, reactor);
    forwards(
        method,
        inner,
        new ForwardingFactory<Protocol, Protocol>(inner.object()) {
          @Override
          public Protocol build(Transport transport) throws Exception {
            return inner().build(transport);
          }
        });
  }

  private void forwards(Method method, Recorder<?> below, Object wrapper) throws Exception {
    Object[] arguments = below.someArguments(method);
    Object answer = method.invoke(wrapper, arguments);

    assertThat(below.calls).as("the very method, once").hasSize(1);
    assertThat(below.calls.getFirst().method()).isEqualTo(method);
    assertThat(answer).as("its answer").isEqualTo(below.answers.getFirst());
    if (!method.getName().equals("become")) {
      assertThat(below.calls.getFirst().arguments()).as("its arguments").containsExactly(arguments);
    }
  }

  @Test
  void becomeGivesTheWrapperToTheNextProtocol() throws Exception {
    var below = new Recorder<>(Transport.class, reactor);
    var wrapper = new ForwardingTransport(below.object()) {};
    var given = new AtomicReference<Transport>();
    ProtocolFactory<Protocol> next =
        transport -> {
          given.set(transport);
          return data -> {};
        };
    wrapper.become(next);
    ((ProtocolFactory<?>) below.calls.getFirst().arguments().getFirst()).build(below.object());
    assertThat(given).hasValue(wrapper);
  }

  // ---- Every policy ---------------------------------------------------------------------------

  interface Policy {
    <P extends Protocol> ProtocolFactory<?> wrap(ProtocolFactory<P> factory);
  }

  /** A policy and a method. */
  record Case(String name, Policy policy, Method method) {
    @Override
    public String toString() {
      return name + ": " + method.getName() + Arrays.toString(method.getParameterTypes());
    }
  }

  private static Stream<Case> each(Class<?> type, String name, Policy policy) {
    return Recorder.methods(type).stream().map(method -> new Case(name, policy, method));
  }

  private static Stream<Case> policies(Class<?> type) {
    return Stream.of(
            each(type, "idle", IdleTimeout.of(java.time.Duration.ofHours(1))::wrap),
            each(type, "connections", ConnectionLimit.of(9)::wrap),
            each(type, "peers", PeerLimit.of(9)::wrap),
            each(type, "rate in", RateLimit.incoming(1_000_000)::wrap),
            each(type, "rate out", RateLimit.outgoing(1_000_000)::wrap),
            each(type, "log", TrafficLog.to(entry -> {})::wrap),
            each(type, "all", ForwardingTest::all))
        .flatMap(cases -> cases);
  }

  private static <P extends Protocol> ProtocolFactory<?> all(ProtocolFactory<P> factory) {
    return ConnectionLimit.of(9)
        .wrap(
            TrafficLog.to(entry -> {})
                .wrap(
                    RateLimit.of(1_000_000, 1_000_000)
                        .wrap(IdleTimeout.of(java.time.Duration.ofHours(1)).wrap(factory))));
  }

  static Stream<Case> transportCases() {
    return policies(Transport.class);
  }

  static Stream<Case> protocolCases() {
    return policies(Protocol.class);
  }

  static Stream<Case> factoryCases() {
    return policies(ProtocolFactory.class);
  }

  @ParameterizedTest
  @MethodSource("transportCases")
  void aPolicyHandsEveryMethodOfTheTransportOn(Case each) throws Exception {
    var below = new Recorder<>(Transport.class, reactor);
    var given = new AtomicReference<Transport>();
    each.policy
        .wrap(transport -> {
          given.set(transport);
          return data -> {};
        })
        .build(below.object())
        .connectionMade();
    if (each.method.getName().equals("resumeReading")) {
      given.get().pauseReading();
    }
    below.calls.clear();
    try {
      each.method.invoke(given.get(), below.someArguments(each.method));
    } catch (java.lang.reflect.InvocationTargetException e) {
      // What the stand-in answers to become() is no wrapper of the policy's.
      assertThat(e.getCause()).isInstanceOf(ClassCastException.class);
      assertThat(each.method.getName()).isEqualTo("become");
    }
    String name = each.method.getName();
    boolean paced = each.name.equals("rate out") || each.name.equals("all");
    assertThat(below.names())
        .contains(
            switch (name) {
              // A limit of the rate sends them bit by bit.
              case "writeOwned", "writeFully" -> paced ? "write" : name;
              default -> name;
            });
  }

  @ParameterizedTest
  @MethodSource("protocolCases")
  void aPolicyHandsEveryHookToTheProtocol(Case each) throws Exception {
    var below = new Recorder<>(Transport.class, reactor);
    var inner = new Recorder<>(Protocol.class, reactor);
    var given = new AtomicReference<Transport>();
    Protocol outer =
        each.policy
            .wrap(transport -> {
              given.set(transport);
              return inner.object();
            })
            .build(below.object());
    Object[] arguments = below.someArguments(each.method);
    Object answer = each.method.invoke(outer, arguments);
    assertThat(inner.calls).hasSize(1);
    assertThat(inner.calls.getFirst().method()).isEqualTo(each.method);
    assertThat(answer).isEqualTo(inner.answers.getFirst());
    if (each.method.getName().equals("drain")) {
      assertThat(inner.calls.getFirst().arguments())
          .as("drained with the transport that it was built with")
          .containsExactly(
              each.name.equals("connections") || each.name.equals("peers")
                  ? arguments[0]
                  : given.get());
    }
  }

  @ParameterizedTest
  @MethodSource("factoryCases")
  void aPolicyHandsEveryHookToTheFactory(Case each) throws Exception {
    var inner = new Recorder<>(ProtocolFactory.class, reactor);
    ProtocolFactory<?> outer = each.policy.wrap((ProtocolFactory<?>) inner.object());
    each.method.invoke(
        outer,
        each.method.getName().equals("build")
            ? new Object[] {new Recorder<>(Transport.class, reactor).object()}
            : new Object[0]);
    assertThat(inner.names()).containsExactly(each.method.getName());
  }
}
