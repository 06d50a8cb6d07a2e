/// Programs as a whole: worker processes, and new versions that take over.
module io.tendril.app {
  requires transitive io.tendril.core;
  requires static jdk.jfr; // asked whether it records, where it is there
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports io.tendril.app;
}
