package io.tendril.http.server;

import io.tendril.testing.Program;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * HAProxy and nginx. They are told their port, and cannot say which one they got; what the name of
 * one stands for in a configuration is the port.
 */
final class RealServers {
  private RealServers() {}

  /** A server that listens, and its port. */
  record Listening(Program.Running program, int port) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      program.close();
    }
  }

  /**
   * HAProxy.
   *
   * @param sections {@code frontend} and {@code backend}, with {@code PORT} where it listens
   */
  static Listening haproxy(Path directory, String sections) throws Exception {
    int port = freePort();
    String configuration =
        """
        defaults
          mode http
          timeout connect 20s
          timeout client 60s
          timeout server 60s
        """
            + sections.replace("PORT", "" + port);
    Path file = Files.writeString(directory.resolve("haproxy.cfg"), configuration);
    return listening(Program.named("haproxy").start("-db", "-f", "" + file), port);
  }

  /**
   * nginx.
   *
   * @param http what stands in the section {@code http}, with {@code PORT} where it listens
   */
  static Listening nginx(Path directory, String http) throws Exception {
    int port = freePort();
    String configuration =
        """
        daemon off;
        pid nginx.pid;
        error_log stderr;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          client_max_body_size 0;
          HTTP
        }
        """
            .replace("HTTP", http)
            .replace("PORT", "" + port);
    Path file = Files.writeString(directory.resolve("nginx.conf"), configuration);
    return listening(
        Program.named("nginx").start("-e", "stderr", "-p", "" + directory, "-c", "" + file), port);
  }

  static Listening listening(Program.Running program, int port) throws Exception {
    try {
      program.await("listened", () -> listens(port));
      return new Listening(program, port);
    } catch (Throwable e) {
      program.close();
      throw e;
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException notYet) {
      return false;
    }
  }
}
