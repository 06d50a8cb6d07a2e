/** Listening sockets that go from one process to the next. */
@NullMarked
package io.tendril.core.internal.handover;

import org.jspecify.annotations.NullMarked;
