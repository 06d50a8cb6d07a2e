/** The protocol of systemd between a service and its manager: variables and a socket. */
@NullMarked
package io.tendril.core.internal.systemd;

import org.jspecify.annotations.NullMarked;
