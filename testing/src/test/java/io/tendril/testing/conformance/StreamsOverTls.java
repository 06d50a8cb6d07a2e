package io.tendril.testing.conformance;

import io.tendril.testing.tls.Certificates;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Holds TLS connections to what the contract says of streams. */
abstract class StreamsOverTls
    implements AbortCases,
        CloseCases,
        HalfCloseCases,
        LossCases,
        ThrowCases,
        WriteCases,
        FileCases,
        ReadCases,
        FairnessCases,
        BackpressureCases,
        PipeCases,
        LimitCases,
        BecomeCases,
        FactoryCases,
        ConnectCases,
        ShutdownCases {
  private final String engine;
  private final int layers;
  private @Nullable Rig rig;

  StreamsOverTls(String engine, int layers) {
    this.engine = engine;
    this.layers = layers;
  }

  /** What TLS goes over. */
  abstract Candidate below();

  @BeforeEach
  final void openRig() {
    var certificates = Certificates.on(engine);
    rig = new Rig(OverTls.of(below(), layers, certificates.server(), certificates.client()));
  }

  @AfterEach
  final void closeRig() throws Exception {
    rig().close();
  }

  @Override
  public final Rig rig() {
    Rig open = rig;
    if (open == null) {
      throw new IllegalStateException("no case runs");
    }
    return open;
  }
}
