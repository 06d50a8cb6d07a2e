/** File descriptors: owned, watched, taken over from whoever started this process. */
@NullMarked
package io.tendril.core.descriptor;

import org.jspecify.annotations.NullMarked;
