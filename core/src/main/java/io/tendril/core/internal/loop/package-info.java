/** The reactor: its turn, its timers, its way in from other threads, its end. Not exported. */
@NullMarked
package io.tendril.core.internal.loop;

import org.jspecify.annotations.NullMarked;
