/// All of Tendril's libraries at one name: `import module io.tendril;`.
module io.tendril {
  requires transitive io.tendril.app;
  requires transitive io.tendril.core;
  requires transitive io.tendril.http;
}
