package io.tendril.core.framing;

import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import java.util.function.Supplier;

/**
 * Protocols that do one thing with each unit.
 *
 * <pre>{@code
 * reactor.listen("tcp:9000", Framed.with(NetstringDecoder::new, (transport, unit) ->
 *     transport.write(NetstringDecoder.encoder().encode(unit))));
 * }</pre>
 */
public final class Framed {
  private Framed() {}

  /**
   * Something to do with a unit that has arrived.
   *
   * @param <E> a unit
   */
  @FunctionalInterface
  public interface OnUnit<E> {
    void received(Transport transport, E unit) throws Exception;
  }

  /**
   * A factory of protocols that do one thing with each unit.
   *
   * @param decoder makes the decoder of a connection
   */
  public static <E> ProtocolFactory<FramedProtocol<E>> with(
      Supplier<? extends Decoder<? extends E>> decoder, OnUnit<? super E> action) {
    return transport -> new OnUnitProtocol<>(transport, decoder.get(), action);
  }

  private static final class OnUnitProtocol<E> extends FramedProtocol<E> {
    private final OnUnit<? super E> action;

    OnUnitProtocol(Transport transport, Decoder<? extends E> decoder, OnUnit<? super E> action) {
      super(transport, decoder);
      this.action = action;
    }

    @Override
    protected void received(E unit) throws Exception {
      action.received(transport(), unit);
    }
  }
}
