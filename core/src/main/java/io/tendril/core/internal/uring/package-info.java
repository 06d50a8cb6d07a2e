/**
 * The engine on Linux's io_uring, by raw system calls: a ring of what the kernel is asked for, one
 * of what has come of it, and buffers that the kernel fills. What is no TCP is the linux engine's.
 * Not exported.
 */
@NullMarked
package io.tendril.core.internal.uring;

import org.jspecify.annotations.NullMarked;
