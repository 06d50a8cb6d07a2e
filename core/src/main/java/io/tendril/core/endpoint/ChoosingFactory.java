package io.tendril.core.endpoint;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A factory that lets one of several build, connection by connection. */
abstract class ChoosingFactory implements ProtocolFactory<Protocol> {
  private final List<ProtocolFactory<?>> choices;

  /**
   * One with these choices; a factory may be among them several times.
   *
   * @param otherwise the last of them, if there is such
   */
  ChoosingFactory(Stream<ProtocolFactory<?>> choices, @Nullable ProtocolFactory<?> otherwise) {
    this.choices = Stream.concat(choices, Stream.ofNullable(otherwise)).distinct().toList();
  }

  @Override
  public final void started() {
    choices.forEach(ProtocolFactory::started);
  }

  @Override
  public final void stopped() {
    choices.forEach(ProtocolFactory::stopped);
  }

  /** What the first says that has something to say. */
  @Override
  public final String answerInTheClear() {
    return choices.stream()
        .map(ProtocolFactory::answerInTheClear)
        .filter(answer -> !answer.isEmpty())
        .findFirst()
        .orElse("");
  }
}
