package io.tendril.testing.conformance;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Holds reactors on an engine to the contract. Extend it, say what is put to the test, and run it
 * with JUnit:
 *
 * <pre>{@code
 * class MyEngineTest extends ReactorConformance {
 *   protected Candidate candidate() {
 *     return Candidate.ofSockets("mine", MyEngine::open);
 *   }
 * }
 * }</pre>
 *
 * <p>Each case is named by its line of the contract. Nothing sleeps and no case waits for time to
 * pass: the time of the reactors is the case's, whatever the engine.
 */
public abstract class ReactorConformance
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
        HandoverCases,
        PolicyCases,
        ConnectCases,
        DatagramCases,
        MulticastCases,
        ThreadCases,
        TaskCases,
        ExecutorCases,
        TimeCases,
        ShutdownCases {
  private @Nullable Rig rig;

  /** What is put to the test; asked once for each case. */
  protected abstract Candidate candidate();

  @BeforeEach
  final void openRig() {
    rig = new Rig(candidate());
  }

  @AfterEach
  final void closeRig() throws Exception {
    rig().close();
  }

  @Override
  @SuppressWarnings("exports") // the cases' own business
  public final Rig rig() {
    Rig open = rig;
    if (open == null) {
      throw new IllegalStateException("no case runs");
    }
    return open;
  }
}
