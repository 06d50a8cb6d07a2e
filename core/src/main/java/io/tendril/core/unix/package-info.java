/** Sockets between the programs of one machine: their addresses, and what only they can do. */
@NullMarked
package io.tendril.core.unix;

import org.jspecify.annotations.NullMarked;
