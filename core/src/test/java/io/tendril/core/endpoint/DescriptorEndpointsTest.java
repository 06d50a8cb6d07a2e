package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fd:}, {@code stdio:} and {@code systemd:} in strings. */
class DescriptorEndpointsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fd:3",
        "fd:3:keepalive=yes",
        "stdio:",
        "systemd:name=web",
        "systemd:name=a\\:b",
        "systemd:index=2:nodelay=no"
      })
  void aServerIsWhatItsStringSays(String text) {
    assertThat(Endpoints.server(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fd:3", "fd:3,4", "stdio:"})
  void aClientIsWhatItsStringSays(String text) {
    assertThat(Endpoints.client(text)).hasToString(text);
  }

  @Test
  void theColonOfStdioMayBeLeftOut() {
    assertThat(Endpoints.server("stdio")).isEqualTo(new StdioEndpoint());
    assertThat(Endpoints.client("stdio")).isEqualTo(new StdioEndpoint());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fd:          | expected NUMBER
          fd:x         | a number
          fd:-1        | a number
          fd:3,4       | a number
          fd:3:4       | '4'
          stdio:1      | '1'
          systemd:     | expected one of name=NAME and index=NUMBER
          systemd:web  | expected one of name=NAME and index=NUMBER
          systemd:name=a:index=1 | expected one of name=NAME and index=NUMBER
          systemd:index=-1 | a number
          tcp:         | expected PORT
          """)
  void aServerThatIsNoneIsRefused(String text, String problem) {
    assertThatThrownBy(() -> Endpoints.server(text))
        .isInstanceOf(EndpointSyntax.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fd:3,", "fd:,3", "fd:3,4,5", "fd:3:keepalive=yes", "systemd:name=x"})
  void aClientThatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> Endpoints.client(text)).isInstanceOf(EndpointSyntax.class);
  }

  @Test
  void numbersAreChecked() {
    assertThatThrownBy(() -> FdServerEndpoint.of(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FdClientEndpoint.of(1, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SystemdServerEndpoint.at(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
