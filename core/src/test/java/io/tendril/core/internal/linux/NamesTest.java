package io.tendril.core.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class NamesTest {
  private final Slab slab = new Slab();

  private static InetSocketAddress of(String literal, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "255.254.253.252", "10.0.0.1"})
  void fourComesBackFromEitherFamily(String literal) {
    InetSocketAddress address = of(literal, 65_535);
    assertThat(Names.write(address, false, slab.address)).isEqualTo(16);
    assertThat(Names.read(slab.address)).isEqualTo(address);
    assertThat(Names.unpack(Names.pack(slab.address))).isEqualTo(address);
    assertThat(Names.write(address, true, slab.address)).isEqualTo(28);
    assertThat(Names.read(slab.address)).isEqualTo(address);
    assertThat(Names.pack(slab.address)).isEqualTo(-1);
  }

  @Test
  void sixKeepsItsScope() throws UnknownHostException {
    byte[] local = InetAddress.ofLiteral("fe80::1:2").getAddress();
    var scoped = new InetSocketAddress(Inet6Address.getByAddress(null, local, 7), 53);
    Names.write(scoped, true, slab.address);
    InetSocketAddress back = Names.read(slab.address);
    assertThat(back).isEqualTo(scoped);
    assertThat(((Inet6Address) back.getAddress()).getScopeId()).isEqualTo(7);
  }

  @Test
  void anyIsAnyOfEitherFamily() {
    Names.write(of("0.0.0.0", 1), true, slab.address);
    assertThat(Names.read(slab.address)).isEqualTo(of("::", 1));
    Names.write(of("::", 1), false, slab.address);
    assertThat(Names.read(slab.address)).isEqualTo(of("0.0.0.0", 1));
  }

  @Test
  void theLastOneIsKnownAgainAndNoOther() {
    var names = new Names();
    InetSocketAddress one = of("10.0.0.1", 7);
    for (boolean six : new boolean[] {false, true}) {
      Names.write(one, six, slab.address);
      InetSocketAddress first = names.readAgain(slab.address, 0);
      assertThat(names.readAgain(slab.address, 0)).isSameAs(first);
      for (InetSocketAddress other :
          new InetSocketAddress[] {of("10.0.0.2", 7), of("10.0.0.1", 8)}) {
        Names.write(other, six, slab.address);
        assertThat(names.readAgain(slab.address, 0)).isEqualTo(other);
      }
    }
    var written = new Names();
    for (int i = 0; i < 2; i++) {
      slab.address.fill((byte) -1);
      assertThat(written.writeAgain(one, true, slab.address, 0)).isEqualTo(28);
      assertThat(Names.read(slab.address)).isEqualTo(one);
    }
  }

  @Test
  void manyAreKnownAgainByOneObjectEach() {
    for (boolean six : new boolean[] {false, true}) {
      var read = new Names();
      var written = new Names();
      List<InetSocketAddress> seen = new ArrayList<>();
      int same = 0;
      for (int i = 0; i < 64; i++) {
        InetSocketAddress one =
            of(i % 2 == 0 || !six ? "10.0.0." + i : "2001:db8::" + i, 5_000 + i);
        Names.write(one, six, slab.address);
        seen.add(read.readAgain(slab.address, 0));
        assertThat(seen.get(i)).isEqualTo(one);
      }
      for (int round = 0; round < 2; round++) {
        for (InetSocketAddress each : seen) {
          int length = written.writeAgain(each, six, slab.address, 32);
          assertThat(length).isEqualTo(six ? 28 : 16);
          assertThat(Names.read(slab.address.asSlice(32))).isEqualTo(each);
          InetSocketAddress again = read.readAgain(slab.address, 32);
          assertThat(again).isEqualTo(each);
          same += again == each ? 1 : 0;
        }
      }
      assertThat(same).as("of 128 that were the same object").isGreaterThan(40);
    }
  }

  @Test
  void refusesWhatIsNoAddressOfTheFamily() {
    assertThatThrownBy(() -> Names.write(of("::1", 1), false, slab.address))
        .isInstanceOf(UnsupportedAddressTypeException.class);
    assertThatThrownBy(() -> Names.write(UnixDomainSocketAddress.of("x"), true, slab.address))
        .isInstanceOf(UnsupportedAddressTypeException.class);
    assertThatThrownBy(
            () -> Names.write(InetSocketAddress.createUnresolved("x", 1), true, slab.address))
        .isInstanceOf(UnresolvedAddressException.class);
  }
}
