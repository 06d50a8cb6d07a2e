/**
 * Engines that are broken on purpose, and the proof that the conformance suite catches each of
 * them.
 */
@NullMarked
package io.tendril.testing.conformance.broken;

import org.jspecify.annotations.NullMarked;
