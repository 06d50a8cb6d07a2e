/** Where one message ends and the next begins: pure decoders, and protocols made of them. */
@NullMarked
package io.tendril.core.framing;

import org.jspecify.annotations.NullMarked;
