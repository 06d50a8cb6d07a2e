package io.tendril.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What goes through each target, shown again and again in the same place of a terminal, or one
/// below the other where the output is none.
final class LiveCounters {
  private static final String HEAD =
      "%-28s %-5s %7s %9s %7s %10s %10s %11s %11s%n"
          .formatted(
              "target",
              "state",
              "open",
              "total",
              "failed",
              "sent",
              "received",
              "sent/s",
              "received/s");

  private final PrintWriter out;
  private final boolean terminal;
  private List<Row> before = List.of();

  LiveCounters(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /// A target, summed over all reactors.
  record Row(String name, boolean up, Target.Numbers numbers) {}

  /// The rows of reactors that all have the same targets.
  static List<Row> rows(List<Targets> shards) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < shards.getFirst().all().size(); i++) {
      int number = i;
      List<Target> same = shards.stream().map(each -> each.all().get(number)).toList();
      rows.add(
          new Row(
              same.getFirst().name(),
              same.stream().anyMatch(Target::isUp),
              same.stream()
                  .map(Target::numbers)
                  .reduce(Target.Numbers.NONE, Target.Numbers::plus)));
    }
    return rows;
  }

  /// Shows what there is now.
  ///
  /// @param seconds since it was shown last
  void show(List<Row> rows, double seconds) {
    var text = new StringBuilder();
    if (terminal && !before.isEmpty()) {
      // Up as many lines, then clear what is below (ECMA-48, CUU and ED).
      text.append("\033[%dA\033[J".formatted(before.size() + 1));
    }
    text.append(HEAD);
    for (int i = 0; i < rows.size(); i++) {
      text.append(line(rows.get(i), i < before.size() ? before.get(i) : rows.get(i), seconds));
    }
    before = rows;
    out.print(text);
    out.flush();
  }

  private static String line(Row row, Row last, double seconds) {
    Target.Numbers now = row.numbers();
    return "%-28s %-5s %7d %9d %7d %10s %10s %11s %11s%n"
        .formatted(
            row.name(),
            row.up() ? "up" : "down",
            now.open(),
            now.total(),
            now.failed(),
            bytes((double) now.sent()),
            bytes((double) now.received()),
            bytes((now.sent() - last.numbers().sent()) / seconds),
            bytes((now.received() - last.numbers().received()) / seconds));
  }

  /// A count of bytes in three digits or so.
  static String bytes(double count) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
    int unit = 0;
    for (; count >= 999.5 && unit < units.length - 1; unit++) {
      count /= 1000;
    }
    return String.format(
        Locale.ROOT, unit == 0 || count >= 99.95 ? "%.0f %s" : "%.1f %s", count, units[unit]);
  }
}
