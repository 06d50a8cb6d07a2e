package io.tendril.testing.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.framing.Decoder;
import io.tendril.core.proxy.ProxyHeader;
import io.tendril.core.proxy.ProxyHeader.Value;
import io.tendril.core.proxy.ProxyHeaderDecoder;
import io.tendril.testing.DecoderSplits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both versions, as the document of HAProxy's defines them, and contract L3 for them. */
class ProxyHeaderDecoderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String FOUR = "c0000201 c6336402 d431 01bb";

  private static byte[] binary(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** A header of version 2: the command and family as they are, the length as it is right. */
  private static byte[] second(String commandAndFamily, String rest) {
    int length = rest.replace(" ", "").length() / 2;
    return binary(SIGNATURE + commandAndFamily + "%04x".formatted(length) + rest);
  }

  private static InetSocketAddress address(String host, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), port);
  }

  /** What is read at every split; nothing follows it. */
  private static ProxyHeader read(byte[] octets) {
    return DecoderSplits.decode(First::new, octets, header -> header).units().getFirst();
  }

  /** There is one header in a stream, so that nothing else may be asked of the decoder. */
  private static final class First implements Decoder<ProxyHeader> {
    private final ProxyHeaderDecoder decoder = new ProxyHeaderDecoder();
    private boolean read;

    @Override
    public ProxyHeader next(ByteBuffer in) {
      ProxyHeader header = read ? null : decoder.next(in);
      read |= header != null;
      return header;
    }

    @Override
    public int unreadLimit() {
      return decoder.unreadLimit();
    }
  }

  private static String violation(byte[] octets) {
    return DecoderSplits.decode(First::new, octets, header -> header).violation().getMessage();
  }

  // ---- Version 1 ------------------------------------------------------------------------------

  @Test
  void readsALine() {
    assertThat(read("PROXY TCP4 192.0.2.1 198.51.100.2 54321 443\r\n".getBytes(UTF_8)))
        .isEqualTo(
            new ProxyHeader(
                1, address("192.0.2.1", 54321), address("198.51.100.2", 443), List.of()));
    assertThat(read("PROXY TCP6 2001:db8::1 ::1 0 65535\r\n".getBytes(UTF_8)))
        .isEqualTo(new ProxyHeader(1, address("2001:db8::1", 0), address("::1", 65535), List.of()));
  }

  @Test
  void leavesWhatFollows() {
    var heard =
        DecoderSplits.decode(
            First::new, "PROXY UNKNOWN\r\nGET /".getBytes(UTF_8), header -> header);
    assertThat(heard.units()).hasSize(1);
    assertThat(heard.unread()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN whatever it is\r\n", "PROXY UNKNOWN \r\n"})
  void anUnknownPeerIsNoAddress(String line) {
    assertThat(read(line.getBytes(UTF_8))).isEqualTo(new ProxyHeader(1, null, null, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 192.0.2.1 198.51.100.2 54321\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 54321 443 \r\n",
        "PROXY TCP4  192.0.2.1 198.51.100.2 54321 443\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 54321 65536\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 54321 0443\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 +54321 443\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.2 54321 443\r\n",
        "PROXY TCP4 192.0.2.01 198.51.100.2 54321 443\r\n",
        "PROXY TCP4 192.0.2 198.51.100.2 54321 443\r\n",
        "PROXY TCP4 ::1 ::1 54321 443\r\n",
        "PROXY TCP6 192.0.2.1 198.51.100.2 54321 443\r\n",
        "PROXY TCP6 fe80::1%lo ::1 54321 443\r\n",
        "PROXY TCP6 localhost ::1 54321 443\r\n",
        "PROXY UDP4 192.0.2.1 198.51.100.2 54321 443\r\n",
        "PROXY unknown\r\n",
        "PROXY \r\n",
      })
  void refusesALineThatIsNone(String line) {
    assertThat(violation(line.getBytes(UTF_8))).startsWith("a PROXY line");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET / HTTP/1.1\r\n", "PROXY\tTCP4", "proxy ", "\n", "\r\n\r\n\r\n", "\u0016"})
  void refusesAnythingElseAtOnce(String begin) {
    assertThat(violation(begin.getBytes(ISO_8859_1))).isEqualTo("no PROXY header comes first");
  }

  @Test
  void refusesABareLineFeed() {
    assertThat(violation("PROXY UNKNOWN\n".getBytes(UTF_8)))
        .isEqualTo("a PROXY line that ends with a bare LF");
  }

  @Test
  void aLineHasAtMost107Octets() {
    String longest = "PROXY UNKNOWN " + "x".repeat(91) + "\r\n";
    assertThat(longest).hasSize(107);
    assertThat(read(longest.getBytes(UTF_8)).version()).isEqualTo(1);
    assertThat(violation(("PROXY UNKNOWN " + "x".repeat(93)).getBytes(UTF_8)))
        .isEqualTo("a PROXY line of more than 107 bytes");
  }

  // ---- Version 2 ------------------------------------------------------------------------------

  @Test
  void readsAddresses() {
    assertThat(read(second("2111", FOUR)))
        .isEqualTo(
            new ProxyHeader(
                2, address("192.0.2.1", 54321), address("198.51.100.2", 443), List.of()));
    String six = "20010db8" + "0".repeat(23) + "1" + "0".repeat(31) + "2" + "0001" + "ffff";
    assertThat(read(second("2121", six)))
        .isEqualTo(new ProxyHeader(2, address("2001:db8::1", 1), address("::2", 65535), List.of()));
    String unix = HexFormat.of().formatHex("/run/x".getBytes(UTF_8)) + "00".repeat(102 + 108);
    assertThat(read(second("2131", unix)))
        .isEqualTo(new ProxyHeader(2, UnixDomainSocketAddress.of("/run/x"), null, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2000", "2011", "2100", "2151", "21f0"})
  void addressesOfTheProxysOwnOrOfNoKnownFamilyAreNone(String commandAndFamily) {
    ProxyHeader header = read(second(commandAndFamily, FOUR));
    assertThat(header.source()).isNull();
    assertThat(header.destination()).isNull();
  }

  @Test
  void readsValuesAndDropsPadding() {
    ProxyHeader header = read(second("2111", FOUR + "01 0002 6832" + "04 0003 000000" + "e0 0000"));
    assertThat(header.values())
        .containsExactly(
            new Value(ProxyHeader.ALPN, "h2".getBytes(UTF_8)), new Value(0xe0, new byte[0]));
    assertThat(header.value(ProxyHeader.ALPN).text()).isEqualTo("h2");
    assertThat(header.value(ProxyHeader.NETNS)).isNull();
    assertThat(header.tls()).isNull();
  }

  @Test
  void readsWhatIsSaidOfTls() {
    String inside = "21 0007 544c5376312e33" + "22 0003 616e6e";
    ProxyHeader header = read(second("2111", FOUR + "20 0015 03 00000000" + inside));
    assertThat(header.tls()).isEqualTo(new ProxyHeader.Tls(true, "TLSv1.3", "ann", null));
    ProxyHeader unverified = read(second("2111", FOUR + "20 0005 03 00000001"));
    assertThat(unverified.tls()).isEqualTo(new ProxyHeader.Tls(false, null, null, null));
    ProxyHeader clear = read(second("2111", FOUR + "20 0005 00 00000000"));
    assertThat(clear.tls()).isNull();
  }

  @Test
  void checksTheSum() {
    byte[] right = second("2111", FOUR + "03 0004 00000000");
    var sum = new CRC32C();
    sum.update(right);
    byte[] sums = HexFormat.of().parseHex("%08x".formatted(sum.getValue()));
    System.arraycopy(sums, 0, right, right.length - 4, 4);
    assertThat(read(right).values()).hasSize(1);
    right[20] ^= 1;
    assertThat(violation(right)).isEqualTo("a PROXY header whose checksum does not hold");
    assertThat(violation(second("2111", FOUR + "03 0003 000000")))
        .isEqualTo("a PROXY header with a checksum of another length");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01",
        "01 00",
        "01 0001",
        "01 ffff 00",
        "20 0004 00000000",
        "20 0006 01 00000000 00",
        "20 000d 01 00000000 20 0005 01 00000000"
      })
  void refusesValuesThatAreCutOff(String values) {
    assertThat(violation(second("2111", FOUR + values))).startsWith("a PROXY header");
  }

  @Test
  void refusesAddressesThatAreCutOff() {
    assertThat(violation(second("2111", FOUR.substring(2))))
        .isEqualTo("a PROXY header that is shorter than its addresses");
    assertThat(violation(second("2121", FOUR)))
        .isEqualTo("a PROXY header that is shorter than its addresses");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1111", "3111", "2211", "2f11", "0000"})
  void refusesOtherVersionsAndCommands(String commandAndFamily) {
    assertThat(violation(second(commandAndFamily, FOUR)))
        .isEqualTo("a PROXY header of no known version and command");
  }

  @Test
  void refusesALengthOverTheLimitBeforeItIsThere() {
    assertThat(violation(binary(SIGNATURE + "2111" + "1001")))
        .isEqualTo("a PROXY header of more than 4096 bytes");
    assertThatThrownBy(() -> new ProxyHeaderDecoder(215))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
