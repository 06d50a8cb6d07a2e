/** TLS as a socket on top of another. */
@NullMarked
package io.tendril.core.internal.tls;

import org.jspecify.annotations.NullMarked;
