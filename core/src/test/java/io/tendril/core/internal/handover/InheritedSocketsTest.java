package io.tendril.core.internal.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.internal.systemd.Environment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InheritedSocketsTest {
  private static InheritedSockets of(Map<String, String> variables) {
    return new InheritedSockets(
        new Environment() {
          @Override
          public @Nullable String variable(String name) {
            return variables.get(name);
          }

          @Override
          public long process() {
            return 1;
          }
        });
  }

  private static InheritedSockets of(String text) {
    return of(Map.of(InheritedSockets.VARIABLE, text));
  }

  @Test
  void eachIsTakenOnceInOrder() {
    var sockets = of("3 127.0.0.1:0\n4 [::]:80\n5 127.0.0.1:0\n");
    assertThat(sockets.take("127.0.0.1:0")).isEqualTo(3);
    assertThat(sockets.take("127.0.0.1:1")).isNull();
    assertThat(sockets.take("127.0.0.1:0")).isEqualTo(5);
    assertThat(sockets.take("127.0.0.1:0")).isNull();
    assertThat(sockets.takeRest()).containsExactly(Map.entry(4, "[::]:80"));
    assertThat(sockets.takeRest()).isEmpty();
  }

  @Test
  void allOfOneKeyAreTakenTogether() {
    var sockets = of("3 systemd:name=web\n4 a\n5 systemd:name=web");
    assertThat(sockets.takeAll("systemd:name=web")).containsExactly(3, 5);
    assertThat(sockets.takeAll("systemd:name=web")).isEmpty();
  }

  @Test
  void whatIsWrittenIsRead() {
    var keys = List.of("unix:/run/a b", "127.0.0.1:0");
    assertThat(of(InheritedSockets.write(keys, 7)).takeRest())
        .containsExactly(Map.entry(7, "unix:/run/a b"), Map.entry(8, "127.0.0.1:0"));
  }

  @Test
  void whatCannotBeReadIsNotThere() {
    assertThat(of("\n3\n-4 a\nx b\n99999999 c\n 5 d\n6 e").takeRest())
        .containsExactly(Map.entry(6, "e"));
    assertThat(of(Map.of()).takeRest()).isEmpty();
  }

  @Test
  void aWorkerSharesThemWithOthers() {
    assertThat(of("").owned()).isTrue();
    assertThat(of(Map.of(Family.WORKER, "1")).owned()).isFalse();
  }
}
