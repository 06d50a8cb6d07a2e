package io.tendril.http.server;

import io.tendril.http.PercentEncoding;
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
      :root { color-scheme: light dark; --line: #8882; --dim: #6b7280; --link: #0a58ca;
        --hover: #8881 }
      @media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; --dim: #9ca3af } }
      * { box-sizing: border-box }
      body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem;
        padding: 1.5rem 1rem 3rem }
      h1 { font-size: 1.25rem; font-weight: 600; margin: 0 0 1rem; padding: 0 .5rem;
        overflow-wrap: anywhere }
      h1 a { color: inherit }
      h1 span, p { color: var(--dim) }
      h1 span { font-weight: 400; padding: 0 .2em }
      ul { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line) }
      li { border-bottom: 1px solid var(--line) }
      li > * { display: grid; grid-template-columns: minmax(0, 1fr) 5rem 9rem; gap: 0 1rem;
        padding: .5rem; align-items: baseline }
      li > a:hover, li > a:focus-visible { background: var(--hover) }
      a { color: var(--link); text-decoration: none }
      a:hover span { text-decoration: underline }
      li span { overflow-wrap: anywhere }
      .directory span { font-weight: 600 }
      small { color: var(--dim); font-size: .875rem; text-align: right;
        white-space: nowrap; font-variant-numeric: tabular-nums }
      p { padding: 0 .5rem; font-size: .875rem }
      @media (max-width: 40rem) {
        body { padding-top: 1rem }
        li > * { grid-template-columns: auto 1fr; padding: .65rem .5rem }
        li span { grid-column: 1 / -1 }
        small { text-align: left; font-size: .8125rem }
        small:empty { display: none }
      }
      </style>
      """;

  private Listing() {}

  /**
   * A page.
   *
   * @param segments the path, decoded; none for the root
   * @param more whether there are entries that are not shown
   */
  static String page(List<String> segments, List<FileTree.Entry> entries, boolean more) {
    String title = segments.isEmpty() ? "/" : "/" + String.join("/", segments) + "/";
    var page = new StringBuilder(HEAD.replace("TITLE", escape(title)));
    appendWay(page, segments);
    page.append("<ul>\n");
    if (!segments.isEmpty()) {
      page.append("<li><a class=\"directory\" href=\"../\"><span>..</span></a>\n");
    }
    entries.stream().sorted(ORDER).forEach(entry -> append(page, entry));
    page.append("</ul>\n<p>");
    if (entries.isEmpty()) {
      page.append("Nothing is here.");
    } else if (more) {
      page.append("There is more; only a part is shown.");
    } else {
      page.append(count(entries)).append("Times are UTC.");
    }
    return page.append("</p>\n</html>\n").toString();
  }

  private static String count(List<FileTree.Entry> entries) {
    long directories = entries.stream().filter(FileTree.Entry::directory).count();
    long files = entries.size() - directories;
    long octets =
        entries.stream().filter(entry -> !entry.directory()).mapToLong(FileTree.Entry::size).sum();
    return (directories == 0
            ? ""
            : directories == 1 ? "1 directory. " : directories + " directories. ")
        + (files == 0 ? "" : (files == 1 ? "1 file, " : files + " files, ") + size(octets) + ". ");
  }

  /** Each directory on the way here as a link; relative, since the root may be anywhere. */
  private static void appendWay(StringBuilder page, List<String> segments) {
    page.append("<h1>");
    for (int i = 0; i <= segments.size(); i++) {
      int up = segments.size() - i;
      String name = i == 0 ? "Index" : escape(segments.get(i - 1));
      if (up == 0) {
        page.append(name);
      } else {
        page.append("<a href=\"").append("../".repeat(up)).append("\">").append(name);
        page.append("</a><span>/</span>");
      }
    }
    page.append("</h1>\n");
  }

  private static void append(StringBuilder page, FileTree.Entry entry) {
    String slash = entry.directory() ? "/" : "";
    page.append("<li>");
    if (entry.reachable()) {
      // "./" keeps a name with a colon from being read as a scheme.
      page.append(entry.directory() ? "<a class=\"directory\"" : "<a")
          .append(" href=\"./")
          .append(PercentEncoding.encode(entry.name()))
          .append(slash)
          .append("\">");
    } else {
      page.append("<div>");
    }
    page.append("<span>")
        .append(escape(entry.name()))
        .append(slash)
        .append("</span><small>")
        .append(entry.directory() ? "" : size(entry.size()))
        .append("</small><small>")
        .append(DATE.format(entry.modified()))
        .append(entry.reachable() ? "</small></a>\n" : "</small></div>\n");
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
