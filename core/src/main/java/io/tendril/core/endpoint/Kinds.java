package io.tendril.core.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The kinds of endpoints that there are, and the reading of strings by them. */
final class Kinds {
  /** Core's own. */
  private static final List<EndpointKind> OWN =
      List.of(
          new TcpKind(),
          new Tcp6Kind(),
          new UdpKind(),
          new UnixKind(),
          new ProcessKind(),
          new TlsKind(),
          new FdKind(),
          new StdioKind(),
          new SystemdKind(),
          new ProxyKind());

  /** More failures than that are no plugins that fail, but a loader that does. */
  private static final int MOST_BROKEN = 100;

  /** Looked for when the first string is read. */
  private static final Kinds FOUND = find(ServiceLoader.load(EndpointKind.class));

  private final List<EndpointKind> kinds;
  private final List<String> broken;

  Kinds(List<EndpointKind> kinds, List<String> broken) {
    this.kinds = List.copyOf(kinds);
    this.broken = List.copyOf(broken);
  }

  /** The kinds that are there for strings everywhere. */
  static Kinds found() {
    return FOUND;
  }

  /** Core's own kinds, and those of plugins. One that cannot be loaded leaves the others alone. */
  static Kinds find(ServiceLoader<EndpointKind> loader) {
    List<EndpointKind> kinds = new ArrayList<>(OWN);
    List<String> broken = new ArrayList<>();
    var plugins = loader.stream().iterator();
    while (broken.size() < MOST_BROKEN) {
      try {
        if (!plugins.hasNext()) {
          break;
        }
        kinds.add(plugins.next().get());
      } catch (ServiceConfigurationError e) {
        broken.add(String.valueOf(e.getMessage()));
      }
    }
    return new Kinds(kinds, broken);
  }

  ServerEndpoint server(String text, int start) {
    return read(
        text,
        start,
        "server",
        EndpointKind.Server.class,
        EndpointKind.Server::serverGrammar,
        EndpointKind.Server::server);
  }

  ClientEndpoint client(String text, int start) {
    return read(
        text,
        start,
        "client",
        EndpointKind.Client.class,
        EndpointKind.Client::clientGrammar,
        EndpointKind.Client::client);
  }

  /** Whether there is a kind of a name for a use. */
  boolean has(String name, Class<? extends EndpointKind> type) {
    return kinds.stream().anyMatch(kind -> kind.name().equals(name) && type.isInstance(kind));
  }

  DatagramServerEndpoint datagramServer(String text, int start) {
    return read(
        text,
        start,
        "datagram server",
        EndpointKind.DatagramServer.class,
        EndpointKind.DatagramServer::datagramServerGrammar,
        EndpointKind.DatagramServer::datagramServer);
  }

  DatagramClientEndpoint datagramClient(String text, int start) {
    return read(
        text,
        start,
        "datagram client",
        EndpointKind.DatagramClient.class,
        EndpointKind.DatagramClient::datagramClientGrammar,
        EndpointKind.DatagramClient::datagramClient);
  }

  private <K extends EndpointKind, E> E read(
      String text,
      int start,
      String use,
      Class<K> type,
      Function<K, String> grammar,
      BiFunction<K, Arguments, E> make) {
    var description = Description.parse(text, start);
    K kind = kind(description, use, type);
    var arguments = new Arguments(this, description, grammar.apply(kind));
    E endpoint = make.apply(kind, arguments);
    arguments.end();
    return endpoint;
  }

  private <K extends EndpointKind> K kind(Description description, String use, Class<K> type) {
    List<K> found =
        kinds.stream()
            .filter(kind -> kind.name().equals(description.kind()))
            .filter(type::isInstance)
            .map(type::cast)
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new EndpointSyntax(
        description.text(),
        description.start(),
        found.isEmpty() ? unknown(description.kind(), use, type) : claimed(found));
  }

  private String unknown(String name, String use, Class<?> type) {
    var known = new TreeSet<String>();
    kinds.stream().filter(type::isInstance).forEach(kind -> known.add(kind.name()));
    if (name.matches("[0-9]+") && known.contains("tcp")) {
      return "expected a kind; did you mean 'tcp:" + name + "'?";
    }
    String problem = "unknown kind " + Suggestions.among(name, known, "kinds of " + use);
    return broken.isEmpty() ? problem : problem + "; not loaded: " + String.join("; ", broken);
  }

  private static String claimed(List<? extends EndpointKind> kinds) {
    List<String> classes = kinds.stream().map(kind -> kind.getClass().getName()).toList();
    return "several plugins have this kind: " + String.join(", ", classes);
  }
}
