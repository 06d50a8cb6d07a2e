/** Conversations in direct style, over transports. Not exported. */
@NullMarked
package io.tendril.core.internal.direct;

import org.jspecify.annotations.NullMarked;
