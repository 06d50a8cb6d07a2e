package io.tendril.core.unix;

import io.tendril.core.Deferred;
import io.tendril.core.descriptor.Descriptor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a connection of UNIX sockets of the engine {@code linux} can do: send open descriptors to
 * another process. Asked of the transport:
 *
 * <pre>{@code
 * transport.query(DescriptorPassing.class).send(data, List.of(descriptor));
 * }</pre>
 *
 * <p>They are sent in order with all that is written before and after. At the other end {@link
 * io.tendril.core.Protocol#descriptorReceived} has them before the bytes that they were sent with.
 * A connection that speaks TLS has no such capability, and on other engines asking for it fails
 * with {@link io.tendril.core.EngineLacks}.
 */
public interface DescriptorPassing {
  /** The most descriptors that can be sent at once: 253. */
  int MOST = 253;

  /**
   * Sends bytes and descriptors with the first of them. The bytes are copied. The descriptors are
   * taken over, and closed here when they are sent, or when they cannot be: who wants to keep one
   * sends its {@linkplain Descriptor#duplicate duplicate}.
   *
   * @param data at least one byte, for the kernel sends no descriptor without
   * @return when the kernel has taken them; fails if the connection ends before
   * @throws IllegalArgumentException if there are no bytes, or too many descriptors
   * @throws IllegalStateException if a descriptor is closed or watched; then those before it are
   *     closed and nothing is sent
   */
  Deferred<Void> send(ByteBuffer data, List<? extends Descriptor> descriptors);
}
