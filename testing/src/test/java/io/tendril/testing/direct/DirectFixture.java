package io.tendril.testing.direct;

import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.testing.RecordingTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** One conversation over a recording transport. */
abstract class DirectFixture {
  final RecordingTransport peer = new RecordingTransport();
  final List<Object> log = new ArrayList<>();

  /** What the conversations here do in between, until the test lets them go on. */
  final Promise<Void> work = peer.reactor().promise();

  void hold(Protocol.Conversation conversation) {
    peer.connect(Protocol.direct(conversation));
  }

  void finishWork() {
    peer.reactor().execute(work::succeed);
    peer.clock().runCurrent();
  }

  @AfterEach
  void nothingFailed() {
    peer.clock().close();
  }
}
