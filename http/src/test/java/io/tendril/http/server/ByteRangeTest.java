package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
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
    "bytes=0-1;2-3, 10, ignored",
    "'bytes=0-1,x', 10, ignored",
    "'bytes=,', 10, ignored",
    "'bytes=,0-1, ,', 10, 0-1",
    "'bytes=0-0,100-100', 1000, 0-0 100-100",
    "'bytes=900-,0-0', 1000, 900-999 0-0",
    "'bytes=0-0,2000-', 1000, 0-0",
    "'bytes=2000-,-0', 1000, none",
    "'bytes=0-10,5-20', 1000, 0-20",
    "'bytes=5-20,0-10', 1000, 0-20",
    "'bytes=0-10,11-20', 1000, 0-20",
    "'bytes=0-10,90-95', 1000, 0-95",
    "'bytes=0-10,91-95', 1000, 0-10 91-95",
    "'bytes=0-0,500-500,200-200,100-300', 1000, 0-0 500-500 100-300",
    "'bytes=0-0,200-210,400-410,100-395', 1000, 0-0 100-410",
    "'bytes=0-0,-1', 1000, 0-0 999-999",
    "'bytes=0-,0-,0-,0-', 1000, 0-999",
  })
  void readsRanges(String field, long size, String expected) {
    List<ByteRange> ranges = ByteRange.parse(field, size);
    String found =
        ranges == null
            ? "ignored"
            : ranges.isEmpty()
                ? "none"
                : ranges.stream()
                    .map(range -> range.first() + "-" + range.last())
                    .collect(Collectors.joining(" "));
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void ignoresAFieldOfTooManyRanges() {
    String most =
        IntStream.range(0, ByteRange.MOST)
            .mapToObj(i -> i * 1000 + "-" + i * 1000)
            .collect(Collectors.joining(",", "bytes=", ""));
    assertThat(ByteRange.parse(most, 1_000_000)).hasSize(ByteRange.MOST);
    assertThat(ByteRange.parse(most + ",1-1", 1_000_000)).isNull();
  }

  /** Whatever is asked: no octet twice, none that was not asked for but to close a small gap. */
  @Test
  void coversWhatWasAskedForOnce() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int run = 0; run < 2_000; run++) {
      var asked = new BitSet();
      var field = new ArrayList<String>();
      for (int i = random.nextInt(1, 10); i > 0; i--) {
        int first = random.nextInt(2_000);
        int last = first + random.nextInt(300);
        field.add(first + "-" + last);
        asked.set(Math.min(first, 1_500), Math.min(last + 1, 1_500));
      }
      var sent = new BitSet();
      String text = "bytes=" + String.join(",", field);
      for (ByteRange range : ByteRange.parse(text, 1_500)) {
        assertThat(sent.get((int) range.first(), (int) range.last() + 1).isEmpty())
            .as("no octet twice for %s, seed %s", text, seed)
            .isTrue();
        sent.set((int) range.first(), (int) range.last() + 1);
      }
      BitSet missed = (BitSet) asked.clone();
      missed.andNot(sent);
      assertThat(missed.isEmpty()).as("all of %s, seed %s", text, seed).isTrue();
    }
  }
}
