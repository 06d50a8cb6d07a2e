package io.tendril.http.server;

import io.tendril.http.PercentEncoding;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A directory as a page. */
final class Listing {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Directories first, then by name as a person would sort. */
  private static final Comparator<FileTree.Entry> ORDER =
      Comparator.comparing((FileTree.Entry entry) -> !entry.directory())
          .thenComparing(FileTree.Entry::name, String.CASE_INSENSITIVE_ORDER)
          .thenComparing(FileTree.Entry::name);

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>TITLE</title>
      <style>
      :root { color-scheme: light dark; --line: #8883; --dim: #777; --link: #0a58ca }
      @media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; --dim: #999 } }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem }
      h1 { font-size: 1.25rem; overflow-wrap: anywhere }
      table { border-collapse: collapse; width: 100% }
      th { text-align: left; font-weight: 600; color: var(--dim); font-size: .85rem }
      td, th { border-bottom: 1px solid var(--line); padding: .5rem .5rem .5rem 0 }
      td:first-child { width: 100%; overflow-wrap: anywhere }
      td + td, th + th { text-align: right; white-space: nowrap; color: var(--dim);
        font-variant-numeric: tabular-nums; padding-left: 1rem }
      a { color: var(--link); text-decoration: none; display: block }
      a:hover { text-decoration: underline }
      .directory { font-weight: 600 }
      p { color: var(--dim) }
      @media (max-width: 34rem) { td:nth-child(3), th:nth-child(3) { display: none } }
      </style>
      <h1>TITLE</h1>
      <table>
      <tr><th>Name<th>Size<th>Changed (UTC)
      """;

  private Listing() {}

  /**
   * A page.
   *
   * @param path the path shown, decoded
   * @param root whether there is nothing above
   * @param more whether there are entries that are not shown
   */
  static String page(String path, boolean root, List<FileTree.Entry> entries, boolean more) {
    var page = new StringBuilder(HEAD.replace("TITLE", escape(path)));
    if (!root) {
      page.append("<tr><td><a class=\"directory\" href=\"../\">../</a><td><td>\n");
    }
    entries.stream().sorted(ORDER).forEach(entry -> append(page, entry));
    page.append("</table>\n");
    if (more) {
      page.append("<p>There is more; only a part is shown.\n");
    } else if (entries.isEmpty()) {
      page.append("<p>Nothing is here.\n");
    }
    return page.append("</html>\n").toString();
  }

  private static void append(StringBuilder page, FileTree.Entry entry) {
    String slash = entry.directory() ? "/" : "";
    // "./" keeps a name with a colon from being read as a scheme.
    page.append("<tr><td><a")
        .append(entry.directory() ? " class=\"directory\"" : "")
        .append(" href=\"./")
        .append(PercentEncoding.encode(entry.name()))
        .append(slash)
        .append("\">")
        .append(escape(entry.name()))
        .append(slash)
        .append("</a><td>")
        .append(entry.directory() ? "" : size(entry.size()))
        .append("<td>")
        .append(date(entry.modified()))
        .append('\n');
  }

  private static String date(Instant time) {
    return DATE.format(time);
  }

  /** A size as a person reads it: {@code 3.4 MiB}. */
  static String size(long octets) {
    if (octets < 1024) {
      return octets + " B";
    }
    double value = octets;
    String unit = "";
    for (String next : new String[] {"KiB", "MiB", "GiB", "TiB", "PiB"}) {
      if (value < 1000) {
        break;
      }
      value /= 1024;
      unit = next;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
