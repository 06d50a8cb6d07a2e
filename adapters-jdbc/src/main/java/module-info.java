/// Databases through JDBC, beside the reactor: queries, transactions, streams of rows.
module io.tendril.adapters.jdbc {
  requires com.zaxxer.hikari;
  requires transitive io.tendril.core;
  requires transitive java.sql;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports io.tendril.adapters.jdbc;
}
