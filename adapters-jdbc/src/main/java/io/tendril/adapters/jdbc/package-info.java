/**
 * Databases through JDBC, whose calls block: they run in threads of their own, and their results
 * arrive in the reactor's thread. {@link io.tendril.adapters.jdbc.Database} is where to begin.
 */
@NullMarked
package io.tendril.adapters.jdbc;

import org.jspecify.annotations.NullMarked;
