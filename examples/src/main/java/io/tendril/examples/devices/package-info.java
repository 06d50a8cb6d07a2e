/** What Linux has behind descriptors, in a reactor's loop. */
@NullMarked
package io.tendril.examples.devices;

import org.jspecify.annotations.NullMarked;
