/**
 * The proof of an engine: cases named by the lines of the contract that they hold a reactor to.
 * Extend {@link io.tendril.testing.conformance.ReactorConformance}.
 */
@NullMarked
package io.tendril.testing.conformance;

import org.jspecify.annotations.NullMarked;
