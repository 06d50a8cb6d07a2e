package io.tendril.core.multicast;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A group to be a member of: who sends to its address, is heard by all members.
 *
 * <p>As text it is {@code 224.0.0.251}, {@code ff02::fb}, with the interface behind a percent sign
 * {@code 224.0.0.251%eth0}, and with the only sender that is to be heard before an at sign: {@code
 * 192.0.2.7@232.1.1.1%eth0} (source-specific multicast, RFC 4607).
 *
 * @param address the group's, in 224.0.0.0/4 or ff00::/8
 * @param on the interface of this machine to hear it on: its name ("eth0"), its number or one of
 *     its addresses; null to leave that to the system
 * @param source the only sender to hear; null for all
 */
public record Group(InetAddress address, @Nullable String on, @Nullable InetAddress source) {
  /** Checks what it can without asking the system. A scope of the address becomes the interface. */
  public Group {
    if (!address.isMulticastAddress()) {
      throw new IllegalArgumentException(
          address.getHostAddress() + " is not the address of a group: 224.0.0.0/4 or ff00::/8");
    }
    if (source != null
        && (source.isMulticastAddress()
            || source.isAnyLocalAddress()
            || source.getClass() != address.getClass())) {
      throw new IllegalArgumentException(
          source.getHostAddress() + " cannot be a sender to " + address.getHostAddress());
    }
    if (address instanceof Inet6Address scoped && scoped.getScopeId() != 0) {
      on = on != null ? on : Integer.toString(scoped.getScopeId());
      address = unscoped(scoped);
    }
    if (on != null && (on.isBlank() || on.indexOf('%') >= 0)) {
      throw new IllegalArgumentException("'" + on + "' is not the name of an interface");
    }
  }

  private static InetAddress unscoped(Inet6Address address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // the length is right
    }
  }

  /**
   * Reads a group: {@code [SOURCE@]ADDRESS[%INTERFACE]}.
   *
   * @throws IllegalArgumentException if it is none; the message says why
   */
  public static Group of(String text) {
    int at = text.indexOf('@');
    int percent = text.indexOf('%', at + 1);
    String address = text.substring(at + 1, percent < 0 ? text.length() : percent);
    return new Group(
        literal(address),
        percent < 0 ? null : text.substring(percent + 1),
        at < 0 ? null : literal(text.substring(0, at)));
  }

  private static InetAddress literal(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is not an address", e);
    }
  }

  /** The same group, on an interface that is given by its name or by one of its addresses. */
  public Group on(String newInterface) {
    return new Group(address, newInterface, source);
  }

  /** The same group, of which one sender only is heard. */
  public Group from(InetAddress sender) {
    return new Group(address, on, sender);
  }

  /** Whether one who is a member of both would hear some things twice. */
  boolean overlaps(Group other) {
    return address.equals(other.address)
        && Objects.equals(on, other.on)
        && (source == null || other.source == null || source.equals(other.source));
  }

  /** As {@link #of} reads it. */
  @Override
  public String toString() {
    return (source == null ? "" : source.getHostAddress() + "@")
        + address.getHostAddress()
        + (on == null ? "" : "%" + on);
  }
}
