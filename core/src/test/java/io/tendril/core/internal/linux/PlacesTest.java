package io.tendril.core.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private final Places places = new Places();

  private static List<ByteBuffer> buffers(int count) {
    List<ByteBuffer> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(i % 2 == 0 ? ByteBuffer.allocate(32) : ByteBuffer.allocateDirect(32));
    }
    return made;
  }

  @Test
  void noTwoBuffersAreInEachOthersWay() {
    List<ByteBuffer> used = buffers(64);
    List<MemorySegment> first = used.stream().map(places::of).toList();
    for (int i = 0; i < used.size(); i++) {
      assertThat(places.of(used.get(i))).isSameAs(first.get(i));
    }
  }

  @Test
  void tellsWhereAllOfABufferIs() {
    for (ByteBuffer buffer : buffers(300)) {
      for (int i = 0; i < buffer.capacity(); i++) {
        buffer.put((byte) System.identityHashCode(buffer));
      }
      buffer.position(7).limit(9);
      MemorySegment place = places.of(buffer);
      assertThat(place.byteSize()).isEqualTo(32);
      assertThat(place.mismatch(MemorySegment.ofBuffer(buffer.duplicate().clear()))).isEqualTo(-1);
      assertThat(places.of(buffer)).isSameAs(place);
    }
  }

  @Test
  void tellsWhereASliceIs() {
    ByteBuffer whole = ByteBuffer.allocateDirect(100);
    long begin = places.of(whole).address();
    assertThat(places.of(whole.slice(10, 20)).address()).isEqualTo(begin + 10);
  }

  @Test
  void keepsNoLargeBuffer() {
    ByteBuffer large = ByteBuffer.allocate((64 << 10) + 1);
    assertThat(places.of(large)).isNotSameAs(places.of(large)).isEqualTo(places.of(large));
  }
}
