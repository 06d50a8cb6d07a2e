/** Groups of reactors: what is asked across them, and what they listen at together. */
@NullMarked
package io.tendril.core.internal.group;

import org.jspecify.annotations.NullMarked;
