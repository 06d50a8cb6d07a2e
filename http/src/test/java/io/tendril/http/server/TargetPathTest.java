package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.http.HttpFailure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which names a path is taken for: contract line H5. */
class TargetPathTest {
  @ParameterizedTest
  @CsvSource({
    "/a, a, false",
    "/a/, a, true",
    "/a/b.c, a|b.c, false",
    "/a%20b, a b, false",
    "/%C3%A4, \u00e4, false",
    "/%e2%82%ac/%F0%9F%8C%B1, \u20ac|\uD83C\uDF31, false",
    "/a..b, a..b, false",
    "/a., a., false",
    "/a%252e%252e, a%2e%2e, false",
    "/a+b, a+b, false",
    "/a:b;c, a:b;c, false",
    "/.a/%2eb, .a|.b, false",
  })
  void decodesEachSegment(String path, String segments, boolean directory) {
    assertThat(TargetPath.of(path))
        .isEqualTo(new TargetPath(List.of(segments.split("\\|")), directory));
  }

  @Test
  void takesASlashForTheRoot() {
    assertThat(TargetPath.of("/")).isEqualTo(new TargetPath(List.of(), true));
  }

  @ParameterizedTest
  @CsvSource({
    "404, /..",
    "404, /../a",
    "404, /a/../b",
    "404, /a/..",
    "404, /.",
    "404, /a/./b",
    "404, /%2e%2e/a",
    "404, /%2E%2E/a",
    "404, /.%2e/a",
    "404, /%2e./a",
    "404, /a/%2e/b",
    "404, //a",
    "404, //",
    "404, /a//b",
    "404, /a//",
    "404, /a%2fb",
    "404, /..%2fa",
    "404, /%2e%2e%2fa",
    "404, /..%5ca",
    "404, /a\\b",
    "404, /..\\a",
    "404, /%5c",
    "400, /%00",
    "400, /a%00.html",
    "400, /a%0a",
    "400, /a%0d%0ab",
    "400, /a%1f",
    "400, /a%7f",
    "400, /a%c2%85",
    "400, /%",
    "400, /%2",
    "400, /%zz",
    "400, /%2g",
    "400, /a%",
    // Overlong and broken UTF-8: two, three and four octets for a dot or a slash, a surrogate, more
    // than Unicode has, an octet that nothing begins with, a cut sequence.
    "400, /%c0%ae%c0%ae/a",
    "400, /%c0%af",
    "400, /%e0%80%ae",
    "400, /%e0%80%af",
    "400, /%f0%80%80%ae",
    "400, /%ed%a0%80",
    "400, /%f4%90%80%80",
    "400, /%ff",
    "400, /%c3",
    "400, /%e2%82",
    "400, *",
    "400, a",
  })
  void refusesWhatIsNoPathOfAFile(int status, String path) {
    assertThatThrownBy(() -> TargetPath.of(path))
        .isInstanceOfSatisfying(
            HttpFailure.class, failure -> assertThat(failure.status()).isEqualTo(status));
  }
}
