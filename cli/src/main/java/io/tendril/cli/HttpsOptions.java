package io.tendril.cli;

import io.tendril.core.Listener;
import io.tendril.http.server.HttpHandler;
import io.tendril.http.server.HttpServer;
import io.tendril.http.server.Https;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What `tendril web` has browsers do where it speaks TLS.
final class HttpsOptions {
  private static final String OWN_PORT = "0";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--https-only",
      paramLabel = "PORT",
      arity = "0..1",
      fallbackValue = OWN_PORT,
      description =
          "Send who asks in the clear to the same place over TLS: at this port, or at that of the"
              + " first endpoint of tls:.")
  private @Nullable Integer only;

  @Option(
      names = "--hsts",
      paramLabel = "SECONDS",
      arity = "0..1",
      fallbackValue = "31536000",
      description =
          "Have browsers remember for this long to come over TLS alone. Without SECONDS: a year.")
  private @Nullable Long hsts;

  /// Asked in the threads of all reactors.
  private volatile int ownPort;

  /// Checks them.
  void check(List<Place> places) {
    if (only != null && (only < 0 || only > 65_535)) {
      throw new ParameterException(spec.commandLine(), "--https-only: no port: " + only);
    } else if (hsts != null && hsts < 0) {
      throw new ParameterException(spec.commandLine(), "--hsts: a negative time: " + hsts);
    } else if (only != null && only == 0 && places.stream().noneMatch(Place::secure)) {
      throw new ParameterException(
          spec.commandLine(), "--https-only without an endpoint of tls: needs the port of one");
    }
  }

  /// The order to open them in: nobody can be sent to a port that is not known yet.
  List<Place> ordered(List<Place> places) {
    return only == null
        ? places
        : places.stream().sorted(Comparator.comparing(each -> !each.secure())).toList();
  }

  void listening(Listener listener, Place place) {
    if (ownPort == 0 && place.secure()) {
      ownPort = listener.port();
    }
  }

  /// A server of what a handler has, and of what these options ask for.
  HttpServer server(HttpHandler handler) {
    HttpServer server =
        HttpServer.of(only == null ? handler : Https.only(this::port).around(handler));
    return hsts == null ? server : server.withFieldsOverTls(Https.strict(Duration.ofSeconds(hsts)));
  }

  private int port() {
    return only == null || only == 0 ? ownPort : only;
  }
}
