package io.tendril.testing.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Listener;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorGroup;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What shards have in common over TLS: keys and tickets. The client is the JDK's. */
@Timeout(60)
class GroupOverTlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final CertificateAuthority authority = CertificateAuthority.create("test", Instant.now());
  private final Visits visits = new Visits();
  private final Queue<ReactorEvent> reloads = new ConcurrentLinkedQueue<>();
  private final ReactorGroup group =
      ReactorGroup.start(ReactorGroup.Options.defaults().withReactors(3));
  private SSLContext client;
  private Listener listener;

  @BeforeEach
  void listen() throws Exception {
    group.observe(event -> {
      if (event instanceof ReactorEvent.CertificatesReloaded) {
        reloads.add(event);
      }
    });
    client = context();
    write(authority.issue("localhost", "127.0.0.1"));
    String place =
        "tls:0:interface=127.0.0.1:reload=never:cert="
            + directory.resolve("site.pem")
            + ":key="
            + directory.resolve("site.key");
    listener = group.first().blockingCall(() -> group.listen(place, visits), PATIENCE);
  }

  private SSLContext context() throws Exception {
    var known = KeyStore.getInstance(KeyStore.getDefaultType());
    known.load(null, null);
    known.setCertificateEntry("ca", authority.certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(known);
    var context = SSLContext.getInstance("TLSv1.2");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private void write(TlsIdentity site) throws Exception {
    Files.writeString(directory.resolve("site.pem"), Pem.write(site.chain()));
    Files.writeString(directory.resolve("site.key"), Pem.write(site.key()));
  }

  @AfterEach
  void stop() throws Exception {
    group.stop();
    group.awaitStopped(PATIENCE);
  }

  /** An exchange over a new connection, which is still open. */
  private SSLSocket connect(SSLContext with) throws Exception {
    var socket =
        (SSLSocket)
            with.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.getOutputStream().write(1);
    assertThat(socket.getInputStream().read()).isEqualTo(1);
    return socket;
  }

  @Test
  void aSessionIsResumedInWhicheverShard() throws Exception {
    Set<Long> begun = new HashSet<>();
    Set<SSLSocket> open = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      SSLSocket socket = connect(client);
      open.add(socket);
      begun.add(socket.getSession().getCreationTime());
    }
    assertThat(begun).as("full handshakes").hasSize(1);
    for (int shard = 0; shard < 3; shard++) {
      assertThat(visits.of(group, shard)).isEqualTo(3);
    }
    for (SSLSocket socket : open) {
      socket.close();
    }
  }

  @Test
  void oneReloadIsForAllShards() throws Exception {
    TlsIdentity next = authority.issue("localhost", "127.0.0.1");
    write(next);
    group.first().blockingCall(() -> listener.reload().thenApply(_ -> ""), PATIENCE);
    assertThat(reloads).hasSize(1);
    Set<SSLSocket> open = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      SSLSocket socket = connect(context());
      open.add(socket);
      assertThat(socket.getSession().getPeerCertificates()[0]).isEqualTo(next.chain().getFirst());
    }
    for (int shard = 0; shard < 3; shard++) {
      assertThat(visits.of(group, shard)).isEqualTo(2);
    }
    for (SSLSocket socket : open) {
      socket.close();
    }
  }
}
