/**
 * Checks for Error Prone: mistakes with Tendril that the compiler can find. They know its types by
 * name, so that core is compiled with them, too.
 */
@NullMarked
package io.tendril.checks;

import org.jspecify.annotations.NullMarked;
