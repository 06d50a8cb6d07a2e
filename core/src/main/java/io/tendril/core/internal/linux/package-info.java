/**
 * The engine on Linux's own calls, reached through {@code java.lang.foreign}: epoll and what
 * belongs to it. Nothing of it is shipped, since the C library is in the process already. Not
 * exported.
 */
@NullMarked
package io.tendril.core.internal.linux;

import org.jspecify.annotations.NullMarked;
