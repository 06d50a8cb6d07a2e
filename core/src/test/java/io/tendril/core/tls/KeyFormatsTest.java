package io.tendril.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and certificates as OpenSSL 3 and keytool write them; and damaged ones. */
class KeyFormatsTest {
  @TempDir Path directory;

  private static TlsIdentity load(TlsKeyFiles files) throws IOException {
    files.load();
    return files.identity("");
  }

  @ParameterizedTest
  @CsvSource({
    "rsa.pem, rsa-pkcs8.key, RSA",
    "rsa.pem, rsa-pkcs1.key, RSA",
    "rsa-pss.pem, rsa-pss.key, RSASSA-PSS",
    "p384.pem, p384-sec1.key, EC",
    "p384.pem, p384-pkcs8.key, EC",
    "ed25519.pem, ed25519.key, EdDSA",
  })
  void readsAKeyAndItsCertificate(String certificate, String key, String algorithm)
      throws IOException {
    TlsIdentity identity = load(TlsKeyFiles.of(Fixtures.file(certificate), Fixtures.file(key)));
    assertThat(identity.key().getAlgorithm()).isEqualTo(algorithm);
    assertThat(identity.certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=server.test");
  }

  @ParameterizedTest
  @CsvSource({
    "p256.pem, p256-encrypted.key, utf8.password",
    "p256.pem, p256-3des.key, ascii.password",
    "openssl.p12, , utf8.password",
    "keytool.p12, , ascii.password",
  })
  void readsWhatAPasswordProtects(String certificate, String key, String password)
      throws IOException {
    TlsKeyFiles plain =
        key == null
            ? TlsKeyFiles.of(Fixtures.file(certificate))
            : TlsKeyFiles.of(Fixtures.file(certificate), Fixtures.file(key));
    TlsIdentity identity = load(plain.withPassword(Fixtures.file(password)));
    assertThat(identity.key().getAlgorithm()).isEqualTo("EC");
    Path named = Fixtures.file(key == null ? certificate : key);
    assertThatThrownBy(() -> load(plain))
        .hasMessageStartingWith(named + ": ")
        .hasMessageContaining("password");
    Path wrong = Files.writeString(directory.resolve("wrong"), "wrong");
    assertThatThrownBy(() -> load(plain.withPassword(wrong)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(named + ": ")
        .hasMessageContaining("the password is wrong");
  }

  @Test
  void thePasswordIsTheFirstLine() throws IOException {
    TlsKeyFiles files = TlsKeyFiles.of(Fixtures.file("keytool.p12"));
    for (String text : List.of("sesame", "sesame\r\n", "sesame\nand more\n")) {
      Path password = Files.writeString(directory.resolve("password"), text);
      assertThat(load(files.withPassword(password))).isNotNull();
    }
    Path password = Files.writeString(directory.resolve("password"), " sesame\n");
    assertThatThrownBy(() -> load(files.withPassword(password)))
        .hasMessageContaining("the password is wrong");
    Path empty = Files.writeString(directory.resolve("password"), "\n");
    assertThatThrownBy(() -> load(files.withPassword(empty)))
        .hasMessage(empty + ": there is no password in it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p256.pem | p256-of-old.key | encrypted as OpenSSL did it of old; make it PKCS#8",
        "p256.pem | p256-scrypt.key | in a way that Java does not know",
        "p256.pem | p384-sec1.key | the private key belongs to none of [CN=server.test] (the key is in",
        "p256.pem | p256.pem | no private key in the PEM text",
        "rsa-pkcs1.key | rsa-pkcs1.key | no certificate in the PEM text",
        "openssl.p12 | | the password is wrong",
        "p256.pem | keytool.p12 | no private key in the PEM text",
      })
  void saysWhatIsWrong(String certificate, String key, String complaint) {
    TlsKeyFiles files =
        key == null
            ? TlsKeyFiles.of(Fixtures.file(certificate))
            : TlsKeyFiles.of(Fixtures.file(certificate), Fixtures.file(key));
    assertThatThrownBy(() -> load(files.withPassword(Fixtures.file("ascii.password"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void aPkcs12FileNeedsAKey() {
    TlsKeyFiles files =
        TlsKeyFiles.of(Fixtures.file("certificates-only.p12"))
            .withPassword(Fixtures.file("ascii.password"));
    assertThatThrownBy(files::load)
        .hasMessage(
            Fixtures.file("certificates-only.p12") + ": no private key in the PKCS#12 file");
  }

  // ---- Chains ---------------------------------------------------------------------------------

  @Test
  void chainsAreInOrderWhateverTheirFileSays() throws IOException {
    var root = CertificateAuthority.create("root", java.time.Instant.now());
    var between = root.intermediate("between").intermediate("lower");
    TlsIdentity leaf = between.issue("server.test");
    assertThat(leaf.chain()).hasSize(3);
    var all = new ArrayList<>(leaf.chain());
    all.add(CertificateAuthority.create("stranger", java.time.Instant.now()).certificate());
    Path key = Files.writeString(directory.resolve("key"), Pem.write(leaf.key()));
    for (int seed = 0; seed < 20; seed++) {
      java.util.Collections.shuffle(all, new Random(seed));
      Path file = Files.writeString(directory.resolve("chain.pem"), Pem.write(all));
      assertThat(load(TlsKeyFiles.of(file, key)).chain()).isEqualTo(leaf.chain());
    }
  }

  @Test
  void twoAuthoritiesOfOneNameAreToldApart() throws IOException {
    var root = CertificateAuthority.create("root", java.time.Instant.now());
    var other = root.intermediate("between");
    var right = root.intermediate("between");
    TlsIdentity leaf = right.issue("server.test");
    var all = List.of(other.certificate(), right.certificate(), leaf.certificate());
    assertThat(TlsIdentity.of(leaf.key(), all).chain())
        .containsExactly(leaf.certificate(), right.certificate());
  }

  // ---- Damage ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"rsa.pem", "rsa-pkcs8.key", "p384-sec1.key", "p256-encrypted.key"})
  void aFileThatIsCutShortIsCalledSo(String name) throws IOException {
    String whole = Files.readString(Fixtures.file(name)).strip();
    boolean ofKey = name.endsWith(".key");
    Path cut = directory.resolve("cut");
    for (int length = 0; length < whole.length(); length += 7) {
      Files.writeString(cut, whole.substring(0, length));
      TlsKeyFiles files =
          ofKey
              ? TlsKeyFiles.of(Fixtures.file("rsa.pem"), cut)
              : TlsKeyFiles.of(cut, Fixtures.file("rsa-pkcs8.key"));
      assertThatThrownBy(files::load)
          .as("after " + length)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(cut + ": ");
    }
  }

  /** One certificate less would otherwise go unnoticed. */
  @Test
  void aChainThatIsCutShortIsNoShorterChain() throws IOException {
    var leaf =
        CertificateAuthority.create("root", java.time.Instant.now())
            .intermediate("between")
            .issue("server.test");
    String text = Pem.write(leaf.key()) + Pem.write(leaf.chain());
    Path file = Files.writeString(directory.resolve("cut.pem"), text);
    assertThat(load(TlsKeyFiles.of(file)).chain()).hasSize(2);
    Files.writeString(file, text.substring(0, text.length() - 30));
    assertThatThrownBy(() -> load(TlsKeyFiles.of(file)))
        .hasMessageMatching(".*cut.pem: the block 'CERTIFICATE' of line \\d+ has no end: .*");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void anyDamageIsAnErrorThatNamesTheFile(int seed) throws IOException {
    var random = new Random(seed);
    Path file = directory.resolve("damaged");
    Path password = Fixtures.file("ascii.password");
    for (String name :
        List.of("rsa-pkcs1.key", "p384-sec1.key", "ed25519.key", "p256-3des.key", "keytool.p12")) {
      byte[] content = Files.readAllBytes(Fixtures.file(name));
      Path damaged = name.endsWith("p12") ? directory.resolve("damaged.p12") : file;
      for (int i = 0; i < 20; i++) {
        byte[] copy = content.clone();
        for (int flips = 0; flips < 4; flips++) {
          copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        Files.write(damaged, copy);
        TlsKeyFiles files =
            name.endsWith("p12")
                ? TlsKeyFiles.of(damaged)
                : TlsKeyFiles.of(Fixtures.file("p256.pem"), damaged);
        try {
          files.withPassword(password).load(); // the damage may be where it does not matter
        } catch (IOException e) {
          assertThat(e).hasMessageContaining(damaged.toString());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----BEGIN CERTIFICATE-----",
        "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----",
        "",
      })
  void garbageIsNoCertificate(String text) {
    assertThatThrownBy(() -> Pem.certificates(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void blocksMayStandAmongOtherText() throws IOException {
    String certificate = Files.readString(Fixtures.file("rsa.pem"));
    String text =
        "subject: CN = server.test\n-- \n" + certificate.replace("\n", "\r\n") + "\n# end";
    assertThat(Pem.certificates(text)).hasSize(1);
    assertThat(Pem.certificates(certificate.replace("CERTIFICATE", "X509 CERTIFICATE"))).hasSize(1);
  }

  @Test
  void aFileHasABound() throws IOException {
    Path file = Files.write(directory.resolve("long.pem"), new byte[(4 << 20) + 1]);
    assertThatThrownBy(() -> load(TlsKeyFiles.of(file)))
        .hasMessage(file + ": it is longer than 4194304 bytes");
    assertThatThrownBy(() -> Pem.certificates("x".repeat((4 << 20) + 1)))
        .hasMessageContaining("longer than 4194304");
    assertThatThrownBy(() -> load(TlsKeyFiles.of(directory)))
        .hasMessageStartingWith(directory.toString());
  }

  @Test
  void aLongTextOfBlocksThatDoNotEndIsReadInNoTime() {
    String text = "-----BEGIN X-----\n" + " \n".repeat(1 << 20);
    assertThatThrownBy(() -> Pem.certificates(text)).hasMessageContaining("has no end");
    assertThatThrownBy(() -> Pem.certificates("-----BEGIN X-----".repeat(1 << 16)))
        .hasMessageContaining("has no end");
  }

  @Test
  void aKeyThatWantsTooManyRoundsIsRefused() throws Exception {
    // DER has the number of rounds after the salt: 02 02 08 00, made longer in place.
    byte[] content = keyContent();
    int at = indexOf(content, new byte[] {2, 2, 8, 0});
    assertThat(at).isPositive();
    byte[] more = new byte[content.length + 2];
    System.arraycopy(content, 0, more, 0, at);
    System.arraycopy(new byte[] {2, 4, 0x7f, -1, -1, -1}, 0, more, at, 6);
    System.arraycopy(content, at + 4, more, at + 6, content.length - at - 4);
    for (int length : lengthsAround(content, at)) {
      more[length] += 2;
    }
    String text =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
            + java.util.Base64.getEncoder().encodeToString(more)
            + "\n-----END ENCRYPTED PRIVATE KEY-----\n";
    assertThatThrownBy(() -> Pem.key(text, "sésame".toCharArray()))
        .hasMessageContaining("2147483647 rounds from the password to the key are too many");
  }

  private static byte[] keyContent() throws IOException {
    String text = Files.readString(Fixtures.file("p256-encrypted.key"), StandardCharsets.US_ASCII);
    return java.util.Base64.getMimeDecoder()
        .decode(text.replaceAll("-----[A-Z ]+-----", "").strip());
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int i = 0; i + part.length <= all.length; i++) {
      if (java.util.Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Where the lengths of the sequences are that hold a place: all of them are of one byte. */
  private static List<Integer> lengthsAround(byte[] all, int place) {
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < place; i++) {
      int length = all[i + 1] & 0xff;
      if (all[i] == 0x30
          && length < 0x80
          && i + 2 + length > place
          && i + 2 + length <= all.length) {
        lengths.add(i + 1);
      } else if (all[i] == 0x30 && length == 0x81) {
        lengths.add(i + 2);
      }
    }
    return lengths;
  }
}
