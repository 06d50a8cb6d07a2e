package io.tendril.core.endpoint;

import java.util.Collection;
import java.util.Comparator;

/** Guesses what was meant. */
final class Suggestions {
  private Suggestions() {}

  /**
   * The end of a message about an unknown word: "'prot'; did you mean 'port'? known options: port".
   *
   * @param what the known words are
   */
  static String among(String word, Collection<String> known, String what) {
    String likeliest =
        known.stream()
            .filter(each -> distance(word, each) <= Math.max(1, Math.min(3, each.length() / 2)))
            .min(Comparator.comparingInt(each -> distance(word, each)))
            .map(each -> "; did you mean '" + each + "'?")
            .orElse(";");
    String list = known.isEmpty() ? "there are none" : String.join(", ", known);
    return EndpointSyntax.quoted(word) + likeliest + " known " + what + ": " + list;
  }

  /**
   * How many letters to insert, remove, replace or swap with the next (optimal string alignment).
   */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 3) {
      return Integer.MAX_VALUE;
    }
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        table[i][j] = i == 0 ? j : j == 0 ? i : step(table, a, b, i, j);
      }
    }
    return table[a.length()][b.length()];
  }

  private static int step(int[][] table, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = table[i - 1][j - 1] + (same ? 0 : 1);
    best = Math.min(best, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
  }
}
