/// TLS engines on BoringSSL. Native objects have one owner each: an engine its SSL and BIO, until
/// it is closed; a context its SSL_CTX, keys and sessions, until neither its factory nor an engine
/// is reachable any more.
@NullMarked
package io.tendril.tls.boringssl;

import org.jspecify.annotations.NullMarked;
