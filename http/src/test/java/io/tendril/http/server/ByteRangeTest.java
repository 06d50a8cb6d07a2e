package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Range fields: RFC 9110, section 14. */
class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 10, 0-0",
    "bytes=0-9, 10, 0-9",
    "bytes=0-99, 10, 0-9",
    "bytes=5-, 10, 5-9",
    "bytes=-3, 10, 7-9",
    "bytes=-99, 10, 0-9",
    "BYTES=1-2, 10, 1-2",
    "bytes= 1-2, 10, 1-2",
    "bytes=0-99999999999999999999, 10, 0-9",
    "bytes=10-, 10, none",
    "bytes=99999999999999999999-, 10, none",
    "bytes=-0, 10, none",
    "bytes=0-, 0, none",
    "bytes=-5, 0, none",
    "bytes=2-1, 10, ignored",
    "bytes=-, 10, ignored",
    "bytes=, 10, ignored",
    "bytes=a-b, 10, ignored",
    "bytes=+1-2, 10, ignored",
    "bytes=--1, 10, ignored",
    "bytes=0x1-2, 10, ignored",
    "lines=0-1, 10, ignored",
    "0-1, 10, ignored",
    "'bytes=0-1,3-4', 10, ignored",
  })
  void readsARange(String field, long size, String expected) {
    ByteRange range = ByteRange.parse(field, size);
    String found =
        range == null
            ? "ignored"
            : range.satisfiable() ? range.first() + "-" + range.last() : "none";
    assertThat(found).isEqualTo(expected);
  }
}
