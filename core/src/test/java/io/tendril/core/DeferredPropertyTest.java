package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DeferredModel.Decision;
import io.tendril.core.DeferredModel.Node;
import io.tendril.core.DeferredModel.Result;
import io.tendril.core.doubles.ManualReactor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/**
 * Random programs over Deferreds do what {@link DeferredModel} does: the same continuations in the
 * same order, the same cancellations, the same results. D1 to D7 at once.
 */
class DeferredPropertyTest {
  private static final int PROGRAMS = Integer.getInteger("tendril.test.programs", 10_000);
  private static final int STEPS = 40;

  @Test
  void randomProgramsDoWhatTheModelDoes() {
    long first = Long.getLong("tendril.test.seed", new Random().nextLong() & 0xffff_ffffL);
    System.out.println("DeferredPropertyTest: first seed " + first);
    for (long seed = first; seed < first + PROGRAMS; seed++) {
      try (var reactor = new ManualReactor()) {
        new Program(seed).run();
        reactor.events.clear();
      } catch (Throwable e) {
        throw new AssertionError("with -Dtendril.test.seed=" + seed, e);
      }
    }
  }

  /** A failure by number, so that both sides can be compared. */
  private static final class Numbered extends Exception {
    private static final long serialVersionUID = 1L;
    final int number;

    Numbered(int number) {
      super("failure " + number, null, true, false);
      this.number = number;
    }
  }

  private static int number(Throwable failure) {
    return switch (failure) {
      case Numbered numbered -> numbered.number;
      case CancellationException e -> Result.CANCELLED;
      case IllegalStateException e -> Result.MISUSED;
      default -> throw new AssertionError(failure);
    };
  }

  /** One node in both worlds. */
  private record Twin(int id, Deferred<Integer> real, Promise<Integer> promise, Node model) {}

  private static final class Program {
    private final Random random;
    private final DeferredModel model = new DeferredModel();
    private final List<String> log = new ArrayList<>();
    private final List<Twin> twins = new ArrayList<>();

    Program(long seed) {
      random = new Random(seed);
    }

    /** A continuation: which side it takes, what else it does, and what it ends with. */
    private record Behaviour(
        Kind kind, int id, int number, Twin inner, Twin alsoCancel, Twin alsoFire) {}

    private enum Kind {
      APPLY,
      THROW,
      COMPOSE,
      RECOVER,
      RECOVER_COMPOSE,
      PAIR,
      PAIR_COMPOSE,
      WHEN
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        switch (random.nextInt(10)) {
          case 0, 1 -> promise();
          case 2, 3, 4, 5 -> attach();
          case 6, 7 -> fire();
          case 8 -> cancel();
          default -> done();
        }
        assertThat(log).isEqualTo(model.log);
      }
      for (Twin twin : List.copyOf(twins)) {
        if (twin.promise() != null && !twin.promise().isDone()) {
          fire(twin, new Result(twin.id(), null));
        }
      }
      for (Twin twin : twins) {
        assertThat(twin.real().isDone())
            .as("isDone of " + twin.id())
            .isEqualTo(twin.model().result != null);
        if (!twin.model().taken()) {
          check(twin);
        }
      }
      assertThat(log).isEqualTo(model.log);
    }

    private void check(Twin twin) {
      List<Result> seen = new ArrayList<>();
      var _ = twin.real().handle((v, f) -> seen.add(f == null ? ok(v) : failed(number(f))));
      assertThat(seen)
          .as("result of " + twin.id())
          .isEqualTo(twin.model().result == null ? List.of() : List.of(twin.model().result));
    }

    private static Result ok(Integer value) {
      return new Result(value, null);
    }

    private static Result failed(int number) {
      return new Result(null, number);
    }

    private Twin pick() {
      return twins.isEmpty() ? promise() : twins.get(random.nextInt(twins.size()));
    }

    private Twin promise() {
      int id = twins.size();
      Promise<Integer> promise = Promise.create();
      Node node = model.promise(id);
      boolean fires = random.nextInt(4) == 0;
      if (fires) {
        node.cancellerFires = id;
      }
      promise.onCancel(() -> {
        log.add("cancel " + id);
        if (fires) {
          promise.succeed(id);
        }
      });
      return add(new Twin(id, promise.deferred(), promise, node));
    }

    private Twin done() {
      int id = twins.size();
      Node node = model.promise(id);
      node.result = random.nextBoolean() ? ok(id) : failed(id);
      Deferred<Integer> real =
          node.result.failure() == null
              ? Deferred.succeeded(id)
              : Deferred.failed(new Numbered(id));
      return add(new Twin(id, real, null, node));
    }

    private Twin add(Twin twin) {
      twins.add(twin);
      return twin;
    }

    private void fire() {
      Twin twin = pick();
      if (twin.promise() != null) {
        fire(twin, random.nextInt(3) == 0 ? failed(twin.id()) : ok(twin.id()));
      }
    }

    private void fire(Twin twin, Result result) {
      fireReal(twin, result);
      model.fire(twin.model(), result);
    }

    private void fireReal(Twin twin, Result result) {
      try {
        if (result.failure() == null) {
          twin.promise().succeed(result.value());
        } else {
          twin.promise().fail(new Numbered(result.failure()));
        }
      } catch (IllegalStateException e) {
        log.add("fired twice " + twin.id());
      }
    }

    private void cancel() {
      Twin twin = pick();
      twin.real().cancel();
      model.cancel(twin.model());
    }

    private void attach() {
      Twin to = pick();
      if (to.model().taken()) {
        return;
      }
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      // The inner is any other, also one that is taken, or that waits for this.
      Twin inner = random.nextInt(3) == 0 ? done() : random.nextInt(3) == 0 ? promise() : pick();
      int id = twins.size();
      Twin alsoCancel = random.nextInt(6) == 0 ? pick() : null;
      Twin alsoFire = random.nextInt(6) == 0 ? pick() : null;
      var behaviour =
          new Behaviour(
              kind,
              id,
              random.nextInt(100),
              inner,
              alsoCancel,
              alsoFire != null && alsoFire.promise() != null ? alsoFire : null);
      Deferred<Integer> real = attachReal(to.real(), behaviour);
      Node node = model.attach(to.model(), model.new Node(id, before -> decide(behaviour, before)));
      add(new Twin(id, real, null, node));
    }

    private Deferred<Integer> attachReal(Deferred<Integer> to, Behaviour b) {
      return switch (b.kind()) {
        case APPLY -> to.thenApply(v -> value(b, ok(v)));
        case THROW ->
            to.thenApply(v -> {
              enter(b, ok(v));
              throw new Numbered(b.number());
            });
        case COMPOSE -> to.thenCompose(v -> inner(b, ok(v)));
        case RECOVER ->
            b.number() % 2 == 0
                ? to.exceptionally(f -> value(b, failed(number(f))))
                : to.exceptionally(Numbered.class, f -> value(b, failed(f.number)));
        case RECOVER_COMPOSE -> to.exceptionallyCompose(f -> inner(b, failed(number(f))));
        case PAIR -> to.handle(v -> value(b, ok(v)), f -> value(b, failed(number(f))));
        case PAIR_COMPOSE ->
            to.handleCompose(v -> inner(b, ok(v)), f -> inner(b, failed(number(f))));
        case WHEN -> to.whenComplete((v, f) -> enter(b, f == null ? ok(v) : failed(number(f))));
      };
    }

    private void enter(Behaviour b, Result before) {
      log.add(b.id() + " sees " + before);
      if (b.alsoCancel() != null) {
        b.alsoCancel().real().cancel();
      }
      if (b.alsoFire() != null) {
        fireReal(b.alsoFire(), ok(b.id()));
      }
      log.add(b.id() + " ends");
    }

    private Integer value(Behaviour b, Result before) {
      enter(b, before);
      return b.number();
    }

    private Deferred<Integer> inner(Behaviour b, Result before) {
      enter(b, before);
      return b.inner().real();
    }

    private Decision decide(Behaviour b, Result before) {
      boolean value = before.failure() == null;
      boolean takes =
          switch (b.kind()) {
            case APPLY, THROW, COMPOSE -> value;
            case RECOVER -> !value && (b.number() % 2 == 0 || before.failure() >= 0);
            case RECOVER_COMPOSE -> !value;
            case PAIR, PAIR_COMPOSE, WHEN -> true;
          };
      if (!takes) {
        return null;
      }
      model.log.add(b.id() + " sees " + before);
      if (b.alsoCancel() != null) {
        model.cancel(b.alsoCancel().model());
      }
      if (b.alsoFire() != null) {
        model.fire(b.alsoFire().model(), ok(b.id()));
      }
      model.log.add(b.id() + " ends");
      return switch (b.kind()) {
        case APPLY, RECOVER, PAIR -> new Decision(ok(b.number()), null);
        case THROW -> new Decision(failed(b.number()), null);
        case COMPOSE, RECOVER_COMPOSE, PAIR_COMPOSE -> new Decision(null, b.inner().model());
        case WHEN -> null;
      };
    }
  }
}
