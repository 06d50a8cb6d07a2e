/** TLS as a layer between any transport and any protocol. */
@NullMarked
package io.tendril.core.tls;

import org.jspecify.annotations.NullMarked;
