package io.tendril.benchmarks.tls;

import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.Load;
import java.io.IOException;

/** Loads over TLS, for comparisons of other things. */
public final class TlsLoads {
  private TlsLoads() {}

  /** Many exchanges on each of so many connections. */
  public static Load kept(int port, Exchange exchange, int connections) throws IOException {
    return new TlsLoad(port, exchange, connections, TlsLoad.Use.KEPT);
  }
}
