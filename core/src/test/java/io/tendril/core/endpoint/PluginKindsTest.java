package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kinds of endpoints that plugins bring. */
class PluginKindsTest {
  @TempDir Path directory;

  private Kinds kinds(String... classes) throws Exception {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.write(services.resolve(EndpointKind.class.getName()), List.of(classes));
    var loader =
        new URLClassLoader(
            new URL[] {directory.toUri().toURL()}, EndpointKind.class.getClassLoader());
    return Kinds.find(ServiceLoader.load(EndpointKind.class, loader));
  }

  /** Listens at another endpoint, and says so. */
  public static final class Loud implements EndpointKind.Server {
    record LoudEndpoint(ServerEndpoint inner) implements ServerEndpoint {
      @Override
      public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
        return inner.listen(reactor, factory);
      }
    }

    @Override
    public String name() {
      return "loud";
    }

    @Override
    public String serverGrammar() {
      return "loud:SERVER";
    }

    @Override
    public ServerEndpoint server(Arguments arguments) {
      return new LoudEndpoint(arguments.server());
    }
  }

  /** Claims a name that is taken. */
  public static final class OtherTcp implements EndpointKind.Server {
    @Override
    public String name() {
      return "tcp";
    }

    @Override
    public String serverGrammar() {
      return "tcp";
    }

    @Override
    public ServerEndpoint server(Arguments arguments) {
      throw arguments.problem("not meant");
    }
  }

  @Test
  void areFoundByServiceLoader() throws Exception {
    assertThat(kinds(Loud.class.getName()).server("loud:tcp:80:interface=[::1]", 0))
        .isEqualTo(new Loud.LoudEndpoint(TcpServerEndpoint.port(80).on("::1")));
  }

  @Test
  void mayWrapOthersWhoseErrorsShowThePlaceInAllOfTheString() throws Exception {
    Kinds kinds = kinds(Loud.class.getName());
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> kinds.server("loud:tcp:x", 0))
        .withMessageStartingWith("endpoint 'loud:tcp:x', at position 9: 'x' is not a port");
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> kinds.server("loud:loud:tpc", 0))
        .withMessageStartingWith("endpoint 'loud:loud:tpc', at position 10: unknown kind 'tpc'")
        .withMessageContaining("known kinds of server: ")
        .withMessageContaining(", loud, ");
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> kinds.server("loud", 0))
        .withMessageContaining("at position 4: unknown kind ''");
  }

  @Test
  void oneThatCannotBeLoadedIsNamedAndHarmsNoOther() throws Exception {
    Kinds kinds = kinds("io.example.Missing", Loud.class.getName());
    assertThat(kinds.server("loud:tcp:80", 0)).isInstanceOf(Loud.LoudEndpoint.class);
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> kinds.server("serial:x", 0))
        .withMessageContaining("not loaded: ")
        .withMessageContaining("io.example.Missing");
  }

  @Test
  void twoOfOneNameAreAnErrorThatNamesBoth() throws Exception {
    Kinds kinds = kinds(OtherTcp.class.getName());
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> kinds.server("tcp:80", 0))
        .withMessageContaining(TcpKind.class.getName() + ", " + OtherTcp.class.getName());
    assertThat(kinds.client("tcp:h:80", 0)).isEqualTo(TcpClientEndpoint.to("h", 80));
  }
}
