package io.tendril.cli;

import io.tendril.core.Reactor;
import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.CertificateAuthority.Purpose;
import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeyFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tendril cert`: makes certificates for development.
@Command(
    name = "cert",
    sortOptions = false,
    description = "Make a certificate for development, and the authority behind it, once.",
    footer = {
      "",
      "The authority is ca.pem, to be trusted, and ca.key. The certificate is called as the first"
          + " name is: FIRSTNAME.pem, with FIRSTNAME.key. Keys can be read by their owner only.",
      "",
      "For example:",
      "  tendril cert --dir certificates localhost 127.0.0.1 ::1",
      "  tendril web --path . --listen"
          + " tls:8443:cert=certificates/localhost.pem:key=certificates/localhost.key",
      "  curl --cacert certificates/ca.pem https://localhost:8443/"
    })
public final class CertCommand implements TendrilCommand {
  /// A clock that is a little behind should not find a new certificate not yet valid.
  private static final Duration EARLIER = Duration.ofHours(1);

  /// What browsers accept of an authority that a user has added.
  private static final int MOST_DAYS = 825;

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      required = true,
      description = "Where the files are, and are put; made if it is missing.")
  private Path directory = Path.of("");

  @Option(
      names = "--days",
      paramLabel = "DAYS",
      defaultValue = "397",
      description = "How long the certificate is good for, at most 825. Default: ${DEFAULT-VALUE}")
  private int days;

  @Option(names = "--force", description = "Replace a certificate and key that are there already.")
  private boolean force;

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "Host names, wildcards such as *.example.org, and addresses.")
  private List<String> names = List.of();

  @Override
  public Integer call() throws Exception {
    List<String> checked = names.stream().map(this::checked).distinct().toList();
    String file = fileName(checked.getFirst());
    if (days < 1 || days > MOST_DAYS) {
      throw mistake(days + " days are not between 1 and " + MOST_DAYS);
    }
    List<String> lines =
        Reactor.runUntil(reactor -> {
          Instant now = reactor.clock().now();
          return reactor.deferToThread(() -> make(checked, file, now));
        });
    lines.forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  private ParameterException mistake(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private String checked(String name) {
    try {
      return CertificateAuthority.checked(name);
    } catch (IllegalArgumentException e) {
      throw mistake(String.valueOf(e.getMessage()));
    }
  }

  /// A name that is a file's on every system.
  private String fileName(String name) {
    String file = name.replaceFirst("^\\*\\.", "_wildcard.").replace(':', '_');
    if (file.equals("ca")) {
      throw mistake("'ca' is what the authority's files are called; put another name first");
    } else if (file.length() > 200) {
      throw mistake("the first name is too long to be a file's; put a shorter one first");
    }
    return file;
  }

  // ---- In the pool ----------------------------------------------------------------------------

  /// Makes what is missing; what to say of it.
  private List<String> make(List<String> checked, String file, Instant now) throws IOException {
    CertificateFiles certificate = CertificateFiles.in(directory, file);
    if (!force) {
      certificate.requireMissing("--force replaces it");
    }
    CertificateFiles.make(directory);
    CertificateFiles own = CertificateFiles.in(directory, "ca");
    CertificateAuthority known = known(own, now);
    CertificateAuthority authority = known != null ? known : create(own, now);
    Instant end = authority.certificate().getNotAfter().toInstant();
    Instant wanted = now.plus(Duration.ofDays(days));
    Instant until = wanted.isBefore(end) ? wanted : end;
    TlsIdentity identity =
        authority.issue(
            checked, now.minus(EARLIER), until, List.of(Purpose.SERVER, Purpose.CLIENT));
    boolean replaced = certificate.write(identity);
    String what =
        (replaced ? "Replaced " : "Made ")
            + certificate.certificate()
            + " and "
            + certificate.key()
            + ", for "
            + String.join(", ", checked)
            + ", until "
            + until.atZone(ZoneOffset.UTC).toLocalDate();
    return known != null
        ? List.of(what)
        : List.of("Made the authority " + own.certificate() + "; trust it where it is for", what);
  }

  private CertificateAuthority create(CertificateFiles own, Instant now) throws IOException {
    String name = "Tendril development authority of " + now.truncatedTo(ChronoUnit.SECONDS);
    CertificateAuthority made = CertificateAuthority.create(name, now);
    own.write(made.identity());
    return made;
  }

  /// The authority that is there, if it is one.
  private static @Nullable CertificateAuthority known(CertificateFiles own, Instant now)
      throws IOException {
    if (!own.areThere()) {
      return null;
    }
    TlsKeyFiles files = TlsKeyFiles.of(own.certificate(), own.key());
    files.load();
    TlsIdentity identity = files.identity("");
    if (identity == null || identity.certificate().getBasicConstraints() < 0) {
      throw new IOException(own.certificate() + ": it is no authority's, and can issue nothing");
    }
    Instant end = identity.certificate().getNotAfter().toInstant();
    if (!now.isBefore(end)) {
      throw new IOException(
          own.certificate()
              + ": the authority has expired at "
              + end
              + "; without ca.pem and ca.key another one is made");
    }
    return CertificateAuthority.of(identity, now);
  }
}
