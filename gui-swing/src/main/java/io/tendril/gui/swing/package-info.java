/**
 * Tendril in a Swing or AWT program: {@link io.tendril.gui.swing.SwingReactor}.
 *
 * <p>The reactor's thread is the event thread. So a protocol changes what is on the screen as it
 * would change a field, and a button writes to a transport, with no lock and no hand-over between
 * the two.
 */
@NullMarked
package io.tendril.gui.swing;

import org.jspecify.annotations.NullMarked;
