/** What systemd, or who does as it does, hands a service and wants to hear from it. */
@NullMarked
package io.tendril.core.systemd;

import org.jspecify.annotations.NullMarked;
