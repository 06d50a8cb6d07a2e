/// Programs to read first.
module io.tendril.examples {
  requires io.tendril;
  requires io.tendril.adapters.jdbc;
  requires io.tendril.gui.swing;
  requires io.tendril.testing;
  requires org.jooq;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
}
