/**
 * Child processes: what to start ({@link io.tendril.core.process.Command}), what runs ({@link
 * io.tendril.core.process.ChildProcess}), and how it ended ({@link
 * io.tendril.core.process.ExitStatus}). For the {@code linux} engine; on others to start one fails
 * with {@link io.tendril.core.EngineLacks}.
 */
@NullMarked
package io.tendril.core.process;

import org.jspecify.annotations.NullMarked;
