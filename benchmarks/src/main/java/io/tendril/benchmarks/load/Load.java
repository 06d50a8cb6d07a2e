package io.tendril.benchmarks.load;

import java.io.IOException;

/** What keeps a server busy. */
public interface Load extends AutoCloseable {
  /** Makes such load on a port. */
  interface Source {
    Load open(int port, Exchange exchange) throws IOException;
  }

  /** Runs for a time: how many replies came. */
  long run(long nanos) throws IOException;

  @Override
  void close();
}
