package io.tendril.examples;

import module io.tendril;
import module java.desktop;

import io.tendril.gui.swing.SwingReactor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A window with a web server in it, and a list of its visitors: it serves a directory, and starts
 * and stops at the press of a button. Window and server share one thread, and there is no lock.
 */
public final class WebWindow {
  /** How many visits are listed; older ones are forgotten. */
  private static final int LISTED = 1_000;

  /** How often the list changes at most, however many come. */
  private static final Duration PACE = Duration.ofMillis(100);

  private final Reactor reactor;
  private final Path directory;
  private final String endpoint;
  private final Visits visits = new Visits();
  private final JFrame window = new JFrame("Visitors");
  private final JButton button = new JButton("Start");
  private final JLabel state = new JLabel("not serving");
  private final JLabel total = new JLabel("no visits yet");
  private final Map<Transport, Protocol> connections = new HashMap<>();
  private @Nullable Listener listener;
  private boolean changed;

  private WebWindow(Reactor reactor, Path directory, String endpoint) {
    this.reactor = reactor;
    this.directory = directory;
    this.endpoint = endpoint;
  }

  static void main(String[] arguments) {
    Path directory = Path.of(arguments.length > 0 ? arguments[0] : ".");
    String endpoint = arguments.length > 1 ? arguments[1] : "tcp:8080:interface=127.0.0.1";
    EventQueue.invokeLater(() -> open(directory, endpoint));
  }

  /** Shows the window; in the event thread. */
  static WebWindow open(Path directory, String endpoint) {
    var window = new WebWindow(SwingReactor.create(), directory, endpoint);
    window.show();
    return window;
  }

  private void show() {
    button.addActionListener(_ -> toggle());
    var bar = new JToolBar();
    bar.setFloatable(false);
    bar.add(button);
    bar.addSeparator();
    bar.add(state);
    bar.add(Box.createHorizontalGlue());
    bar.add(total);
    var table = new JTable(visits);
    table.getColumnModel().getColumn(2).setPreferredWidth(300);
    window.add(bar, BorderLayout.NORTH);
    window.add(new JScrollPane(table));
    window.setSize(800, 500);
    SwingReactor.closeWith(reactor, window);
    window.setVisible(true);
  }

  // ---- The server -----------------------------------------------------------------------------

  private void toggle() {
    if (listener != null) {
      stop(listener);
    } else {
      button.setEnabled(false);
      start().whenComplete((_, _) -> button.setEnabled(true)).exceptionally(this::complain);
    }
  }

  /** Begins to serve. */
  Deferred<Void> start() {
    return StaticFiles.open(reactor, directory)
        .thenCompose(files -> {
          HttpServer server = HttpServer.of(files).withLog(this::visited);
          return reactor.listen(endpoint, transport -> remembered(server, transport));
        })
        .thenAccept(opened -> {
          listener = opened;
          button.setText("Stop");
          state.setText("serving " + directory + " at port " + opened.port());
        });
  }

  private Protocol remembered(HttpServer server, Transport transport) {
    Protocol protocol = server.build(transport);
    connections.put(transport, protocol);
    transport.onClosed(_ -> connections.remove(transport));
    return protocol;
  }

  /** Stops: requests under way are answered, and their connections closed. */
  private void stop(Listener open) {
    listener = null;
    open.close().exceptionally(this::complain);
    Map.copyOf(connections).forEach((transport, protocol) -> protocol.drain(transport));
    button.setText("Start");
    state.setText("not serving");
  }

  /** Says what went wrong, and waits for the user; the reactor does not wait. */
  private @Nullable Void complain(Throwable failure) {
    JOptionPane.showMessageDialog(
        window, failure.getMessage(), "Visitors", JOptionPane.ERROR_MESSAGE);
    return null;
  }

  // ---- The visitors ---------------------------------------------------------------------------

  private record Visit(Instant time, String peer, String request, int status, long octets) {
    static Visit of(Exchange exchange) {
      Request request = exchange.request();
      String line = request == null ? "-" : request.method() + " " + request.target();
      return new Visit(
          exchange.ended(),
          Addresses.show(exchange.peer()),
          line,
          exchange.status(),
          exchange.octets());
    }
  }

  private void visited(Exchange exchange) {
    visits.add(Visit.of(exchange));
    if (!changed) {
      changed = true;
      reactor.callLater(PACE, this::showVisits);
    }
  }

  private void showVisits() {
    changed = false;
    visits.show();
    total.setText(String.format(Locale.ROOT, "%,d visits", visits.count));
  }

  /** The table: the last visit first. */
  private static final class Visits extends AbstractTableModel {
    private static final long serialVersionUID = 1L;
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final List<String> COLUMNS =
        List.of("Time (UTC)", "Peer", "Request", "Status", "Octets");

    private final transient List<Visit> shown = new ArrayList<>();
    private final transient Queue<Visit> fresh = new ArrayDeque<>();
    private long count;

    void add(Visit visit) {
      count++;
      fresh.add(visit);
      if (fresh.size() > LISTED) {
        fresh.remove();
      }
    }

    /** Shows those that have come since. */
    void show() {
      shown.addAll(fresh);
      fresh.clear();
      shown.subList(0, Math.max(0, shown.size() - LISTED)).clear();
      fireTableDataChanged();
    }

    @Override
    public int getRowCount() {
      return shown.size();
    }

    @Override
    public int getColumnCount() {
      return COLUMNS.size();
    }

    @Override
    public String getColumnName(int column) {
      return COLUMNS.get(column);
    }

    @Override
    public Object getValueAt(int row, int column) {
      Visit visit = shown.get(shown.size() - 1 - row);
      return switch (column) {
        case 0 -> TIME.format(visit.time());
        case 1 -> visit.peer();
        case 2 -> visit.request();
        case 3 -> visit.status();
        default -> visit.octets();
      };
    }
  }

  // ---- For tests ------------------------------------------------------------------------------

  Reactor reactor() {
    return reactor;
  }

  /** The port, while it serves. */
  int port() {
    return listener == null ? 0 : listener.port();
  }

  JFrame window() {
    return window;
  }

  JButton button() {
    return button;
  }

  long visits() {
    return visits.count;
  }

  int listed() {
    return visits.getRowCount();
  }
}
