/** A register that three hosts keep together, and that a simulation takes apart. */
@NullMarked
package io.tendril.examples.register;

import org.jspecify.annotations.NullMarked;
