package io.tendril.testing.conformance;

import java.time.Duration;

/** From where a protocol can do something, and how a case makes that happen. */
enum Callback {
  CONNECTION_MADE {
    @Override
    void does(Script script, Script.Hook action) {
      script.onMade(action);
    }

    @Override
    void provoke(Rig rig, Link link) {}
  },
  DATA_RECEIVED {
    @Override
    void does(Script script, Script.Hook action) {
      script.onData((protocol, data) -> {
        protocol.take(data);
        action.run(protocol);
      });
    }

    @Override
    void provoke(Rig rig, Link link) {
      link.peer().send("x");
    }
  },
  DATA_RECEIVED_LEAVING_SOME {
    @Override
    void does(Script script, Script.Hook action) {
      script.onData((protocol, data) -> {
        protocol.take(data, 1);
        action.run(protocol);
      });
    }

    @Override
    void provoke(Rig rig, Link link) {
      link.peer().send("xyz");
    }
  },
  END_RECEIVED {
    @Override
    void does(Script script, Script.Hook action) {
      script.onEnd(protocol -> {
        action.run(protocol);
        return true;
      });
    }

    @Override
    void provoke(Rig rig, Link link) {
      link.peer().shutdownOutput();
    }
  },
  DELAYED_CALL {
    @Override
    void does(Script script, Script.Hook action) {
      script.onMade(protocol ->
          protocol.transport.callLater(Duration.ofSeconds(1), () -> action.run(protocol)));
    }

    @Override
    void provoke(Rig rig, Link link) {
      rig.advance(Duration.ofSeconds(1));
    }
  };

  /** Has the protocols of a script do something in this callback. */
  abstract void does(Script script, Script.Hook action);

  /** Makes this callback come. */
  abstract void provoke(Rig rig, Link link);
}
