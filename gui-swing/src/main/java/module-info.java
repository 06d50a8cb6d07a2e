/// A reactor in the event thread of Swing and AWT.
module io.tendril.gui.swing {
  requires static org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive io.tendril.core;
  requires transitive java.desktop;

  exports io.tendril.gui.swing;
}
