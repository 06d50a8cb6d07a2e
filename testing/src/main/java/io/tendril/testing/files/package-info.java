/**
 * A file system in memory that knows what a disk has and what is only on its way there. Not
 * exported: programs see it as {@link java.nio.file.Path}, tests as {@code MemoryDisk}.
 *
 * <p>It follows POSIX: bytes that were written, and entries of directories, are seen at once and
 * survive a loss of power for sure only when the file, or the directory, has been forced. Without
 * links, owners, permissions, mapped memory and watching.
 *
 * <p>Used in one thread at a time: that of the test, or that of a blocking call which it waits for.
 */
@NullMarked
package io.tendril.testing.files;

import org.jspecify.annotations.NullMarked;
