/** The engine on java.nio, which works everywhere. Not exported. */
@NullMarked
package io.tendril.core.internal.nio;

import org.jspecify.annotations.NullMarked;
