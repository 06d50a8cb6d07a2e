/**
 * The PROXY protocol of HAProxy, versions 1 and 2, received: who a connection is from when a proxy
 * stands in front. Sources: "The PROXY protocol", HAProxy Technologies, revision of 2025.
 */
@NullMarked
package io.tendril.core.proxy;

import org.jspecify.annotations.NullMarked;
