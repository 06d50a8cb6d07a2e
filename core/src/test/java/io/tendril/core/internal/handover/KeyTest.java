package io.tendril.core.internal.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.unix.UnixAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:80, 127.0.0.1, 80, true",
    "127.0.0.1:0, 127.0.0.1, 80, true",
    "127.0.0.1:81, 127.0.0.1, 80, false",
    "127.0.0.2:80, 127.0.0.1, 80, false",
    "0.0.0.0:80, ::, 80, true",
    "[0:0:0:0:0:0:0:0]:80, 0.0.0.0, 80, true",
    "[0:0:0:0:0:0:0:0]:80, 127.0.0.1, 80, false",
    "[0:0:0:0:0:0:0:1]:80, ::1, 80, true",
    "[fe80:0:0:0:0:0:0:1%eth0]:80, fe80::1, 80, true",
    "[fe80:0:0:0:0:0:0:2%eth0]:80, fe80::1, 80, false",
    "unix:/run/s, 127.0.0.1, 80, false",
    "systemd:name=web, 127.0.0.1, 80, true",
    "fd:3, 127.0.0.1, 80, true",
  })
  void anAddressFitsWhatWasAskedFor(String key, String host, int port, boolean fits) {
    assertThat(Key.fits(key, new InetSocketAddress(host, port))).isEqualTo(fits);
  }

  @Test
  void aNameOfUnixFitsItself() {
    UnixAddress address = UnixAddress.ofAbstract("a");
    assertThat(Key.fits("unix:@a", address)).isTrue();
    assertThat(Key.fits("unix:@b", address)).isFalse();
    assertThat(Key.fits("127.0.0.1:0", address)).isFalse();
    assertThat(Key.fits("systemd:name=web", address)).isTrue();
  }
}
