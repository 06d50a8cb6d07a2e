package io.tendril.core.internal.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.systemd.NotActivated;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListenVariablesTest {
  private static Environment environment(Map<String, String> variables) {
    return new Environment() {
      @Override
      public String variable(String name) {
        return variables.get(name);
      }

      @Override
      public void replace() {
        throw new AssertionError();
      }

      @Override
      public long process() {
        return 7;
      }
    };
  }

  private static ListenVariables read(String fds, String pid, String names) throws NotActivated {
    var variables = new java.util.HashMap<String, String>();
    variables.put("LISTEN_FDS", fds);
    variables.put("LISTEN_PID", pid);
    variables.put("LISTEN_FDNAMES", names);
    return ListenVariables.read(environment(variables));
  }

  private static void refuses(String fds, String pid, String names, String message) {
    assertThatThrownBy(() -> read(fds, pid, names))
        .isInstanceOf(NotActivated.class)
        .hasMessage(message);
  }

  @Test
  void theFirstIsThree() throws Exception {
    var variables = read("3", "7", "web:admin:web");
    assertThat(variables.named("web")).isEqualTo(List.of(3, 5));
    assertThat(variables.named("admin")).isEqualTo(List.of(4));
    assertThat(variables.at(2)).isEqualTo(5);
  }

  @Test
  void withoutNamesAllAreUnknown() throws Exception {
    assertThat(read("2", "7", null).named("unknown")).isEqualTo(List.of(3, 4));
  }

  @Test
  void whatIsMissingIsSaid() {
    refuses(null, null, null, "no sockets were passed to this process: LISTEN_FDS is not set");
    refuses("1", null, null, "LISTEN_FDS is set and LISTEN_PID, whose they are, is not");
    refuses(
        "1",
        "8",
        null,
        "the sockets of LISTEN_FDS were passed to process 8 (LISTEN_PID), and this is process 7");
    refuses("2", "7", "web", "LISTEN_FDS is 2 and LISTEN_FDNAMES has 1 names");
    refuses("x", "7", null, "LISTEN_FDS is 'x', which is no number of the kind");
    refuses("-1", "7", null, "LISTEN_FDS is '-1', which is no number of the kind");
    refuses("99999999", "7", null, "LISTEN_FDS is '99999999', which is no number of the kind");
    refuses("1", "me", null, "LISTEN_PID is 'me', which is no number of the kind");
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    var two = read("2", "7", "web:admin");
    assertThatThrownBy(() -> two.named("mail"))
        .isInstanceOf(NotActivated.class)
        .hasMessage("no socket that was passed has the name 'mail'; there are 2: web, admin");
    assertThatThrownBy(() -> two.at(2))
        .isInstanceOf(NotActivated.class)
        .hasMessage("no socket was passed with the index 2; there are 2: web, admin");
    assertThatThrownBy(() -> read("0", "7", "").at(0))
        .hasMessage("no socket was passed with the index 0; none was passed");
  }
}
