package io.tendril.checks;

import com.google.errorprone.CompilationTestHelper;
import org.junit.jupiter.api.Test;

class AwaitUnderLockTest {
  private final CompilationTestHelper compiler =
      CompilationTestHelper.newInstance(AwaitUnderLock.class, getClass())
          .addSourceLines(
              "Deferred.java",
              """
              package io.tendril.core;
              public class Deferred<T> {
                public final T await() { return null; }
                public final <X extends Throwable> T await(Class<X> declared) throws X { return null; }
                public final Deferred<T> thenRun(Runnable action) { return this; }
              }
              """)
          .addSourceLines(
              "Connection.java",
              """
              package io.tendril.core;
              public interface Connection {
                String readLine();
                void writeLine(String line);
                void lineLimit(int bytes);
              }
              """)
          .addSourceLines(
              "CoroutineScope.java",
              """
              package io.tendril.core;
              import java.util.concurrent.Callable;
              public final class CoroutineScope {
                public static <T> T race(java.util.List<Callable<T>> bodies) { return null; }
              }
              """);

  /** Compiles methods; each line that follows a comment with BUG must be found, and no other. */
  private void check(String... methods) {
    compiler
        .addSourceLines(
            "Program.java",
            """
            import io.tendril.core.*;
            import java.util.List;
            import java.util.concurrent.locks.*;
            class Program {
              final Lock lock = new ReentrantLock();
              final ReadWriteLock both = new ReentrantReadWriteLock();
              final Object monitor = new Object();
              Deferred<String> answer;
              Connection connection;
            """,
            String.join("\n", methods),
            "}")
        .doTest();
  }

  @Test
  void refusesAnAwaitInASynchronizedBlock() {
    check(
        """
        String ask() {
          synchronized (monitor) {
            // BUG: Diagnostic contains: holds the monitor of monitor
            String text = answer.await();
            if (text.isEmpty()) {
              // BUG: Diagnostic contains: DeferredLock
              return answer.await(RuntimeException.class);
            }
            return text;
          }
        }
        """);
  }

  @Test
  void refusesAnAwaitInASynchronizedMethod() {
    check(
        """
        synchronized String ask() {
          // BUG: Diagnostic contains: synchronized method
          return answer.await();
        }
        """);
  }

  @Test
  void refusesWhatIsBuiltOnAwait() {
    check(
        """
        synchronized void talk() {
          connection.lineLimit(100);
          // BUG: Diagnostic contains: readLine() suspends
          String line = connection.readLine();
          // BUG: Diagnostic contains: writeLine() suspends
          connection.writeLine(line);
          // BUG: Diagnostic contains: race() suspends
          String first = CoroutineScope.race(List.of(() -> "one"));
        }
        """);
  }

  @Test
  void refusesAnAwaitUpToTheFinallyThatUnlocks() {
    check(
        """
        String ask() throws InterruptedException {
          lock.lockInterruptibly();
          try {
            for (int i = 0; i < 3; i++) {
              // BUG: Diagnostic contains: holds lock
              answer.await();
            }
          } catch (IllegalStateException e) {
            // BUG: Diagnostic contains: holds lock
            return answer.await();
          } finally {
            // BUG: Diagnostic contains: holds lock
            answer.await();
            lock.unlock();
          }
          return answer.await();
        }
        """);
  }

  @Test
  void refusesAnAwaitBetweenLockAndUnlock() {
    check(
        """
        void ask() {
          answer.await();
          both.readLock().lock();
          // BUG: Diagnostic contains: holds both.readLock()
          answer.await();
          both.readLock().unlock();
          answer.await();
          if (lock.tryLock()) {
            try {
              // BUG: Diagnostic contains: holds lock
              answer.await();
            } finally {
              lock.unlock();
            }
          }
        }
        """);
  }

  @Test
  void refusesALockThatAnotherIsLetGoInPlaceOf() {
    check(
        """
        void ask() {
          lock.lock();
          both.writeLock().lock();
          both.writeLock().unlock();
          // BUG: Diagnostic contains: holds lock
          answer.await();
          lock.unlock();
        }
        """);
  }

  @Test
  void refusesItInALambdaThatLocks() {
    check(
        """
        Runnable ask() {
          return () -> {
            lock.lock();
            try {
              // BUG: Diagnostic contains: holds lock
              answer.await();
            } finally {
              lock.unlock();
            }
          };
        }
        """);
  }

  @Test
  void letsALambdaUnderALockAwait() {
    check(
        """
        synchronized Runnable ask() {
          lock.lock();
          try {
            synchronized (monitor) {
              return () -> answer.await();
            }
          } finally {
            lock.unlock();
          }
        }
        """,
        """
        Object other() {
          synchronized (monitor) {
            return new Object() {
              String ask() {
                return answer.await();
              }
            };
          }
        }
        """);
  }

  @Test
  void letsALambdaLockForItself() {
    check(
        """
        String ask() {
          Runnable later = () -> lock.lock();
          return answer.await();
        }
        """);
  }

  @Test
  void letsWhatDoesNotSuspendBeCalled() {
    check(
        """
        synchronized Deferred<String> ask() {
          connection.lineLimit(100);
          return answer.thenRun(() -> {});
        }
        """);
  }

  @Test
  void letsAnAwaitChooseTheMonitor() {
    check(
        """
        void ask() {
          synchronized (answer.await()) {
            monitor.hashCode();
          }
        }
        """);
  }

  @Test
  void letsAnAwaitFollowWhatWasTriedInVain() {
    check(
        """
        String ask() {
          if (!lock.tryLock()) {
            return answer.await();
          }
          lock.unlock();
          return answer.await();
        }
        """);
  }

  @Test
  void letsALockBeLetGoForTheTimeOfTheAwait() {
    check(
        """
        void ask() {
          lock.lock();
          try {
            lock.unlock();
            answer.await();
            lock.lock();
          } finally {
            lock.unlock();
          }
        }
        """);
  }

  @Test
  void canBeSuppressed() {
    check(
        """
        @SuppressWarnings("AwaitUnderLock")
        synchronized String ask() {
          return answer.await();
        }
        """);
  }
}
