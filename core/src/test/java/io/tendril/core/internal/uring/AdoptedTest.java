package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Sockets that somebody else has opened go to the ring, and not to the epoll that it watches. */
@EnabledOnOs(OS.LINUX)
class AdoptedTest {
  @Test
  void whatListensIsTheRings() throws Exception {
    try (var rig = new RingFixture()) {
      var settings = SocketSettings.defaults();
      var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      var first = rig.engine.listen(here, settings, (_, _) -> {});
      var second = rig.engine.descriptors().listening(first.duplicate(), (_, _) -> {});
      assertThat(second).isInstanceOf(UringListener.class);
      assertThat(second.local()).isEqualTo(first.local());
      second.close();
      first.close();
    }
  }
}
