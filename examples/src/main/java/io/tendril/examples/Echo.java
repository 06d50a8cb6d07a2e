package io.tendril.examples;

import module io.tendril;

/** Says back what it hears: the shortest server there is. */
public final class Echo {
  private Echo() {}

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8007";
    Reactor.run(reactor -> reactor.listen(endpoint, factory()));
  }

  static ProtocolFactory<?> factory() {
    return Protocol.onData((transport, data) -> transport.write(data));
  }
}
