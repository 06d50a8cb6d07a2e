package io.tendril.tls.boringssl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, libnetty_tcnative_linux_x86_64.so",
    "Linux, aarch64, libnetty_tcnative_linux_aarch_64.so",
    "Linux, s390x, libnetty_tcnative_linux_s390x.so",
    "Mac OS X, aarch64, libnetty_tcnative_osx_aarch_64.jnilib",
    "Windows Server 2022, amd64, netty_tcnative_windows_x86_64.dll",
  })
  void isNamedByTheSystemAndTheProcessor(String system, String processor, String name) {
    assertThat(NativeLibrary.file(system, processor)).isEqualTo("/META-INF/native/" + name);
  }

  @Test
  void isHereForTheSystemsOfTheFirstTier() {
    for (String processor : new String[] {"amd64", "aarch64"}) {
      String file = NativeLibrary.file("Linux", processor);
      assertThat(NativeLibrary.class.getResource(file)).as(file).isNotNull();
    }
  }

  @Test
  void isLoadedOnce() {
    assertThat(NativeLibrary.obstacle()).isNull();
    assertThat(new BoringSsl().unavailable()).isNull();
  }
}
