package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Whatever a string is, it is an endpoint, which is written as it is read, or refused in one line
 * that shows a place inside of it. The seeds run in every build, and this looks for more:
 *
 * <pre>
 *   JAZZER_FUZZ=1 mvn -q -pl core test -Dtest=EndpointsFuzzTest
 * </pre>
 */
class EndpointsFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void readsOrRefuses(byte[] input) {
    String description = new String(input, StandardCharsets.UTF_8);
    check(description, Endpoints::server);
    check(description, Endpoints::client);
    check(description, Endpoints::datagramServer);
    check(description, Endpoints::datagramClient);
    escapes(description);
  }

  private static void check(String description, Function<String, ?> read) {
    Object endpoint;
    try {
      endpoint = read.apply(description);
    } catch (EndpointSyntax e) {
      assertThat(e.position()).isBetween(0, description.length());
      assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl);
      return;
    }
    assertThat(read.apply(endpoint.toString())).isEqualTo(endpoint);
  }

  private static void escapes(String value) {
    if (!value.isEmpty()) {
      var read = Description.parse("kind:" + Endpoints.escape(value), 0);
      assertThat(read.arguments()).hasSize(1);
      assertThat(read.arguments().getFirst().value()).isEqualTo(value);
      assertThat(read.arguments().getFirst().key()).isEmpty();
    }
  }
}
