package io.tendril.cli;

import io.tendril.core.Listener;
import io.tendril.http.server.HttpHandler;
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

  private int ownPort;

  /// Checks them.
  void check(List<String> endpoints) {
    if (only != null && (only < 0 || only > 65_535)) {
      throw new ParameterException(spec.commandLine(), "--https-only: no port: " + only);
    } else if (hsts != null && hsts < 0) {
      throw new ParameterException(spec.commandLine(), "--hsts: a negative time: " + hsts);
    } else if (only != null && only == 0 && endpoints.stream().noneMatch(HttpsOptions::isTls)) {
      throw new ParameterException(
          spec.commandLine(), "--https-only without an endpoint of tls: needs the port of one");
    }
  }

  static boolean isTls(String endpoint) {
    return endpoint.startsWith("tls:");
  }

  /// The order to open them in: nobody can be sent to a port that is not known yet.
  List<String> ordered(List<String> endpoints) {
    return only == null
        ? endpoints
        : endpoints.stream().sorted(Comparator.comparing(each -> !isTls(each))).toList();
  }

  void listening(Listener listener, String endpoint) {
    if (ownPort == 0 && isTls(endpoint)) {
      ownPort = listener.port();
    }
  }

  HttpHandler around(HttpHandler handler) {
    HttpHandler inner =
        hsts == null ? handler : Https.strict(Duration.ofSeconds(hsts)).around(handler);
    return only == null ? inner : Https.only(this::port).around(inner);
  }

  private int port() {
    return only == null || only == 0 ? ownPort : only;
  }
}
