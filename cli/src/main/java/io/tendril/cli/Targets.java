package io.tendril.cli;

import io.tendril.core.endpoint.Endpoints;
import java.net.SocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All the places that connections are carried to, of one reactor.
final class Targets {
  private final List<Target> all;
  private final Balance balance;
  private long turn;

  Targets(List<Target> all, Balance balance) {
    this.all = List.copyOf(all);
    this.balance = balance;
  }

  /// Reads endpoints of clients; throws [io.tendril.core.endpoint.EndpointSyntax] if one cannot be
  /// read.
  static Targets of(List<String> endpoints, Balance balance) {
    return new Targets(
        endpoints.stream().map(each -> new Target(each, Endpoints.client(each))).toList(), balance);
  }

  List<Target> all() {
    return all;
  }

  /// Those that one connection has tried, and one more.
  static List<Target> with(Target one, List<Target> tried) {
    return Stream.concat(tried.stream(), Stream.of(one)).toList();
  }

  /// The one for the next connection; null if all have been tried. While all are down, those are
  /// chosen from as if they were up: a check may be wrong, and no answer is worse than a late one.
  @Nullable Target choose(SocketAddress client, List<Target> tried) {
    if (all.size() == 1 && tried.isEmpty()) {
      return all.getFirst();
    }
    List<Target> left = all.stream().filter(each -> !tried.contains(each)).toList();
    List<Target> up = left.stream().filter(Target::isUp).toList();
    List<Target> from = up.isEmpty() ? left : up;
    return from.isEmpty() ? null : balance.choose(from, client, turn++);
  }
}
