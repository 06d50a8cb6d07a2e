/**
 * Limits and watches that wrap any factory: idle time, connections, bytes a second, a traffic log.
 */
@NullMarked
package io.tendril.core.policy;

import org.jspecify.annotations.NullMarked;
