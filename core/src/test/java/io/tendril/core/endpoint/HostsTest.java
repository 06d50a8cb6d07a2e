package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is an address of IPv4, what is a name, and what is neither. */
class HostsTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "1.2.3.4", "10.20.30.40", "127.0.0.1", "255.255.255.255"})
  void addresses(String text) {
    assertThat(Hosts.literal(text)).isEqualTo(InetAddress.ofLiteral(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1",
        "1.2.3",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.4.",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.04",
        "00.0.0.0",
        "256.1.1.1",
        "1.2.3.999",
        "1.2.3.1000",
        "1.2.3.4 ",
        "1.2.3.4\n"
      })
  void neitherAddressesNorNames(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Hosts.literal(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "1.2.3.4a", "1a", "localhost", "example.org"})
  void names(String text) {
    assertThat(Hosts.literal(text)).isNull();
  }
}
