/// The `tendril` command.
module io.tendril.cli {
  requires info.picocli;
  requires io.tendril;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
}
