package io.tendril.core.unix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnixAddressTest {
  @Test
  void isAPathOrAnAbstractNameOrNothing() {
    assertThat(UnixAddress.of("/run/x")).hasToString("unix:/run/x").matches(UnixAddress::isPath);
    assertThat(UnixAddress.of("@x")).hasToString("unix:@x").matches(UnixAddress::isAbstract);
    assertThat(UnixAddress.of("./@x")).matches(UnixAddress::isPath);
    assertThat(UnixAddress.unnamed()).hasToString("unix:(unnamed)").matches(UnixAddress::isUnnamed);
    assertThat(UnixAddress.of("/run/x").path()).isEqualTo(Path.of("/run/x"));
    assertThatIllegalStateException().isThrownBy(() -> UnixAddress.of("@x").path());
  }

  @Test
  void goesToTheKernelAndBack() {
    for (String name : new String[] {"/run/x", "@x", "@\u00e4 \u20ac"}) {
      var address = UnixAddress.of(name);
      assertThat(UnixAddress.ofOctets(address.octets()))
          .isEqualTo(address)
          .hasSameHashCodeAs(address);
      assertThat(address.name()).isEqualTo(name);
    }
    assertThat(UnixAddress.of("@x").octets()).isEqualTo(new byte[] {0, 'x'});
    assertThat(UnixAddress.ofOctets(new byte[0])).isSameAs(UnixAddress.unnamed());
    assertThat(UnixAddress.of("@x")).isNotEqualTo(UnixAddress.of("x"));
  }

  @Test
  void isCountedInBytes() {
    assertThat(UnixAddress.of("x".repeat(107)).octets()).hasSize(107);
    assertThatExceptionOfType(UnixAddress.TooLong.class)
        .isThrownBy(() -> UnixAddress.of("\u20ac".repeat(36)))
        .withMessageContaining("has 108 bytes")
        .matches(e -> e.length() == 108);
    assertThat(UnixAddress.ofAbstract("x".repeat(106)).octets()).hasSize(107);
    assertThatExceptionOfType(UnixAddress.TooLong.class)
        .isThrownBy(() -> UnixAddress.ofAbstract("x".repeat(107)));
  }

  @Test
  void refusesWhatIsNoName() {
    assertThatIllegalArgumentException().isThrownBy(() -> UnixAddress.of(""));
    assertThatIllegalArgumentException().isThrownBy(() -> UnixAddress.of("@"));
    assertThatIllegalArgumentException().isThrownBy(() -> UnixAddress.of("a\0b"));
  }

  @Test
  void aPeersNameCannotForgeALineOfALog() {
    var address = UnixAddress.ofOctets("\0x\n\u001b[2Jok".getBytes(UTF_8));
    assertThat(address).hasToString("unix:@x\\x0a\\x1b[2Jok");
  }

  @Test
  void takesTheJdksAddresses() {
    assertThat(UnixAddress.from(UnixDomainSocketAddress.of("/run/x")))
        .isEqualTo(UnixAddress.of("/run/x"));
    assertThat(UnixAddress.from(UnixDomainSocketAddress.of(""))).isEqualTo(UnixAddress.unnamed());
    var internet = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    assertThat(UnixAddress.from(internet)).isSameAs(internet);
  }
}
