package io.tendril.checks;

import com.google.errorprone.VisitorState;
import com.google.errorprone.matchers.Matcher;
import com.google.errorprone.matchers.Matchers;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The locks that a body holds at a place in it, as its text has them from top to bottom: each by
 * the expression that it is taken and released through. One that was only tried counts where a
 * {@code finally} around the place releases it.
 */
final class HeldLocks extends TreeScanner<@Nullable Void, VisitorState> {
  private static final String LOCK = "java.util.concurrent.locks.Lock";

  private static final Matcher<ExpressionTree> TAKES =
      Matchers.instanceMethod().onDescendantOf(LOCK).namedAnyOf("lock", "lockInterruptibly");

  private static final Matcher<ExpressionTree> TRIES =
      Matchers.instanceMethod().onDescendantOf(LOCK).named("tryLock");

  private static final Matcher<ExpressionTree> RELEASES =
      Matchers.instanceMethod().onDescendantOf(LOCK).named("unlock");

  private final @Nullable Tree end;

  /** Those that are held, and whether that is certain. */
  private final Map<String, Boolean> held = new LinkedHashMap<>();

  private final Set<String> released = new LinkedHashSet<>();
  private boolean ended;

  private HeldLocks(@Nullable Tree end) {
    this.end = end;
  }

  /** What a body holds when it comes to a call in it. */
  static HeldLocks before(MethodInvocationTree call, Tree body, VisitorState state) {
    var locks = new HeldLocks(call);
    locks.scan(body, state);
    return locks;
  }

  /** What a block releases. */
  static Set<String> releasedIn(Tree block, VisitorState state) {
    var locks = new HeldLocks(null);
    locks.scan(block, state);
    return locks.released;
  }

  /** One that was tried has been taken. */
  void certain(String lock) {
    held.replace(lock, true);
  }

  /** One that is held for certain, or null. */
  @Nullable String any() {
    return held.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable Void visitMethodInvocation(MethodInvocationTree call, VisitorState state) {
    super.visitMethodInvocation(call, state);
    ended |= call == end;
    ExpressionTree receiver = ASTHelpers.getReceiver(call);
    String lock = receiver == null ? null : state.getSourceForNode(receiver);
    if (!ended && lock != null) {
      if (TAKES.matches(call, state)) {
        held.put(lock, true);
      } else if (TRIES.matches(call, state)) {
        held.put(lock, false);
      } else if (RELEASES.matches(call, state)) {
        held.remove(lock);
        released.add(lock);
      }
    }
    return null;
  }

  /** It runs at another time. */
  @Override
  public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, VisitorState state) {
    return null;
  }

  /** Its methods run at another time. */
  @Override
  public @Nullable Void visitClass(ClassTree type, VisitorState state) {
    return null;
  }
}
