package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.http.Response;
import io.tendril.http.server.AccessLog;
import io.tendril.http.server.HttpHandler;
import io.tendril.http.server.HttpServer;
import io.tendril.http.server.StaticFiles;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tendril web`: serves a directory over HTTP.
@Command(
    name = "web",
    description = "Serve a directory over HTTP, until Ctrl-C.",
    footer = {
      "",
      "For example:",
      "  tendril web --path . ",
      "  tendril web --path /srv/www --listen tcp:80 --log /var/log/web.log"
    })
public final class WebCommand implements TendrilCommand {
  @Spec private CommandSpec spec;

  @Option(
      names = "--path",
      paramLabel = "DIR",
      description = "What to serve; without it, a page that says hello.")
  private @Nullable Path path;

  @Option(
      names = "--listen",
      paramLabel = "ENDPOINT",
      defaultValue = "tcp:8080:interface=127.0.0.1",
      description = "Where to listen; may be given several times. Default: ${DEFAULT-VALUE}")
  private List<String> endpoints = List.of();

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Write an access log in the combined format; - for the standard output.")
  private @Nullable String log;

  @Override
  public Integer call() {
    Reactor.run(this::start);
    return 0;
  }

  /// Starts to serve; says where once it accepts.
  Deferred<Void> start(Reactor reactor) {
    return handler(reactor)
        .thenCompose(handler -> server(reactor, handler))
        .thenCompose(server -> listen(reactor, server, 0));
  }

  private Deferred<HttpHandler> handler(Reactor reactor) {
    return path == null
        ? Deferred.succeeded(_ -> Response.html(DemonstrationPage.HTML))
        : StaticFiles.open(reactor, path).thenApply(files -> files);
  }

  private Deferred<HttpServer> server(Reactor reactor, HttpHandler handler) {
    HttpServer server = HttpServer.of(handler);
    if (log == null) {
      return Deferred.succeeded(server);
    }
    return log.equals("-")
        ? Deferred.succeeded(server.withLog(AccessLog.to(reactor, out())))
        : AccessLog.open(reactor, Path.of(log)).thenApply(server::withLog);
  }

  /// Listens at one endpoint after the other, so that the first that fails is the one reported.
  private Deferred<Void> listen(Reactor reactor, HttpServer server, int number) {
    if (number == endpoints.size()) {
      return Deferred.done();
    }
    return reactor
        .listen(endpoints.get(number), server)
        .thenCompose(listener -> {
          announce(listener, endpoints.get(number));
          return listen(reactor, server, number + 1);
        });
  }

  private void announce(Listener listener, String endpoint) {
    String what = path == null ? "a page" : path.toString();
    out().println("Serving " + what + " at " + url(listener.address(), endpoint));
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /// What to open in a browser or, where there is no such thing, the endpoint.
  static String url(SocketAddress address, String endpoint) {
    if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
      return endpoint;
    }
    String literal = internet.getAddress().getHostAddress();
    String host =
        internet.getAddress().isAnyLocalAddress()
            ? "localhost"
            : literal.indexOf(':') < 0 ? literal : "[" + literal + "]";
    return "http://" + host + (internet.getPort() == 80 ? "" : ":" + internet.getPort()) + "/";
  }
}
