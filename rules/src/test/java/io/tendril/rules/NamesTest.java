package io.tendril.rules;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Holds what types and methods are called.
class NamesTest {
  private static final int TYPES_IN_CORE = 40;

  /// `import module io.tendril` imports every exported top-level type by its simple name, next to
  /// those of java.base, which every compact source file imports too.
  @Test
  void noExportedTypeHasTheNameOfOneInJavaBase() {
    var taken = exportedByJavaBase();
    assertThat(taken).contains("String", "List", "Buffer");
    assertThat(exportedTypes())
        .filteredOn(type -> type.getEnclosingClass() == null)
        .filteredOn(type -> taken.contains(type.getSimpleName()))
        .isEmpty();
  }

  @Test
  void noTwoExportedTypesShareAName() {
    var seen = new java.util.HashMap<String, Class<?>>();
    assertThat(exportedTypes())
        .filteredOn(type -> type.getEnclosingClass() == null)
        .allSatisfy(type ->
            assertThat(seen.putIfAbsent(type.getSimpleName(), type)).as("%s", type).isNull());
  }

  @Test
  void coresPackageIsSmall() {
    assertThat(exportedTypes())
        .filteredOn(type -> type.getPackageName().equals("io.tendril.core"))
        .filteredOn(type -> type.getEnclosingClass() == null)
        .hasSizeLessThanOrEqualTo(TYPES_IN_CORE);
  }

  @Test
  void noTypeIsCalledImplOrUtil() {
    assertThat(House.ruled().stream().flatMap(module -> module.models().stream()))
        .extracting(type -> type.thisClass().asInternalName().replace('/', '.'))
        .noneMatch(name -> name.matches(".*(Impl|Utils?|Helper|Manager)(\\$.*)?"));
  }

  @Test
  void accessorsHaveNoGetPrefix() {
    var getters =
        exportedTypes().stream()
            .flatMap(type -> Api.methods(type).stream())
            .filter(method -> method.getName().matches("get[A-Z].*"))
            .filter(method -> method.getParameterCount() == 0)
            .filter(method -> !overridesForeign(method))
            .map(Method::toString);
    assertThat(getters).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() throws Exception {
    for (var module : House.ruled()) {
      var packages =
          module.models().stream()
              .map(type -> type.thisClass().asInternalName())
              .map(name -> name.substring(0, name.lastIndexOf('/')).replace('/', '.'))
              .distinct();
      assertThat(packages).allSatisfy(NamesTest::assertNullMarked);
    }
  }

  private static void assertNullMarked(String name) {
    try {
      assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
          .as("%s is @NullMarked", name)
          .isTrue();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name + " has no package-info.java with @NullMarked", e);
    }
  }

  private static List<Class<?>> exportedTypes() {
    return House.ruled().stream().flatMap(module -> Api.types(module).stream()).toList();
  }

  /// Whether a type that is not ours asks for the method's name.
  private static boolean overridesForeign(Method method) {
    return supertypes(method.getDeclaringClass())
        .filter(type -> !type.getPackageName().startsWith("io.tendril."))
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .anyMatch(foreign ->
            foreign.getName().equals(method.getName())
                && Arrays.equals(foreign.getParameterTypes(), method.getParameterTypes()));
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    var above = Stream.<Class<?>>of(type.getInterfaces());
    if (type.getSuperclass() != null) {
      above = Stream.concat(above, Stream.of(type.getSuperclass()));
    }
    return above.flatMap(parent -> Stream.concat(Stream.of(parent), supertypes(parent)));
  }

  private static Set<String> exportedByJavaBase() {
    var base = ModuleFinder.ofSystem().find("java.base").orElseThrow();
    var exported =
        base.descriptor().exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .map(source -> source.replace('.', '/'))
            .collect(toSet());
    try (var reader = base.open();
        var names = reader.list()) {
      return names
          .filter(name -> name.endsWith(".class") && !name.contains("$"))
          .filter(name -> name.contains("/"))
          .filter(name -> exported.contains(name.substring(0, name.lastIndexOf('/'))))
          .filter(name -> {
            try (var in = reader.open(name).orElseThrow()) {
              return ClassFile.of().parse(in.readAllBytes()).flags().has(AccessFlag.PUBLIC);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          })
          .map(name -> name.substring(name.lastIndexOf('/') + 1, name.length() - ".class".length()))
          .collect(toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
