/// HTTP servers and clients.
module io.tendril.http {
  requires transitive io.tendril.core;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports io.tendril.http;
  exports io.tendril.http.server;
}
