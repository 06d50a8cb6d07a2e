/** What coroutines run on. Not exported. */
@NullMarked
package io.tendril.core.internal.coroutine;

import org.jspecify.annotations.NullMarked;
