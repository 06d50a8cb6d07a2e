package io.tendril.checks;

import static com.google.errorprone.BugPattern.SeverityLevel.ERROR;
import static com.google.errorprone.matchers.Matchers.anyMethod;
import static com.google.errorprone.matchers.Matchers.anyOf;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.bugpatterns.BugChecker.MethodInvocationTreeMatcher;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.matchers.Matcher;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.util.TreePath;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * A suspending call while a monitor or a lock is held. The lock stays with the reactor's thread
 * while others run there: one that wants the monitor stops the whole reactor, and a {@code
 * ReentrantLock} lets it in.
 *
 * <p>It sees what a method body shows: {@code synchronized}, and a {@link
 * java.util.concurrent.locks.Lock} that was taken further up and not let go of since. That a caller
 * holds a lock, and that a method of one's own suspends, it does not see.
 */
@BugPattern(
    summary = "A coroutine is suspended while it holds a lock",
    linkType = BugPattern.LinkType.NONE,
    severity = ERROR)
public final class AwaitUnderLock extends BugChecker implements MethodInvocationTreeMatcher {
  private static final long serialVersionUID = 1;

  private static final Matcher<ExpressionTree> SUSPENDS =
      anyOf(
          SuspendingCalls.BY_TYPE.entrySet().stream()
              .map(type -> anyMethod().onDescendantOf(type.getKey()).namedAnyOf(type.getValue()))
              .toList());

  /** One for {@link java.util.ServiceLoader}. */
  public AwaitUnderLock() {}

  @Override
  public Description matchMethodInvocation(MethodInvocationTree tree, VisitorState state) {
    if (!SUSPENDS.matches(tree, state)) {
      return Description.NO_MATCH;
    }
    String held = held(tree, state);
    if (held == null) {
      return Description.NO_MATCH;
    }
    return buildDescription(tree)
        .setMessage(
            ASTHelpers.getSymbol(tree).getSimpleName()
                + "() suspends the coroutine while it holds "
                + held
                + ": the reactor's thread goes on with it, and stops at the next one who wants it, or"
                + " lets that one in. Let go of it before, or use a DeferredLock")
        .build();
  }

  /** What is held at a call, in words. Bodies inside of others run at another time. */
  private static @Nullable String held(MethodInvocationTree call, VisitorState state) {
    TreePath path = state.getPath();
    while (true) {
      Tree inner = path.getLeaf();
      path = path.getParentPath();
      switch (path.getLeaf()) {
        case LambdaExpressionTree _, ClassTree _ -> {
          return lockHeld(inner, call, state);
        }
        case SynchronizedTree block when block.getBlock() == inner -> {
          Tree monitor = ASTHelpers.stripParentheses(block.getExpression());
          return "the monitor of " + state.getSourceForNode(monitor);
        }
        case MethodTree method when isSynchronized(method) -> {
          return "the monitor of its synchronized method";
        }
        default -> {}
      }
    }
  }

  private static boolean isSynchronized(MethodTree method) {
    return method.getModifiers().getFlags().contains(Modifier.SYNCHRONIZED);
  }

  private static @Nullable String lockHeld(
      Tree body, MethodInvocationTree call, VisitorState state) {
    HeldLocks before = HeldLocks.before(call, body, state);
    for (TreePath path = state.getPath(); path.getLeaf() != body; path = path.getParentPath()) {
      if (path.getParentPath().getLeaf() instanceof TryTree it) {
        Tree last = it.getFinallyBlock();
        if (last != null && last != path.getLeaf()) {
          HeldLocks.releasedIn(last, state).forEach(before::certain);
        }
      }
    }
    return before.any();
  }
}
