package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorEvent.CertificatesReloaded;
import io.tendril.core.ReactorEvent.ReloadFailed;
import io.tendril.core.Service;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeyFiles;
import io.tendril.testing.Deferreds;
import io.tendril.testing.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of keys that change while a server runs, in virtual time. */
class KeyFilesTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final TlsIdentity ONE = Certificates.AUTHORITY.issue("server.test");
  private static final TlsIdentity TWO = Certificates.AUTHORITY.issue("server.test");

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private final Reactor reactor = clock.reactor();
  private final List<ReactorEvent> events = new ArrayList<>();
  private Path cert;
  private Path key;
  private TlsKeyFiles keys;
  private Service watch;

  @BeforeEach
  void begin() throws IOException {
    cert = directory.resolve("server.pem");
    key = directory.resolve("server.key");
    write(ONE);
    reactor.observe(events::add);
    keys = TlsKeyFiles.of(cert, key);
    keys.load();
    watch = keys.watch(INTERVAL);
    Deferreds.succeededWith(watch.start(reactor));
  }

  @AfterEach
  void end() {
    Deferreds.succeededWith(watch.stop());
    clock.close();
  }

  private void write(TlsIdentity identity) throws IOException {
    Files.writeString(cert, Pem.write(identity.chain()));
    Files.writeString(key, Pem.write(identity.key()));
  }

  private TlsIdentity served() {
    return keys.identity("server.test");
  }

  /** The events of reloads since the last call. */
  private List<ReactorEvent> look() {
    clock.advance(INTERVAL);
    return told();
  }

  private List<ReactorEvent> told() {
    List<ReactorEvent> told = List.copyOf(events);
    events.clear();
    return told;
  }

  /** The event of a reload that fails, at the next look. */
  private void assertLookFails(String words) {
    clock.expectFailure(IOException.class);
    assertFailure(look(), words);
  }

  private void assertFailure(List<ReactorEvent> told, String words) {
    assertThat(told).hasSize(1);
    assertThat(told.getFirst()).isInstanceOf(ReloadFailed.class);
    assertThat(told.getFirst().failure()).hasMessageContaining(words);
    assertThat(served()).isEqualTo(ONE);
  }

  @Test
  void whatHasNotChangedIsLeftAlone() {
    TlsIdentity before = served();
    for (int i = 0; i < 5; i++) {
      assertThat(look()).isEmpty();
    }
    assertThat(served()).isSameAs(before);
  }

  @Test
  void whatHasChangedIsInForceAtTheNextLook() throws IOException {
    write(TWO);
    clock.advance(INTERVAL.minusMillis(1));
    assertThat(served()).isEqualTo(ONE);
    clock.advance(Duration.ofMillis(1));
    assertThat(served()).isEqualTo(TWO);
    assertThat(told()).containsExactly(new CertificatesReloaded(cert + " and " + key));
    assertThat(look()).isEmpty();
  }

  @Test
  void aFileOfTheSameTimeAndSizeIsSeenToHaveChanged() throws IOException {
    var time = Files.getLastModifiedTime(cert);
    String text = Pem.write(ONE.chain());
    Files.writeString(cert, text.replace("CERTIFICATE", "CERTIFICATF"));
    Files.setLastModifiedTime(cert, time);
    assertLookFails("no certificate in the PEM text");
  }

  @Test
  void aHalfWrittenFileIsReportedOnceAndTakenWhenItIsWhole() throws IOException {
    String whole = Pem.write(TWO.chain());
    Files.writeString(key, Pem.write(TWO.key()));
    Files.writeString(cert, whole.substring(0, 300));
    assertLookFails(cert + ": the block 'CERTIFICATE' of line 1 has no end");
    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();
    Files.writeString(cert, whole);
    assertThat(look()).hasSize(1).allMatch(event -> event instanceof CertificatesReloaded);
    assertThat(served()).isEqualTo(TWO);
  }

  @Test
  void aDeletedFileLeavesTheOldOneInForce() throws IOException {
    Files.delete(key);
    assertLookFails("there is no file " + key);
    assertThat(look()).isEmpty();
    Files.writeString(key, Pem.write(ONE.key()));
    assertThat(look()).hasSize(1).allMatch(event -> event instanceof CertificatesReloaded);
  }

  @Test
  void keyAndCertificateMayChangeInTwoSteps() throws IOException {
    Files.writeString(key, Pem.write(TWO.key()));
    assertLookFails(cert + ": the private key belongs to none of [CN=server.test]");
    Files.writeString(cert, Pem.write(TWO.chain()));
    assertThat(look()).hasSize(1).allMatch(event -> event instanceof CertificatesReloaded);
    assertThat(served()).isEqualTo(TWO);
  }

  @Test
  void whatIsPutBackIsReadAgain() throws IOException {
    Files.writeString(key, "garbage");
    assertLookFails(key + ": no private key in the PEM text");
    write(ONE);
    assertThat(look()).hasSize(1).allMatch(event -> event instanceof CertificatesReloaded);
    assertThat(look()).isEmpty();
  }

  @Test
  void aCallReloadsAtOnce() throws IOException {
    write(TWO);
    Deferred<Void> reload = keys.reload(reactor);
    clock.runCurrent();
    Deferreds.succeededWith(reload);
    assertThat(served()).isEqualTo(TWO);
    assertThat(told()).hasSize(1).allMatch(event -> event instanceof CertificatesReloaded);
    assertThat(look()).isEmpty();
  }

  @Test
  void aCallThatFailsSaysSoAndChangesNothing() throws IOException {
    Files.writeString(cert, "");
    for (int i = 0; i < 2; i++) { // who asks twice is told twice
      clock.expectFailure(IOException.class);
      Deferred<Void> reload = keys.reload(reactor);
      clock.runCurrent();
      assertThat(Deferreds.failedWith(reload, IOException.class))
          .hasMessage(cert + ": no certificate in the PEM text");
      assertFailure(told(), "no certificate in the PEM text");
    }
    assertThat(look()).isEmpty();
  }

  @Test
  void nothingIsLookedAtAfterTheEnd() throws IOException {
    Deferreds.succeededWith(watch.stop());
    write(TWO);
    assertThat(look()).isEmpty();
    assertThat(served()).isEqualTo(ONE);
    Deferreds.succeededWith(watch.start(reactor));
    assertThat(look()).hasSize(1);
  }

  @Test
  void nobodyIsThereBeforeTheFirstLoad() {
    assertThat(TlsKeyFiles.of(cert, key).identity("server.test")).isNull();
  }

  // ---- Directories ----------------------------------------------------------------------------

  private void put(String name) throws IOException {
    TlsIdentity identity = Certificates.AUTHORITY.issue(name);
    Files.writeString(directory.resolve(name + ".pem"), Pem.write(identity.chain()));
    Files.writeString(directory.resolve(name + ".key"), Pem.write(identity.key()));
  }

  @Test
  void aDirectoryMayGrowAndShrink() throws Exception {
    put("a.test");
    TlsKeyFiles all = TlsKeyFiles.inDirectory(directory);
    all.load();
    var service = all.watch(INTERVAL);
    Deferreds.succeededWith(service.start(reactor));
    assertThat(all.identity("b.test").certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=a.test");
    put("b.test");
    assertThat(look()).hasSize(1).allMatch(event -> event instanceof CertificatesReloaded);
    assertThat(all.identity("b.test").certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=b.test");
    Files.delete(directory.resolve("b.test.key"));
    assertThat(look()).hasSize(1).allMatch(event -> event instanceof CertificatesReloaded);
    assertThat(all.identity("b.test").certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=a.test");
    Files.writeString(directory.resolve("a.test.key"), "garbage");
    clock.expectFailure(IOException.class);
    List<ReactorEvent> told = look();
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().failure())
        .hasMessage(directory.resolve("a.test.key") + ": no private key in the PEM text");
    Deferreds.succeededWith(service.stop());
  }

  @Test
  void theMostExactNameIsServedAndAuthoritiesAreNot() throws IOException {
    Files.delete(cert);
    put("*.many.test");
    put("a.many.test");
    TlsIdentity authority = Certificates.AUTHORITY.identity();
    Files.writeString(
        directory.resolve("! ca.pem"), Pem.write(authority.chain()) + Pem.write(authority.key()));
    TlsKeyFiles all = TlsKeyFiles.inDirectory(directory);
    all.load();
    for (String name : List.of("a.many.test", "b.many.test", "")) {
      assertThat(all.identity(name).certificate().getSubjectX500Principal().getName())
          .as(name)
          .isEqualTo(name.startsWith("a") ? "CN=a.many.test" : "CN=*.many.test");
    }
  }

  @Test
  void aDirectoryHasABound() throws IOException {
    for (int i = 0; i < 1_001; i++) {
      Files.createFile(directory.resolve(i + ".pem"));
    }
    assertThatThrownBy(TlsKeyFiles.inDirectory(directory)::load)
        .hasMessage(directory + ": there are more than 1000 certificates");
    assertThatThrownBy(TlsKeyFiles.inDirectory(directory.resolve("none"))::load)
        .hasMessage("there is no directory " + directory.resolve("none"));
    assertThatThrownBy(TlsKeyFiles.inDirectory(cert)::load)
        .hasMessage(cert + ": it is no directory");
  }
}
