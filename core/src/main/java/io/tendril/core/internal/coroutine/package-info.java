/**
 * What coroutines run on: continuations of the JDK's own where it lets us, virtual threads
 * otherwise. Not exported.
 */
@NullMarked
package io.tendril.core.internal.coroutine;

import org.jspecify.annotations.NullMarked;
