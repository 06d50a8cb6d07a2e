package io.tendril.http.server;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Media types by the ends of file names. Immutable. */
final class ContentTypes {
  private static final String UNKNOWN = "application/octet-stream";

  /** Names without an end that are text all the same. */
  private static final String TEXT =
      """
      authors changelog changes contributing copying dockerfile gemfile install license licence
      makefile news notice procfile rakefile readme thanks todo version
      """;

  /**
   * A type, and the ends of names that have it: the registered types where there is one (IANA, May
   * 2025), else what browsers and tools take it for. Text in UTF-8 says so.
   */
  private static final String TABLE =
      """
      application/atom+xml atom
      application/dash+xml mpd
      application/epub+zip epub
      application/geo+json geojson
      application/gpx+xml gpx
      application/gzip gz tgz
      application/java-archive jar war ear
      application/java-vm class
      application/json json map ipynb har
      application/jsonl jsonl ndjson
      application/ld+json jsonld
      application/manifest+json webmanifest
      application/mac-binhex40 hqx
      application/mathml+xml mathml
      application/mbox mbox
      application/msword doc dot
      application/n-quads nq
      application/n-triples nt
      application/ogg ogx
      application/owl+xml owl
      application/pdf pdf
      application/pem-certificate-chain pem
      application/pgp-signature sig
      application/pkcs10 p10 csr
      application/pkcs12 p12 pfx
      application/pkcs7-mime p7m p7c
      application/pkcs8 p8
      application/pkix-cert cer der
      application/pkix-crl crl
      application/postscript ps eps ai
      application/rdf+xml rdf
      application/rss+xml rss
      application/rtf rtf
      application/sql sql
      application/toml toml
      application/trig trig
      application/vnd.android.package-archive apk
      application/vnd.apple.installer+xml mpkg
      application/vnd.apple.mpegurl m3u8
      application/vnd.debian.binary-package deb udeb
      application/vnd.google-earth.kml+xml kml
      application/vnd.google-earth.kmz kmz
      application/vnd.ms-cab-compressed cab
      application/vnd.ms-excel xls xlt xla
      application/vnd.ms-fontobject eot
      application/vnd.ms-outlook msg
      application/vnd.ms-powerpoint ppt pps pot
      application/vnd.oasis.opendocument.graphics odg
      application/vnd.oasis.opendocument.presentation odp
      application/vnd.oasis.opendocument.spreadsheet ods
      application/vnd.oasis.opendocument.text odt
      application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
      application/vnd.openxmlformats-officedocument.presentationml.slideshow ppsx
      application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
      application/vnd.openxmlformats-officedocument.spreadsheetml.template xltx
      application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
      application/vnd.openxmlformats-officedocument.wordprocessingml.template dotx
      application/vnd.rar rar
      application/vnd.sqlite3 sqlite sqlite3
      application/vnd.visio vsd vsdx
      application/wasm wasm
      application/wsdl+xml wsdl
      application/x-7z-compressed 7z
      application/x-apple-diskimage dmg
      application/x-bittorrent torrent
      application/x-bzip2 bz2 tbz tbz2
      application/x-cpio cpio
      application/x-iso9660-image iso
      application/x-lzip lz
      application/x-msdownload exe dll
      application/x-msi msi
      application/x-rpm rpm
      application/x-shockwave-flash swf
      application/x-tar tar
      application/x-x509-ca-cert crt
      application/x-xpinstall xpi
      application/x-xz xz txz
      application/xhtml+xml xhtml xht
      application/xml-dtd dtd
      application/xslt+xml xslt
      application/yaml yaml yml
      application/zip zip
      application/zstd zst
      audio/3gpp 3ga
      audio/aac aac
      audio/ac3 ac3
      audio/aiff aiff aif aifc
      audio/amr amr
      audio/basic au snd
      audio/flac flac
      audio/matroska mka
      audio/midi mid midi kar
      audio/mp4 m4a m4b
      audio/mpeg mp3 mp2 mpga
      audio/mpegurl m3u
      audio/ogg oga ogg opus spx
      audio/wav wav
      audio/webm weba
      audio/x-ms-wma wma
      font/collection ttc
      font/otf otf
      font/ttf ttf
      font/woff woff
      font/woff2 woff2
      image/apng apng
      image/avif avif avifs
      image/bmp bmp dib
      image/gif gif
      image/heic heic
      image/heif heif
      image/jp2 jp2
      image/jpeg jpg jpeg jpe jfif
      image/jxl jxl
      image/ktx2 ktx2
      image/png png
      image/svg+xml svg
      image/tiff tif tiff
      image/vnd.adobe.photoshop psd
      image/vnd.djvu djvu djv
      image/vnd.microsoft.icon ico
      image/webp webp
      image/x-portable-bitmap pbm
      image/x-portable-graymap pgm
      image/x-portable-pixmap ppm
      image/x-xbitmap xbm
      image/x-xpixmap xpm
      message/rfc822 eml mht mhtml
      model/gltf+json gltf
      model/gltf-binary glb
      model/obj obj
      model/step+xml stpx
      model/stl stl
      model/vnd.usdz+zip usdz
      text/cache-manifest appcache
      text/calendar;charset=utf-8 ics ifb
      text/css;charset=utf-8 css
      text/csv;charset=utf-8 csv
      text/html;charset=utf-8 html htm
      text/javascript;charset=utf-8 js mjs cjs
      text/markdown;charset=utf-8 md markdown
      text/n3;charset=utf-8 n3
      text/plain;charset=utf-8 txt text asc log conf cfg ini env properties list diff patch
      text/plain;charset=utf-8 java kt kts scala groovy gradle clj py rb pl pm php sh bash zsh fish
      text/plain;charset=utf-8 c h cc cpp cxx hh hpp cs m mm rs go swift zig d lua r jl hs ml ex exs
      text/plain;charset=utf-8 tsx jsx vue svelte scss sass less graphql proto thrift tf cmake mk
      text/plain;charset=utf-8 tex bib sty rst adoc org srt sub bat cmd ps1 asm s el lisp scm vim
      text/tab-separated-values;charset=utf-8 tsv
      text/troff;charset=utf-8 roff man
      text/turtle;charset=utf-8 ttl
      text/vcard;charset=utf-8 vcf vcard
      text/vtt;charset=utf-8 vtt
      text/xml;charset=utf-8 xml xsd xsl
      video/3gpp 3gp
      video/3gpp2 3g2
      video/matroska mkv
      video/mp2t ts m2ts mts
      video/mp4 mp4 m4v mp4v
      video/mpeg mpeg mpg mpe m2v
      video/ogg ogv
      video/quicktime mov qt
      video/webm webm
      video/x-flv flv
      video/x-ms-wmv wmv
      video/x-msvideo avi
      """;

  private static final ContentTypes USUAL = new ContentTypes(read());

  private final Map<String, String> types;

  private ContentTypes(Map<String, String> types) {
    this.types = types;
  }

  private static Map<String, String> read() {
    var types = new HashMap<String, String>();
    TABLE
        .lines()
        .forEach(line -> {
          String[] words = line.split(" ", -1);
          for (int i = 1; i < words.length; i++) {
            String type = words[0].replace(";", "; ");
            if (types.put(words[i], type) != null) {
              throw new IllegalStateException("two types for " + words[i]);
            }
          }
        });
    for (String name : TEXT.strip().split("\\s+", -1)) {
      types.put("/" + name, "text/plain; charset=utf-8");
    }
    return Map.copyOf(types);
  }

  /** The registered types, and a few more. */
  static ContentTypes usual() {
    return USUAL;
  }

  /** A copy in which an extension has this type. */
  ContentTypes with(String extension, String type) {
    if (extension.isEmpty() || extension.indexOf('.') >= 0 || extension.indexOf('/') >= 0) {
      throw new IllegalArgumentException("no extension: '" + extension + "'");
    }
    var more = new HashMap<>(types);
    more.put(extension.toLowerCase(Locale.ROOT), type);
    return new ContentTypes(Map.copyOf(more));
  }

  /** The media type of a file of this name. */
  String of(String name) {
    int dot = name.lastIndexOf('.');
    String end = (dot < 0 ? "/" + name : name.substring(dot + 1)).toLowerCase(Locale.ROOT);
    return types.getOrDefault(end, UNKNOWN);
  }
}
