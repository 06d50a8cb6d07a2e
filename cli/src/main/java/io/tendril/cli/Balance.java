package io.tendril.cli;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.List;

/// Which of several targets gets the next connection.
enum Balance {
  /// Each in turn.
  ROUND_ROBIN {
    @Override
    Target choose(List<Target> targets, SocketAddress client, long turn) {
      return targets.get((int) (turn % targets.size()));
    }
  },

  /// The one with the fewest connections now; of several, each in turn.
  LEAST {
    @Override
    Target choose(List<Target> targets, SocketAddress client, long turn) {
      long fewest = targets.stream().mapToLong(Target::open).min().orElseThrow();
      List<Target> those = targets.stream().filter(each -> each.open() == fewest).toList();
      return ROUND_ROBIN.choose(those, client, turn);
    }
  },

  /// The first, as long as it is up: the others stand by.
  FIRST {
    @Override
    Target choose(List<Target> targets, SocketAddress client, long turn) {
      return targets.getFirst();
    }
  },

  /// The same for each client, by its address. When a target goes, only its own clients move: the
  /// highest of a hash of client and target wins (rendezvous hashing, Thaler and Ravishankar 1996).
  SOURCE {
    @Override
    Target choose(List<Target> targets, SocketAddress client, long turn) {
      String name =
          client instanceof InetSocketAddress internet && internet.getAddress() != null
              ? internet.getAddress().getHostAddress()
              : client.toString();
      return targets.stream()
          .max(Comparator.comparingLong(each -> spread(name, each.name())))
          .orElseThrow();
    }
  };

  /// Chooses of at least one.
  ///
  /// @param turn a number that grows by one with each connection
  abstract Target choose(List<Target> targets, SocketAddress client, long turn);

  /// FNV-1a, and a last mix so that the highest bits depend on the last letters.
  private static long spread(String client, String target) {
    long hash = 0xcbf29ce484222325L;
    String both = client + " " + target;
    for (int i = 0; i < both.length(); i++) {
      hash = (hash ^ both.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    return hash ^ (hash >>> 33);
  }
}
