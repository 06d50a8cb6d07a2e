package io.tendril.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What Deferreds do, said as simply as possible: every stage is an object with all of its fields, a
 * result goes from one to the next through a queue, and nothing is made short.
 */
final class DeferredModel {
  /** A result: one of the two. */
  record Result(Integer value, Integer failure) {
    static final int CANCELLED = -1;
    static final int MISUSED = -2;
  }

  /** What a continuation decided: a result, or another node to wait for. */
  record Decision(Result result, Node inner) {}

  /** What is attached. It is told the result before it, and writes the log. */
  interface Step {
    /** Null if this kind of result passes by. */
    Decision run(Result before);
  }

  final class Node {
    final int id;
    final Step step; // null for a promise
    Node before;
    Node after;
    Node inner;
    Node takenBy;
    Result result;
    boolean lateAllowed;

    /** A failure came to rest behind it, which must be collectable: the way there is given up. */
    boolean letGo;

    Integer cancellerFires;

    Node(int id, Step step) {
      this.id = id;
      this.step = step;
    }

    boolean taken() {
      return after != null || takenBy != null;
    }
  }

  final List<String> log = new ArrayList<>();
  private final Deque<Node> queue = new ArrayDeque<>();
  private boolean running;

  Node promise(int id) {
    return new Node(id, null);
  }

  Node attach(Node to, Node stage) {
    to.after = stage;
    stage.before = to;
    if (to.result != null) {
      queue.add(stage);
      drain();
    }
    return stage;
  }

  void fire(Node promise, Result result) {
    if (promise.result != null) {
      if (promise.lateAllowed) {
        promise.lateAllowed = false;
      } else {
        log.add("fired twice " + promise.id);
      }
      return;
    }
    settle(promise, result);
    drain();
  }

  private void settle(Node node, Result result) {
    node.result = result;
    if (node.takenBy != null) {
      settle(node.takenBy, result);
    } else if (node.after != null) {
      queue.add(node.after);
    } else if (result.failure() != null && node.before != null) {
      node.before.letGo = true;
    }
  }

  private void drain() {
    if (running) {
      return;
    }
    running = true;
    for (Node node; (node = queue.poll()) != null; ) {
      step(node);
    }
    running = false;
  }

  private void step(Node node) {
    Decision decision = node.step.run(node.before.result);
    if (decision == null) {
      settle(node, node.before.result);
    } else if (decision.inner() == null) {
      settle(node, decision.result());
    } else {
      adopt(node, decision.inner());
    }
  }

  private void adopt(Node node, Node inner) {
    if (waitsFor(inner, node) || inner.taken()) {
      settle(node, new Result(null, Result.MISUSED));
      return;
    }
    inner.takenBy = node;
    node.inner = inner;
    if (inner.result != null) {
      settle(node, inner.result);
    }
  }

  private static boolean waitsFor(Node waiting, Node what) {
    for (Node at = waiting; at != null; at = waitedFor(at)) {
      if (at == what) {
        return true;
      }
    }
    return false;
  }

  /** What a node waits for, null if for nothing: it is done, its turn comes, or it is a promise. */
  private static Node waitedFor(Node node) {
    if (node.result != null || node.before == null) {
      return null;
    }
    Node waited = node.inner != null ? node.inner : node.before;
    return waited.result == null || waited == node.before ? waited : null;
  }

  void cancel(Node from) {
    Node at = from;
    while (at.result != null && at.after != null && !at.letGo) {
      at = at.after;
    }
    while (at.result == null && at.before != null) {
      Node waited = at.inner != null ? at.inner : at.before;
      if (waited.result != null) {
        return; // its turn comes
      }
      at = waited;
    }
    if (at.result != null) {
      return;
    }
    log.add("cancel " + at.id);
    at.lateAllowed = true;
    settle(
        at,
        at.cancellerFires != null
            ? new Result(at.cancellerFires, null)
            : new Result(null, Result.CANCELLED));
    drain();
  }
}
