/** Where to listen and connect, as objects and as strings. */
@NullMarked
package io.tendril.core.endpoint;

import org.jspecify.annotations.NullMarked;
