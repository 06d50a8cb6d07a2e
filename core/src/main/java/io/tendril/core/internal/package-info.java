/** What Deferreds share with the reactor that they belong to. Not exported. */
@NullMarked
package io.tendril.core.internal;

import org.jspecify.annotations.NullMarked;
