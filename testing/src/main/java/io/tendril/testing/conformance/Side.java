package io.tendril.testing.conformance;

/** On which side of a connection the reactor under test is. */
enum Side {
  SERVER,
  CLIENT
}
