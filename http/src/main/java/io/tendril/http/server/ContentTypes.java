package io.tendril.http.server;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Media types by the ends of file names. */
final class ContentTypes {
  private static final String UNKNOWN = "application/octet-stream";

  private static final String TABLE =
      """
      application/epub+zip epub
      application/gzip gz tgz
      application/java-archive jar
      application/json json map
      application/ld+json jsonld
      application/manifest+json webmanifest
      application/msword doc
      application/ogg ogx
      application/pdf pdf
      application/rtf rtf
      application/vnd.ms-excel xls
      application/vnd.ms-powerpoint ppt
      application/vnd.oasis.opendocument.presentation odp
      application/vnd.oasis.opendocument.spreadsheet ods
      application/vnd.oasis.opendocument.text odt
      application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
      application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
      application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
      application/wasm wasm
      application/x-7z-compressed 7z
      application/x-bzip2 bz2
      application/x-tar tar
      application/x-xz xz
      application/xhtml+xml xhtml
      application/zip zip
      application/zstd zst
      audio/aac aac
      audio/flac flac
      audio/midi mid midi
      audio/mp4 m4a
      audio/mpeg mp3
      audio/ogg oga ogg opus
      audio/wav wav
      audio/webm weba
      font/otf otf
      font/ttf ttf
      font/woff woff
      font/woff2 woff2
      image/apng apng
      image/avif avif
      image/bmp bmp
      image/gif gif
      image/heic heic
      image/jpeg jpg jpeg jpe
      image/jxl jxl
      image/png png
      image/svg+xml svg
      image/tiff tif tiff
      image/webp webp
      image/x-icon ico
      text/calendar;charset=utf-8 ics
      text/css;charset=utf-8 css
      text/csv;charset=utf-8 csv
      text/html;charset=utf-8 html htm
      text/javascript;charset=utf-8 js mjs
      text/markdown;charset=utf-8 md markdown
      text/plain;charset=utf-8 txt text log conf ini java kt py sh c h cpp rs go toml yaml yml properties
      text/tab-separated-values;charset=utf-8 tsv
      text/vcard;charset=utf-8 vcf
      text/vtt;charset=utf-8 vtt
      text/xml;charset=utf-8 xml xsl
      video/mp4 mp4 m4v
      video/mpeg mpeg mpg
      video/ogg ogv
      video/quicktime mov
      video/webm webm
      video/x-matroska mkv
      video/x-msvideo avi
      """;

  private static final Map<String, String> BY_EXTENSION = read();

  private ContentTypes() {}

  private static Map<String, String> read() {
    var types = new HashMap<String, String>();
    TABLE
        .lines()
        .forEach(line -> {
          String[] words = line.split(" ", -1);
          for (int i = 1; i < words.length; i++) {
            types.put(words[i], words[0].replace(";", "; "));
          }
        });
    return Map.copyOf(types);
  }

  /** The media type of a file of this name. */
  static String of(String name) {
    int dot = name.lastIndexOf('.');
    String extension = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    return dot < 0 ? UNKNOWN : BY_EXTENSION.getOrDefault(extension, UNKNOWN);
  }
}
