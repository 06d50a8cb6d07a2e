package io.tendril.benchmarks.http;

import io.tendril.core.Reactor;
import io.tendril.http.server.HttpServer;

/** The plain text server alone, for load generators from elsewhere. */
final class Plaintext {
  private Plaintext() {}

  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      System.err.println("usage: benchmarks/plaintext PORT");
      System.exit(2);
    }
    Reactor.run(reactor ->
        reactor.listen(
            "tcp:" + arguments[0] + ":interface=127.0.0.1",
            HttpServer.of(TendrilHttp.plaintext())));
  }
}
