package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a header or trailer section, in order. Names are compared without regard to case;
 * one may occur several times. Immutable.
 *
 * <p>Kept as the octets that came or will go over the wire, and where in them each field is:
 * reading a section makes no strings, and writing one copies. Values are ISO 8859-1.
 */
public final class Headers {
  private static final Headers EMPTY = new Headers(new byte[0], new char[0]);

  private final byte[] octets;

  /** Where the first field line begins, as long as there is no index. */
  private final char from;

  private final char count;

  /**
   * Four positions for each field: where its name begins and ends, where its value does. Made when
   * a field is first asked for.
   */
  private char @Nullable [] index;

  Headers(byte[] octets, char[] index) {
    this.octets = octets;
    this.index = index;
    this.from = 0;
    this.count = (char) (index.length / 4);
  }

  /** The fields of a head that has been read, and is not to be written to any more. */
  Headers(byte[] octets, int from, int count) {
    this.octets = octets;
    this.from = (char) from;
    this.count = (char) count;
  }

  private char[] index() {
    char[] known = index;
    if (known == null) {
      known = FieldParser.index(octets, from, count);
      // Other threads may see this through a data race; then they must see what is in it, too.
      VarHandle.storeStoreFence();
      index = known;
    }
    return known;
  }

  /** No fields. */
  public static Headers empty() {
    return EMPTY;
  }

  /**
   * Some fields: a name, its value, the next name, and so on.
   *
   * @throws IllegalArgumentException as {@link Builder#add}
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    var builder = new Builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  // ---- Reading --------------------------------------------------------------------------------

  /** How many fields there are. */
  public int size() {
    return count;
  }

  /** The name of a field, as it was sent. */
  public String name(int number) {
    return text(number * 4);
  }

  /** The value of a field, without the whitespace around it. */
  public String value(int number) {
    return text(number * 4 + 2);
  }

  private String text(int at) {
    char[] places = index();
    return new String(octets, places[at], places[at + 1] - places[at], ISO_8859_1);
  }

  /** The value of the first field of a name, or null. */
  public @Nullable String first(String name) {
    int number = find(name, 0);
    return number < 0 ? null : value(number);
  }

  /** Whether there is a field of a name. */
  public boolean has(String name) {
    return find(name, 0) >= 0;
  }

  /** The values of all fields of a name, in order. */
  public List<String> all(String name) {
    var values = new ArrayList<String>();
    for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
      values.add(value(i));
    }
    return values;
  }

  /** The values of all fields of a name as one list (RFC 9110, section 5.2), or null. */
  public @Nullable String joined(String name) {
    int number = find(name, 0);
    return number < 0 || find(name, number + 1) < 0 ? first(name) : String.join(", ", all(name));
  }

  /** Whether a field whose value is a list of tokens, {@code Connection} for one, has this one. */
  public boolean hasToken(String name, String token) {
    for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
      if (Grammar.hasToken(octets, valueStart(i), valueEnd(i), token)) {
        return true;
      }
    }
    return false;
  }

  /** Calls an action with the name and value of each field, in order. */
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < size(); i++) {
      action.accept(name(i), value(i));
    }
  }

  /** The number of the first field of a name that is not before {@code from}, or -1. */
  int find(String name, int from) {
    for (int i = from; i < size(); i++) {
      if (isNamed(i, name)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a field has this name. */
  boolean isNamed(int number, String name) {
    char[] places = index();
    int at = number * 4;
    return Grammar.equalsIgnoreCase(octets, places[at], places[at + 1], name);
  }

  /** Whether there is a condition, or a range, among the fields. */
  boolean isConditional() {
    char[] places = index();
    for (int at = 0; at < places.length; at += 4) {
      if (FieldParser.isCondition(octets, places[at], places[at + 1])) {
        return true;
      }
    }
    return false;
  }

  /** How long the name of a field is. */
  int nameLength(int number) {
    char[] places = index();
    return places[number * 4 + 1] - places[number * 4];
  }

  /** Where the value of a field begins. */
  private int valueStart(int number) {
    return index()[number * 4 + 2];
  }

  /** Where the value of a field ends. */
  private int valueEnd(int number) {
    return index()[number * 4 + 3];
  }

  // ---- Writing --------------------------------------------------------------------------------

  /** How many octets {@link #write} needs for all fields. */
  int linesLength() {
    int length = 0;
    char[] places = index();
    for (int at = 0; at < places.length; at += 4) {
      length += places[at + 1] - places[at] + places[at + 3] - places[at + 2] + 4;
    }
    return length;
  }

  /** Writes one field as a line. */
  void write(int number, ByteBuffer out) {
    char[] places = index();
    int at = number * 4;
    out.put(octets, places[at], places[at + 1] - places[at]);
    out.put((byte) ':').put((byte) ' ');
    out.put(octets, places[at + 2], places[at + 3] - places[at + 2]);
    out.put((byte) '\r').put((byte) '\n');
  }

  // ---- Changing -------------------------------------------------------------------------------

  /** These fields, for changing. */
  public Builder toBuilder() {
    var builder = new Builder();
    for (int i = 0; i < size(); i++) {
      builder.add(name(i), value(i));
    }
    return builder;
  }

  /** A copy in which a name has this value, and no other. */
  public Headers with(String name, String value) {
    return toBuilder().set(name, value).build();
  }

  /** A copy without the fields of a name. */
  public Headers without(String name) {
    return has(name) ? toBuilder().remove(name).build() : this;
  }

  /** Fields in the making. */
  public static final class Builder {
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    /** No fields yet. */
    public Builder() {}

    /**
     * Adds a field after the others.
     *
     * @throws IllegalArgumentException if the name is no token, or the value holds a control
     *     character or one outside of ISO 8859-1: nothing can be smuggled into a message
     */
    public Builder add(String name, String value) {
      if (!Grammar.isToken(name)) {
        throw new IllegalArgumentException("no field name: " + name);
      }
      String stripped = value.strip();
      for (int i = 0; i < stripped.length(); i++) {
        char c = stripped.charAt(i);
        if (c > 0xff || !Grammar.isValue((byte) c)) {
          throw new IllegalArgumentException(
              "the value of " + name + " has the character " + (int) c + " at " + i);
        }
      }
      names.add(name);
      values.add(stripped);
      return this;
    }

    /** Puts a field in the place of those of its name. */
    public Builder set(String name, String value) {
      return remove(name).add(name, value);
    }

    /** Takes the fields of a name away. */
    public Builder remove(String name) {
      for (int i = names.size() - 1; i >= 0; i--) {
        if (names.get(i).equalsIgnoreCase(name)) {
          names.remove(i);
          values.remove(i);
        }
      }
      return this;
    }

    /**
     * The fields.
     *
     * @throws IllegalArgumentException if they take more than 65,535 octets
     */
    public Headers build() {
      if (names.isEmpty()) {
        return EMPTY;
      }
      long length = 0;
      for (int i = 0; i < names.size(); i++) {
        length += names.get(i).length() + values.get(i).length();
      }
      if (length > Character.MAX_VALUE) {
        throw new IllegalArgumentException("fields of " + length + " octets");
      }
      var octets = ByteBuffer.allocate((int) length);
      var index = new char[names.size() * 4];
      for (int i = 0; i < names.size(); i++) {
        index[i * 4] = (char) octets.position();
        octets.put(names.get(i).getBytes(ISO_8859_1));
        index[i * 4 + 1] = (char) octets.position();
        index[i * 4 + 2] = (char) octets.position();
        octets.put(values.get(i).getBytes(ISO_8859_1));
        index[i * 4 + 3] = (char) octets.position();
      }
      return new Headers(octets.array(), index);
    }
  }

  // ---- As a value -----------------------------------------------------------------------------

  /** Whether the same fields come in the same order; names without regard to case. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Headers that) || that.size() != size()) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (!isNamed(i, that.name(i)) || !value(i).equals(that.value(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < size(); i++) {
      hash = 31 * hash + name(i).toLowerCase(Locale.ROOT).hashCode();
      hash = 31 * hash + Arrays.hashCode(value(i).getBytes(ISO_8859_1));
    }
    return hash;
  }

  /** The field lines, one below the other. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }
}
