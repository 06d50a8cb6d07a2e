package io.tendril.benchmarks.http;

import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.Listener;
import io.tendril.core.ReactorGroup;
import io.tendril.http.server.HttpServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** The plain text server on several reactors: how many, and how connections are spread. */
final class GroupHttp {
  private GroupHttp() {}

  public static void main(String[] arguments) throws Exception {
    int reactors = Integer.parseInt(arguments[0]);
    var way = ReactorGroup.Spreading.valueOf(arguments[1]);
    var group =
        ReactorGroup.start(new ReactorGroup.Options(reactors, way, Engine.reactorOptions()));
    Listener listener =
        group
            .first()
            .blockingCall(
                () ->
                    group.listen(
                        "tcp:0:interface=127.0.0.1", _ -> HttpServer.of(TendrilHttp.plaintext())),
                Duration.ofSeconds(10));
    Map<String, LongSupplier> open = new HashMap<>();
    for (int i = 0; i < reactors; i++) {
      int shard = i;
      open.put("shard " + i, () -> group.connections().get(shard).open());
    }
    ServerProcess.serve(listener.port(), open);
  }
}
