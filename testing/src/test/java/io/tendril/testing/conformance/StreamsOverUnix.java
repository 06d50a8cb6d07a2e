package io.tendril.testing.conformance;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Holds connections of UNIX sockets to what the contract says of streams. */
abstract class StreamsOverUnix
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
  @TempDir Path directory;
  private @Nullable Rig rig;

  /** Whose UNIX sockets they are. */
  abstract Candidate below();

  @BeforeEach
  final void openRig() {
    rig = new Rig(OverUnix.of(below(), directory));
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
