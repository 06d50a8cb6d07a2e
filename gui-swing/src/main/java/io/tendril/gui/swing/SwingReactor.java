package io.tendril.gui.swing;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import java.awt.EventQueue;
import java.awt.Window;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import javax.swing.JDialog;
import javax.swing.JFrame;
import javax.swing.WindowConstants;

/**
 * Reactors whose thread is the event thread of Swing and AWT. Events and turns take turns there; a
 * helper thread waits for the network meanwhile.
 *
 * <pre>{@code
 * void main() {
 *   EventQueue.invokeLater(() -> {
 *     Reactor reactor = SwingReactor.create();
 *     var visits = new DefaultListModel<String>();
 *     var window = new JFrame("Visits");
 *     window.add(new JScrollPane(new JList<>(visits)));
 *     window.setSize(400, 300);
 *     SwingReactor.closeWith(reactor, window);
 *     window.setVisible(true);
 *     reactor.listen("tcp:8007", Protocol.onData((transport, data) -> {
 *       visits.addElement("data from " + transport.peer());
 *       transport.write(data);
 *     })).exceptionally(...);
 *   });
 * }
 * }</pre>
 *
 * <p>A modal dialog, opened by a button or by a call of the reactor, does not hold the reactor up:
 * its turns go on inside. A call that takes long holds up both, as any listener of Swing does; what
 * blocks goes to {@link Reactor#deferToThread}.
 *
 * <p>Coroutines may use Swing where they run as continuations, in the event thread itself; where
 * they run on virtual threads, for want of the option that docs/guide/flags.md has, they may not.
 */
public final class SwingReactor {
  private SwingReactor() {}

  /**
   * A reactor with the defaults of {@link ReactorOptions}, which runs. To be called in the event
   * thread, which is its own from here on.
   *
   * @throws IllegalStateException in any other thread
   */
  public static Reactor create() {
    return create(ReactorOptions.defaults());
  }

  /** As {@link #create()}, with options. */
  public static Reactor create(ReactorOptions options) {
    if (!EventQueue.isDispatchThread()) {
      throw new IllegalStateException(
          "in thread '"
              + Thread.currentThread().getName()
              + "': a reactor of Swing is made in the event thread, with EventQueue.invokeLater");
    }
    return Reactor.create(options).drivenBy(EventQueue::invokeLater);
  }

  /**
   * Has a reactor and a window end together. The user who closes the window stops the reactor: the
   * window is gone at once, and disposed of when what is under way has drained. The reactor's end
   * disposes of the window, and disposing of the window stops the reactor.
   */
  public static void closeWith(Reactor reactor, Window window) {
    switch (window) {
      case JFrame frame -> frame.setDefaultCloseOperation(WindowConstants.DO_NOTHING_ON_CLOSE);
      case JDialog dialog -> dialog.setDefaultCloseOperation(WindowConstants.DO_NOTHING_ON_CLOSE);
      default -> {}
    }
    window.addWindowListener(
        new WindowAdapter() {
          @Override
          public void windowClosing(WindowEvent event) {
            window.setVisible(false);
            reactor.stop();
          }

          @Override
          public void windowClosed(WindowEvent event) {
            reactor.stop();
          }
        });
    reactor.afterStop(
        "the window",
        () -> {
          window.dispose();
          return Deferred.done();
        });
  }
}
