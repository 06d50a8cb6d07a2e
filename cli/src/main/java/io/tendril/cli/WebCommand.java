package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import io.tendril.http.Headers;
import io.tendril.http.HttpLimits;
import io.tendril.http.Response;
import io.tendril.http.server.AccessLog;
import io.tendril.http.server.HttpHandler;
import io.tendril.http.server.HttpServer;
import io.tendril.http.server.StaticFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tendril web`: serves a directory over HTTP.
@Command(
    name = "web",
    sortOptions = false,
    description = "Serve a directory over HTTP, until Ctrl-C.",
    footer = {
      "",
      "For example:",
      "  tendril web --path . ",
      "  tendril web --path /srv/www --listen tcp:80 --log /var/log/web.log",
      "  tendril web --path . --listen tls:8443:cert=localhost.pem:key=localhost.key",
      "  tendril web --path . --header 'Cache-Control: no-store' --log-format json"
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
      names = "--index",
      paramLabel = "NAME",
      converter = WebOptions.ToIndex.class,
      description = "The file that stands for its directory. Default: index.html")
  private @Nullable String index;

  @Option(names = "--no-listing", description = "List no directories: one without an index is 404.")
  private boolean noListing;

  @Option(
      names = "--follow-links",
      description = "Follow symbolic links out of the directory, not only those within it.")
  private boolean followLinks;

  @Option(
      names = "--header",
      paramLabel = "NAME:VALUE",
      converter = WebOptions.ToField.class,
      description = "Put a header field in each response; may be given several times.")
  private List<WebOptions.Field> fields = List.of();

  @Option(
      names = "--max-body",
      paramLabel = "SIZE",
      converter = WebOptions.ToSize.class,
      description = "The longest content of a request: octets, or with K, M or G. Default: 1G")
  private @Nullable Long maxBody;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Write an access log; - for the standard output. A file is opened anew on SIGHUP.")
  private @Nullable String log;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      converter = WebOptions.ToFormat.class,
      description = "combined or json; without --log, to the standard output. Default: combined")
  private AccessLog.@Nullable Format logFormat;

  @Mixin private HttpsOptions https;

  @Mixin private ReactorsOption reactors;

  @Mixin private ProcessOptions processes;

  private final Hangup hangup = new Hangup();

  @Override
  public Integer call() throws IOException {
    if (!canNameAnyFile()) {
      spec.commandLine()
          .getErr()
          .println(
              "tendril web: in this locale only files with ASCII names can be served; set"
                  + " LC_ALL=C.UTF-8");
    }
    return processes.run(
        () -> https.ordered(Place.of(endpoints)),
        this::announce,
        reactors,
        group -> start(group).thenRun(() -> hangup.heed(group.first())));
  }

  /// Java takes the encoding of file names from the locale, once and for all.
  private static boolean canNameAnyFile() {
    try {
      return Path.of("\u00e4\u20ac").toString().length() == 2;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /// Starts to serve; says where once it accepts.
  Deferred<Void> start(ReactorGroup group) {
    List<Place> places = Place.of(endpoints);
    https.check(places);
    AccessLogs logs = AccessLogs.of(log, logFormat, out(), spec.commandLine().getErr());
    if (logs != null) {
      hangup.add(() -> logs.reopen(group));
    }
    Map<Reactor, HttpServer> servers = new ConcurrentHashMap<>();
    return group
        .inEach(shard -> server(shard, logs).thenAccept(server -> servers.put(shard, server)))
        .thenCompose(_ -> listen(group, servers, https.ordered(places), 0));
  }

  /// A server for one reactor, in its thread.
  private Deferred<HttpServer> server(Reactor shard, @Nullable AccessLogs logs) {
    Deferred<HttpServer> server =
        handler(shard).thenApply(https::server).thenApply(this::configured);
    return logs == null
        ? server
        : server.thenCompose(plain -> logs.open(shard).thenApply(plain::withLog));
  }

  private Deferred<HttpHandler> handler(Reactor reactor) {
    if (path == null) {
      Response page = Response.html(DemonstrationPage.HTML).prepare();
      return Deferred.succeeded(_ -> page);
    }
    return StaticFiles.open(reactor, path).thenApply(this::configured);
  }

  private StaticFiles configured(StaticFiles files) {
    StaticFiles configured = index == null ? files : files.withIndex(index);
    configured = noListing ? configured.withoutListing() : configured;
    return followLinks ? configured.withLinksOut() : configured;
  }

  private HttpServer configured(HttpServer plain) {
    var everywhere = new Headers.Builder();
    everywhere.set("X-Content-Type-Options", "nosniff"); // listings and errors too, not files alone
    fields.forEach(field -> everywhere.remove(field.name()));
    fields.forEach(field -> everywhere.add(field.name(), field.value()));
    return plain.withLimits(limits()).withFields(everywhere.build());
  }

  private HttpLimits limits() {
    HttpLimits limits = HttpLimits.defaults();
    return maxBody == null
        ? limits
        : limits.withBody((int) Math.min(limits.body(), maxBody)).withStreamedBody(maxBody);
  }

  /// Listens at one endpoint after the other, so that the first that fails is the one reported.
  private Deferred<Void> listen(
      ReactorGroup group, Map<Reactor, HttpServer> servers, List<Place> places, int number) {
    if (number == places.size()) {
      return Deferred.done();
    }
    Place place = places.get(number);
    return group
        .listen(place.endpoint(), shard -> Objects.requireNonNull(servers.get(shard)))
        .thenCompose(listener -> {
          hangup.add(place, listener);
          https.listening(listener, place);
          if (!ProcessOptions.isWorker()) { // its parent has said so
            announce(listener, place);
          }
          return listen(group, servers, places, number + 1);
        });
  }

  private void announce(Listener listener, Place place) {
    String what = path == null ? "a page" : path.toString();
    out().println("Serving " + what + " at " + url(listener.address(), place));
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /// What to open in a browser or, where there is no such thing, the endpoint.
  static String url(SocketAddress address, Place place) {
    if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
      return place.text();
    }
    String literal = internet.getAddress().getHostAddress();
    String host =
        internet.getAddress().isAnyLocalAddress()
            ? "localhost"
            : literal.indexOf(':') < 0 ? literal : "[" + literal + "]";
    boolean tls = place.secure();
    boolean usual = internet.getPort() == (tls ? 443 : 80);
    return (tls ? "https://" : "http://") + host + (usual ? "" : ":" + internet.getPort()) + "/";
  }
}
