package io.tendril.gui.swing;

import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import java.awt.EventQueue;
import java.awt.Window;
import java.awt.event.WindowEvent;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.swing.JDialog;
import javax.swing.JFrame;

/** A program with a window. It plays a scene, and ends by itself if nothing is left of it. */
final class OnScreen {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** What is played. */
  enum Scene {
    A_MODAL_DIALOG_INSIDE_OF_A_CALL(OnScreen::modalInsideOfACall),
    A_MODAL_DIALOG_INSIDE_OF_AN_EVENT(OnScreen::modalInsideOfAnEvent),
    STOPPED_INSIDE_OF_A_MODAL_DIALOG(OnScreen::stoppedInsideOfAModalDialog),
    THE_WINDOW_IS_CLOSED(OnScreen::theWindowIsClosed),
    THE_WINDOW_IS_DISPOSED_OF(OnScreen::theWindowIsDisposedOf),
    THE_REACTOR_IS_STOPPED(OnScreen::theReactorIsStopped);

    private final Play play;

    Scene(Play play) {
      this.play = play;
    }
  }

  @FunctionalInterface
  private interface Play {
    void play(OnScreen on) throws Exception;
  }

  private final Reactor reactor;
  private final JFrame window;
  private final int port;

  private OnScreen() throws Exception {
    reactor = inEventThread(SwingReactor::create);
    window =
        inEventThread(() -> {
          var made = new JFrame("a window");
          made.setSize(300, 200);
          SwingReactor.closeWith(reactor, made);
          made.setVisible(true);
          return made;
        });
    port =
        reactor.blockingCall(
            () ->
                reactor
                    .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
                    .thenApply(listener -> listener.port()),
            SOON);
  }

  public static void main(String[] arguments) throws Exception {
    var on = new OnScreen();
    on.serves();
    Scene.valueOf(arguments[0]).play.play(on);
    on.reactor.stop();
    on.reactor.awaitStopped(SOON);
    check(!inEventThread(on.window::isDisplayable), "the window is still there");
    System.out.println("done");
  }

  // ---- Scenes ---------------------------------------------------------------------------------

  private void modalInsideOfACall() throws Exception {
    var over = new CountDownLatch(1);
    JDialog dialog = inEventThread(() -> new JDialog(window, "modal", true));
    reactor.execute(() -> {
      dialog.setVisible(true); // returns when somebody closes it
      over.countDown();
    });
    servesBehind(dialog, over);
  }

  private void modalInsideOfAnEvent() throws Exception {
    var over = new CountDownLatch(1);
    JDialog dialog = inEventThread(() -> new JDialog(window, "modal", true));
    EventQueue.invokeLater(() -> {
      dialog.setVisible(true);
      over.countDown();
    });
    servesBehind(dialog, over);
  }

  private void servesBehind(JDialog dialog, CountDownLatch over) throws Exception {
    awaitShown(dialog);
    serves();
    reactor.blockingCall(() -> reactor.after(Duration.ofMillis(1)), SOON);
    check(over.getCount() == 1, "the dialog did not wait");
    reactor.execute(dialog::dispose); // from a call of the reactor, inside of the dialog's loop
    check(over.await(20, TimeUnit.SECONDS), "the dialog does not end");
    serves();
  }

  private void stoppedInsideOfAModalDialog() throws Exception {
    var over = new CountDownLatch(1);
    JDialog dialog = inEventThread(() -> new JDialog((JFrame) null, "modal", true));
    reactor.execute(() -> {
      dialog.setVisible(true);
      over.countDown();
    });
    awaitShown(dialog);
    reactor.stop();
    reactor.awaitStopped(SOON);
    check(over.getCount() == 1, "the dialog went with the reactor");
    EventQueue.invokeLater(dialog::dispose);
    check(over.await(20, TimeUnit.SECONDS), "the dialog does not end");
  }

  private void theWindowIsClosed() throws Exception {
    EventQueue.invokeLater(
        () -> window.dispatchEvent(new WindowEvent(window, WindowEvent.WINDOW_CLOSING)));
    reactor.awaitStopped(SOON);
  }

  private void theWindowIsDisposedOf() throws Exception {
    EventQueue.invokeLater(window::dispose);
    reactor.awaitStopped(SOON);
  }

  private void theReactorIsStopped() throws Exception {
    reactor.stop();
    reactor.awaitStopped(SOON);
  }

  // ---- Tools ----------------------------------------------------------------------------------

  private void serves() throws Exception {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      for (byte i = 0; i < 50; i++) {
        socket.getOutputStream().write(i);
        check(socket.getInputStream().read() == i, "a wrong echo");
      }
    }
  }

  private static void awaitShown(Window window) throws Exception {
    long end = System.nanoTime() + SOON.toNanos();
    while (!inEventThread(window::isShowing)) {
      check(System.nanoTime() < end, "nothing is shown");
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static <T> T inEventThread(Callable<T> callable) throws Exception {
    var task = new FutureTask<>(callable);
    EventQueue.invokeLater(task);
    return task.get(20, TimeUnit.SECONDS);
  }
}
