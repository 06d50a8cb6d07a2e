package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.ListenFailed;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.DescriptorAddress;
import io.tendril.core.descriptor.WrongDescriptor;
import io.tendril.core.internal.handover.InheritedSockets;
import io.tendril.core.systemd.NotActivated;
import io.tendril.spi.Adopting;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.util.List;

/** Listening at sockets that are open already. */
final class AdoptedListener {
  private AdoptedListener() {}

  /**
   * Listens at what the process before has had by this name, or else at duplicates of descriptors.
   *
   * @param name the endpoint
   */
  static Deferred<Listener> listen(
      Reactor reactor,
      String name,
      Numbers numbers,
      SocketSettings settings,
      ProtocolFactory<?> factory) {
    List<Integer> own = InheritedSockets.PROCESS.takeAll(name);
    List<Integer> all;
    try {
      all = own.isEmpty() ? numbers.find() : own;
    } catch (NotActivated e) {
      return Deferred.failed(failed(name, e));
    }
    return ListenersTogether.open(all, number -> listen(reactor, name, number, settings, factory))
        .whenComplete((_, _) -> own.forEach(number -> Descriptor.adopt(number).close()));
  }

  /** Finds descriptors. */
  @FunctionalInterface
  interface Numbers {
    List<Integer> find() throws NotActivated;
  }

  /**
   * Listens at a duplicate of a descriptor.
   *
   * @param name the endpoint, for failures
   */
  private static Deferred<Listener> listen(
      Reactor reactor,
      String name,
      int number,
      SocketSettings settings,
      ProtocolFactory<?> factory) {
    Adopting adopting = reactor.network().adopting();
    Descriptor duplicate;
    try {
      duplicate = Descriptor.adopt(number).duplicate();
    } catch (IOException e) {
      return Deferred.failed(failed(name, e));
    }
    return adopting
        .listen(duplicate, name, settings, factory)
        .exceptionallyCompose(
            ListenFailed.class,
            failure -> {
              duplicate.close();
              return Deferred.failed(failed(name, renamed(number, failure)));
            });
  }

  static ListenFailed failed(String name, Throwable cause) {
    return new ListenFailed(new DescriptorAddress(name), cause);
  }

  /** A duplicate is what is looked at, and the number that was asked for is what is told. */
  private static Throwable renamed(int number, ListenFailed failure) {
    return switch (failure.getCause()) {
      case WrongDescriptor wrong -> wrong.of(number);
      case null -> failure;
      case Throwable cause -> cause;
    };
  }
}
