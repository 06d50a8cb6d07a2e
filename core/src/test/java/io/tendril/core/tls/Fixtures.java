package io.tendril.core.tls;

import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * Files that OpenSSL 3 and keytool have written, for everybody's use: keys of "server.test" that
 * protect nothing, with certificates of a hundred years. The passwords are in files, too.
 */
final class Fixtures {
  private Fixtures() {}

  static Path file(String name) {
    try {
      return Path.of(Fixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
