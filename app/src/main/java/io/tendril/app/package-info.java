/**
 * Programs as a whole. {@link io.tendril.app.WorkerGroup} is a parent that keeps worker processes,
 * which share its listening sockets; {@link io.tendril.app.HotRestart} has a new version of a
 * program take over from the one that runs, without a connection refused.
 *
 * <p>Both need an engine that has descriptors and child processes.
 */
@NullMarked
package io.tendril.app;

import org.jspecify.annotations.NullMarked;
