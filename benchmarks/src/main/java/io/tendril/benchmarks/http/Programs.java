package io.tendril.benchmarks.http;

import io.tendril.benchmarks.load.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The peers that are no Java programs: Debian's nginx-light and python3-twisted. */
final class Programs {
  private static final String NGINX =
      """
      daemon off;
      master_process off;
      pid %1$s/nginx.pid;
      error_log %1$s/error.log;
      events { worker_connections 4096; }
      http {
        access_log off;
        keepalive_requests 1000000000;
        sendfile %3$s;
        tcp_nopush %3$s;
        tcp_nodelay on;
        open_file_cache max=1000 inactive=60s;
        open_file_cache_valid 1s;
        types { text/plain txt; }
        charset utf-8;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
        server {
          listen 127.0.0.1:%2$d backlog=4096;
          root %1$s;
          location = /hello { default_type text/plain; return 200 "Hello, World!"; }
        }
      }
      """;

  private static final String TWISTED =
      """
      import sys
      from twisted.internet import epollreactor
      epollreactor.install()
      from twisted.internet import reactor
      from twisted.web import resource, server

      class Hello(resource.Resource):
          isLeaf = True

          def render_GET(self, request):
              request.setHeader(b"Content-Type", b"text/plain; charset=utf-8")
              return b"Hello, World!"

      class Quiet(server.Site):
          def log(self, request):
              pass

      reactor.listenTCP(int(sys.argv[1]), Quiet(Hello()), interface="127.0.0.1", backlog=4096)
      reactor.run()
      """;

  private Programs() {}

  /**
   * nginx, which serves the files of a directory, and plain text at {@code /hello}.
   *
   * @param sendfile whether it is to use that: for small files it is quicker without
   */
  static ServerProcess nginx(Path directory, boolean sendfile) throws Exception {
    int port = ServerProcess.freePort();
    Path configuration = Files.createTempFile(directory, "nginx", ".conf");
    String text = NGINX.formatted(directory, port, sendfile ? "on" : "off");
    Files.writeString(configuration, text);
    return ServerProcess.program(
        port, "/usr/sbin/nginx", "-c", configuration.toString(), "-p", directory.toString());
  }

  static ServerProcess twisted(Path directory) throws Exception {
    Path script = Files.writeString(directory.resolve("plaintext.py"), TWISTED);
    int port = ServerProcess.freePort();
    return ServerProcess.program(
        port, "/usr/bin/python3", script.toString(), Integer.toString(port));
  }

  /** What a command says of its version: the last word of a line. */
  static String version(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      String line = output.readLine();
      return line.substring(line.lastIndexOf(' ') + 1).replace("nginx/", "");
    }
  }
}
