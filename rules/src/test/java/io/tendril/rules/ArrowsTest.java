package io.tendril.rules;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Holds the arrows that docs/architecture.md draws: which module may use which.
class ArrowsTest {
  /// What each module's main code may use besides itself.
  private static final Map<String, Set<String>> MAY_USE =
      Map.of(
          "core", Set.of(),
          "testing", Set.of("core"),
          "tls-boringssl", Set.of("core"),
          "app", Set.of("core"),
          "http", Set.of("core"),
          "adapters-jdbc", Set.of("core"),
          "gui-swing", Set.of("core"),
          "all", Set.of("core", "app", "http"),
          "cli", Set.of("core", "app", "http", "all"),
          "examples",
              Set.of("core", "app", "http", "all", "testing", "adapters-jdbc", "gui-swing"));

  /// Libraries that `io.tendril` leaves out: itself, tools for tests, and what brings native code
  /// and is found by the service loader where it is there.
  private static final List<String> NOT_IN_ALL = List.of("all", "testing", "tls-boringssl");

  /// What core may use that is not its own: it depends on the JDK alone, and on annotations that no
  /// program needs when it runs.
  private static final List<String> CORES_OWN =
      List.of(
          "io.tendril.",
          "java.",
          "javax.crypto.",
          "javax.net.",
          "javax.security.",
          "jdk.internal.vm.Continuation",
          "jdk.net.ExtendedSocketOptions",
          "jdk.net.UnixDomainPrincipal",
          "sun.misc.Signal",
          "org.jspecify.annotations.",
          "com.google.errorprone.annotations.");

  private static final Map<String, JavaClasses> CLASSES =
      House.modules().stream()
          .collect(
              toMap(
                  House.Module::directory,
                  module -> new ClassFileImporter().importPath(module.classes())));

  private static final Map<String, String> MODULE_OF_CLASS =
      CLASSES.entrySet().stream()
          .flatMap(module ->
              module.getValue().stream().map(type -> Map.entry(type.getName(), module.getKey())))
          .filter(type -> !type.getKey().equals("module-info"))
          .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));

  @TestFactory
  List<DynamicTest> eachModuleUsesOnlyWhatIsBelowIt() {
    return House.modules().stream()
        .map(module ->
            DynamicTest.dynamicTest(
                module.directory(), () -> below(module).check(CLASSES.get(module.directory()))))
        .toList();
  }

  @Test
  void coreUsesOnlyTheJdk() {
    ArchRuleDefinition.classes()
        .should(
            use(
                "use only the JDK and annotations",
                target ->
                    CORES_OWN.stream()
                        .anyMatch(target.getBaseComponentType().getName()::startsWith)))
        .check(CLASSES.get("core"));
  }

  @Test
  void theAggregatorRequiresEveryLibraryAndNoTestingTool() {
    var libraries =
        House.libraries()
            .filter(module -> !NOT_IN_ALL.contains(module.directory()))
            .filter(module -> !House.isLeaf(module.directory()))
            .map(module -> module.descriptor().name())
            .toList();
    var all =
        House.modules().stream()
            .filter(module -> module.directory().equals("all"))
            .findFirst()
            .orElseThrow();
    assertThat(all.descriptor().requires())
        .filteredOn(requires -> requires.modifiers().contains(Modifier.TRANSITIVE))
        .filteredOn(requires -> !requires.modifiers().contains(Modifier.STATIC))
        .extracting(requires -> requires.name())
        .containsExactlyInAnyOrderElementsOf(libraries);
  }

  private ArchRule below(House.Module module) {
    var allowed = MAY_USE.get(module.directory());
    if (allowed == null && House.isLeaf(module.directory())) {
      allowed = MAY_USE.keySet();
    }
    assertThat(allowed)
        .as("what the new module %s may use: add it to MAY_USE", module.directory())
        .isNotNull();
    var mayUse = allowed;
    return ArchRuleDefinition.classes()
        .should(
            use(
                "use only " + mayUse,
                target -> {
                  var owner = MODULE_OF_CLASS.get(target.getBaseComponentType().getName());
                  return owner == null
                      || owner.equals(module.directory())
                      || mayUse.contains(owner);
                }))
        .allowEmptyShould(true);
  }

  private static ArchCondition<JavaClass> use(
      String description, java.util.function.Predicate<JavaClass> allowed) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          var target = dependency.getTargetClass();
          if (!target.getBaseComponentType().isPrimitive() && !allowed.test(target)) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }
}
