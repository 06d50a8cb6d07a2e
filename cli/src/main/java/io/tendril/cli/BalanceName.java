package io.tendril.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a [Balance] as the command line has it: in lower case, with a hyphen.
final class BalanceName implements ITypeConverter<Balance> {
  @Override
  public Balance convert(String text) {
    for (Balance each : Balance.values()) {
      if (name(each).equals(text)) {
        return each;
      }
    }
    throw new TypeConversionException(
        "it is one of "
            + Arrays.stream(Balance.values())
                .map(BalanceName::name)
                .collect(Collectors.joining(", "))
            + ", and not "
            + text);
  }

  private static String name(Balance balance) {
    return balance.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
