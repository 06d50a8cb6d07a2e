/** Rooms that are spread over many servers, with a bus between them. */
@NullMarked
package io.tendril.examples.fanout;

import org.jspecify.annotations.NullMarked;
