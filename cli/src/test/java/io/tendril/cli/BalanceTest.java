package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BalanceTest {
  private static final List<String> THREE = List.of("tcp:a:1", "tcp:b:1", "tcp:c:1");

  private static InetSocketAddress client(int number) {
    try {
      byte[] address = {10, 0, (byte) (number >> 8), (byte) number};
      return new InetSocketAddress(InetAddress.getByAddress(address), 40_000 + number);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Target choose(Targets targets, int client, Target... tried) {
    Target chosen = targets.choose(client(client), List.of(tried));
    assertThat(chosen).isNotNull();
    return chosen;
  }

  private static List<String> names(Targets targets, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(choose(targets, i).name());
    }
    return names;
  }

  private static void fell(Target target) {
    assertThat(target.missed()).isFalse();
    assertThat(target.missed()).isTrue();
  }

  @Test
  void takesEachInTurn() {
    var targets = Targets.of(THREE, Balance.ROUND_ROBIN);
    assertThat(names(targets, 4)).containsExactly("tcp:a:1", "tcp:b:1", "tcp:c:1", "tcp:a:1");
  }

  @Test
  void leavesOutWhoIsDownAndTakesHimBack() {
    var targets = Targets.of(THREE, Balance.ROUND_ROBIN);
    Target second = targets.all().get(1);
    fell(second);
    assertThat(names(targets, 6)).doesNotContain("tcp:b:1");
    assertThat(second.reached()).isTrue();
    assertThat(second.reached()).isFalse();
    assertThat(names(targets, 3)).contains("tcp:b:1");
  }

  @Test
  void oneFailureIsNotEnough() {
    var targets = Targets.of(THREE, Balance.FIRST);
    Target first = targets.all().getFirst();
    assertThat(first.missed()).isFalse();
    assertThat(first.reached()).isFalse();
    assertThat(first.missed()).isFalse();
    assertThat(names(targets, 1)).containsExactly("tcp:a:1");
  }

  @Test
  void triesThoseThatAreDownIfAllAre() {
    var targets = Targets.of(THREE, Balance.ROUND_ROBIN);
    targets.all().forEach(BalanceTest::fell);
    assertThat(names(targets, 3)).containsExactlyElementsOf(THREE);
  }

  @Test
  void choosesAmongThoseThatWereNotTried() {
    var targets = Targets.of(THREE, Balance.FIRST);
    List<Target> all = targets.all();
    assertThat(choose(targets, 1, all.get(0))).isEqualTo(all.get(1));
    assertThat(choose(targets, 1, all.get(0), all.get(1))).isEqualTo(all.get(2));
    assertThat(targets.choose(client(1), List.copyOf(all))).isNull();
  }

  @Test
  void takesTheOneWithTheFewestConnections() {
    var targets = Targets.of(THREE, Balance.LEAST);
    List<Target> all = targets.all();
    all.get(0).opened();
    all.get(0).opened();
    all.get(1).opened();
    assertThat(choose(targets, 1)).isEqualTo(all.get(2));
    all.get(2).opened();
    all.get(2).opened();
    assertThat(choose(targets, 1)).isEqualTo(all.get(1));
    all.get(0).closed();
    all.get(0).closed();
    assertThat(choose(targets, 1)).isEqualTo(all.get(0));
  }

  @Test
  void aClientStaysWhereItIsWhenAnotherTargetGoes() {
    var targets = Targets.of(THREE, Balance.SOURCE);
    Map<Integer, Target> before = new HashMap<>();
    Map<Target, Integer> counts = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      Target chosen = choose(targets, i);
      before.put(i, chosen);
      counts.merge(chosen, 1, Integer::sum);
      assertThat(choose(targets, i)).isEqualTo(chosen);
    }
    assertThat(counts.values()).allMatch(count -> count > 900 && count < 1_100);
    Target gone = targets.all().get(1);
    fell(gone);
    before.forEach((client, chosen) -> {
      if (chosen != gone) {
        assertThat(choose(targets, client)).isEqualTo(chosen);
      }
    });
  }
}
