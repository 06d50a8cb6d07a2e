/**
 * What third parties can provide: engines, carriers, resolvers, clocks. Users of Tendril need none
 * of it.
 */
@NullMarked
package io.tendril.spi;

import org.jspecify.annotations.NullMarked;
