package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RandomOrderTest {
  private static final String METHODS = "junit.jupiter.testmethod.order.default";
  private static final String CLASSES = "junit.jupiter.testclass.order.default";

  static class Five {
    @Test
    void one() {}

    @Test
    void two() {}

    @Test
    void three() {}

    @Test
    void four() {}

    @Test
    void five() {}
  }

  static class Outer {
    @Nested
    class First {
      @Test
      void first() {}
    }

    @Nested
    class Second {
      @Test
      void second() {}
    }

    @Nested
    class Third {
      @Test
      void third() {}
    }
  }

  private static List<String> order(Class<?> tests, String... parameters) {
    return JUnitRun.of(tests, parameters).order();
  }

  private static List<String> order(Class<?> tests, long seed) {
    return order(
        tests,
        METHODS,
        RandomOrder.class.getName(),
        CLASSES,
        RandomOrder.class.getName(),
        "tendril.order",
        "" + seed);
  }

  @Test
  void anOrderIsTheSeeds() {
    assertThat(order(Five.class, 17)).isEqualTo(order(Five.class, 17)).hasSize(5);
    assertThat(order(Outer.class, 17)).isEqualTo(order(Outer.class, 17)).hasSize(3);
  }

  @Test
  void anotherSeedIsAnotherOrder() {
    Set<List<String>> methods = new HashSet<>();
    Set<List<String>> classes = new HashSet<>();
    for (long seed = 0; seed < 40; seed++) {
      methods.add(order(Five.class, seed));
      classes.add(order(Outer.class, seed));
    }
    assertThat(methods.size()).isGreaterThan(20);
    assertThat(classes.size()).isGreaterThan(3);
  }

  @Test
  void withoutASeedItTakesOneForTheProcess() {
    List<String> order = order(Five.class, METHODS, RandomOrder.class.getName());
    assertThat(order).hasSize(5);
    assertThat(order(Five.class, METHODS, RandomOrder.class.getName())).isEqualTo(order);
  }

  @Test
  void aSeedThatIsNoNumberIsSaid() {
    assertThat(order(Five.class, METHODS, RandomOrder.class.getName(), "tendril.order", "x"))
        .isEmpty();
  }
}
