package io.tendril.core.unix;

/**
 * Who is at the other end of a connection of UNIX sockets, as the kernel has noted it when the
 * connection was made. Asked of the transport, on the engine {@code linux}:
 *
 * <pre>{@code
 * if (transport.query(PeerCredentials.class).user() != 0) {
 *   throw new Refusal("for root alone");
 * }
 * }</pre>
 *
 * <p>On {@code nio} that fails with {@link io.tendril.core.EngineLacks}; there {@code
 * query(jdk.net.UnixDomainPrincipal.class)} has the names of user and group.
 *
 * @param process its process, or that which has made the socket; it may have ended, and its number
 *     be another's by now
 * @param user the number of its effective user
 * @param group the number of its effective group
 */
public record PeerCredentials(int process, int user, int group) {}
