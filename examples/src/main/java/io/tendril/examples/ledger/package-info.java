/** A ledger that keeps its lines in a file, on a disk that a simulation takes apart. */
@NullMarked
package io.tendril.examples.ledger;

import org.jspecify.annotations.NullMarked;
