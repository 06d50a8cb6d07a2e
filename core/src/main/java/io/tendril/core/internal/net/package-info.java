/** Stream and datagram transports: everything that is the same on every engine. Not exported. */
@NullMarked
package io.tendril.core.internal.net;

import org.jspecify.annotations.NullMarked;
