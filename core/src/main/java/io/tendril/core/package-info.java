/**
 * The vocabulary of Tendril: reactors, Deferreds, protocols, transports and services.
 *
 * <p>Everything here that belongs to a {@link io.tendril.core.Reactor} is used in that reactor's
 * thread and nowhere else; the one door in from other threads is {@link
 * io.tendril.core.Reactor#execute}. A call from a wrong thread throws an {@link
 * java.lang.IllegalStateException} that names both threads.
 */
@NullMarked
package io.tendril.core;

import org.jspecify.annotations.NullMarked;
