/** What the engines share of UNIX sockets. Not exported. */
@NullMarked
package io.tendril.core.internal.unix;

import org.jspecify.annotations.NullMarked;
