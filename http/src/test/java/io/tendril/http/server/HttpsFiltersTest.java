package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.tls.TlsSession;
import io.tendril.http.Ends;
import io.tendril.http.Headers;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsFiltersTest {
  private static final HttpHandler SITE = request -> Response.plain("site");
  private static final Ends SECURE =
      Ends.of(
          new InetSocketAddress("127.0.0.1", 1),
          new InetSocketAddress("127.0.0.1", 443),
          new TlsSession("TLSv1.3", "", "", "example.org", List.of()));

  private static Response answer(Filter filter, Request request) throws Exception {
    Reply reply = filter.around(SITE).handle(request);
    return (Response) reply;
  }

  @ParameterizedTest
  @CsvSource({
    "example.org,         443,  /,             https://example.org/",
    "example.org:80,      443,  /a/b?c=d&e,    https://example.org/a/b?c=d&e",
    "example.org:8080,    8443, /a%20b,        https://example.org:8443/a%20b",
    "[::1]:8080,          443,  /,             https://[::1]/",
    "[::1],               8443, /,             https://[::1]:8443/",
    "127.0.0.1:80,        443,  //elsewhere,   https://127.0.0.1//elsewhere",
    "ignored.test,        443,  http://example.org:80/a, https://example.org/a",
  })
  void whoAsksInTheClearIsSentToTheSamePlace(String host, int port, String target, String place)
      throws Exception {
    Response response = answer(Https.only(port), Request.get(target, "Host", host));
    assertThat(response.status()).isEqualTo(308);
    assertThat(response.headers().first("Location")).isEqualTo(place);
  }

  @Test
  void whoNamesNoHostCannotBeSentAnywhere() throws Exception {
    assertThat(answer(Https.only(443), Request.get("/")).status()).isEqualTo(403);
  }

  @Test
  void whoAsksOverTlsIsServed() throws Exception {
    Request request = Request.get("/", "Host", "example.org").withEnds(SECURE);
    assertThat(answer(Https.only(443), request).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_536})
  void aPortIsAPort(int port) {
    assertThatThrownBy(() -> Https.only(port)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void strictTransportIsAFieldWithATime() {
    assertThat(Https.strict(Duration.ofDays(1)))
        .isEqualTo(Headers.of("Strict-Transport-Security", "max-age=86400"));
    assertThat(Https.strictWithSubdomains(Duration.ofSeconds(5)))
        .isEqualTo(Headers.of("Strict-Transport-Security", "max-age=5; includeSubDomains"));
    assertThat(Https.strict(Duration.ZERO))
        .isEqualTo(Headers.of("Strict-Transport-Security", "max-age=0"));
  }

  @Test
  void timeDoesNotRunBackwards() {
    assertThatThrownBy(() -> Https.strict(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
