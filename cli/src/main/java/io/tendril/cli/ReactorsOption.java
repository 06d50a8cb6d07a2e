package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.ReactorGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// How many reactors a server runs on: threads that share its ports, each with connections of its
/// own.
final class ReactorsOption {
  private static final int MOST = 1024;

  @Option(
      names = "--reactors",
      paramLabel = "N",
      defaultValue = "1",
      converter = ToCount.class,
      description =
          "Serve on so many threads, which share the ports; auto or 0 for one per processor."
              + " Default: ${DEFAULT-VALUE}")
  private int reactors = 1;

  static final class ToCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (text.equals("auto")) {
        return 0;
      }
      if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > MOST) {
        throw new TypeConversionException(
            "'" + text + "' is no number of reactors: auto, or 0 to " + MOST);
      }
      return Integer.parseInt(text);
    }
  }

  ReactorGroup.Options options() {
    return ReactorGroup.Options.defaults().withReactors(reactors);
  }

  /// Runs a server until a signal ends it.
  void run(ReactorGroup.Setup<? extends Deferred<?>> setup) {
    ReactorGroup.run(options(), setup);
  }
}
