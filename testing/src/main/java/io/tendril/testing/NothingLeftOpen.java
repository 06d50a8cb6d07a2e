package io.tendril.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Fails a test class that leaves descriptors open: sockets, pipes, what waits and counts (epoll,
 * eventfd, timers), processes, terminals, and files that are deleted or temporary. What is about to
 * close has five seconds for it.
 *
 * <p>A class has it by {@code @ExtendWith(NothingLeftOpen.class)}. For all classes of a module at
 * once, name it in {@code META-INF/services/org.junit.jupiter.api.extension.Extension}, and have
 * {@code junit.jupiter.extensions.autodetection.enabled = true} in {@code
 * junit-platform.properties}.
 *
 * <p>It is silent where there is no {@code /proc}, and about classes that run beside others.
 */
public final class NothingLeftOpen implements BeforeAllCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(NothingLeftOpen.class);

  private static final String TEMPORARY =
      Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath() + "/";

  private static final AtomicBoolean LOADED = new AtomicBoolean();

  /** For JUnit. */
  public NothingLeftOpen() {}

  /**
   * On a class: parts of the names of what may stay open after it, for libraries keep some things
   * for as long as the process runs.
   */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Except {
    /** Such as "eventfd". */
    String[] value();
  }

  private static boolean looks(ExtensionContext context) {
    return context.getExecutionMode() == ExecutionMode.SAME_THREAD
        && Files.isDirectory(Path.of("/proc/self/fd"));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (looks(context)) {
      load();
      context.getStore(HERE).put(context.getUniqueId(), OpenDescriptors.now());
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    OpenDescriptors before =
        context.getStore(HERE).get(context.getUniqueId(), OpenDescriptors.class);
    if (before != null) {
      List<String> kept =
          AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Except.class)
              .map(except -> List.of(except.value()))
              .orElse(List.of());
      before.assertNoMore(file -> isPassing(file) && kept.stream().noneMatch(file::contains));
    }
  }

  /** Whether it comes and goes: all but files that are neither deleted nor temporary. */
  private static boolean isPassing(String file) {
    return !file.startsWith("/")
        || file.endsWith(" (deleted)")
        || file.startsWith(TEMPORARY)
        || file.startsWith("/dev/pt");
  }

  /** What the JDK makes when something of a kind is used first, it keeps. */
  private static void load() {
    if (LOADED.getAndSet(true)) {
      return;
    }
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = new Socket(listening.getInetAddress(), listening.getLocalPort());
        var accepted = listening.accept()) {
      // A virtual thread that waits for a socket has the JDK make what it waits with.
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  int _ = client.getInputStream().read();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      while (reader.getState() == Thread.State.NEW || reader.getState() == Thread.State.RUNNABLE) {
        Thread.onSpinWait();
      }
      accepted.getOutputStream().write(1);
      reader.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
