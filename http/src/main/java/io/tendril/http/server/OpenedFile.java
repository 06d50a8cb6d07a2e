package io.tendril.http.server;

import java.nio.channels.FileChannel;

/**
 * A file that has been opened.
 *
 * @param file what it is now
 * @param channel to be closed by who has this
 */
record OpenedFile(FileTree.RegularFile file, FileChannel channel) {}
