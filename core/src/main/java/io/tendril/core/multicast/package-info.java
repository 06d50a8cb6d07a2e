/** Groups of receivers: multicast over UDP. */
@NullMarked
package io.tendril.core.multicast;

import org.jspecify.annotations.NullMarked;
