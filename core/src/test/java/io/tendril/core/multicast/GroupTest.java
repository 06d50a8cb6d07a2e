package io.tendril.core.multicast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupTest {
  @Test
  void isReadAsItIsWritten() {
    for (String text :
        List.of(
            "224.0.0.251",
            "239.1.1.1%eth0",
            "239.1.1.1%10.0.0.7",
            "192.0.2.7@232.1.1.1%eth0",
            "ff02:0:0:0:0:0:0:fb%eth0")) {
      assertThat(Group.of(text)).hasToString(text);
    }
  }

  @Test
  void aScopeIsTheInterface() throws Exception {
    InetAddress scoped =
        Inet6Address.getByAddress(null, InetAddress.ofLiteral("ff02::fb").getAddress(), 1);
    assertThat(new Group(scoped, null, null).on()).isNotNull();
    assertThat(new Group(scoped, "eth7", null)).isEqualTo(Group.of("ff02::fb%eth7"));
    assertThat(((Inet6Address) new Group(scoped, null, null).address()).getScopeId()).isZero();
  }

  @Test
  void knowsWhatIsNone() {
    InetAddress four = InetAddress.ofLiteral("192.0.2.1");
    InetAddress six = InetAddress.ofLiteral("2001:db8::1");
    assertThatIllegalArgumentException().isThrownBy(() -> new Group(four, null, null));
    assertThatIllegalArgumentException().isThrownBy(() -> new Group(six, null, null));
    Group group = Group.of("232.1.1.1");
    assertThatIllegalArgumentException().isThrownBy(() -> group.from(six));
    assertThatIllegalArgumentException().isThrownBy(() -> group.from(group.address()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> group.from(InetAddress.ofLiteral("0.0.0.0")));
    assertThatIllegalArgumentException().isThrownBy(() -> group.on(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> Group.of("232.1.1.1%a%b"));
  }

  @Test
  void isNotJoinedWithAPartOfItself() {
    Group group = Group.of("232.1.1.1%eth0");
    Group part = group.from(InetAddress.ofLiteral("192.0.2.1"));
    Group other = group.from(InetAddress.ofLiteral("192.0.2.2"));
    var options = MulticastOptions.defaults();
    assertThat(options.joining(part).joining(other).joining(group.on("eth1")).groups())
        .containsExactly(part, other, group.on("eth1"));
    for (List<Group> bad :
        List.of(List.of(group, group), List.of(group, part), List.of(part, group))) {
      assertThatExceptionOfType(MulticastFailed.AlreadyMember.class)
          .isThrownBy(() -> new MulticastOptions(bad, 1, true, null));
    }
  }
}
