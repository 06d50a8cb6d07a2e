package io.tendril.rules;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.checks.SuspendingCalls;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds what the compiler's check takes for suspending to what the classes do.
class SuspendingCallsTest {
  /// What everything else that suspends goes through.
  private static final List<Call> AWAITS =
      List.of(
          new Call("io.tendril.core.Deferred", "await"),
          new Call("io.tendril.core.Coroutine", "await"));

  /// A method of a class, by name: overloads suspend alike.
  private record Call(String type, String name) {}

  @Test
  void whatIsListedIsThere() throws Exception {
    for (var entry : SuspendingCalls.BY_TYPE.entrySet()) {
      var methods = Class.forName(entry.getKey()).getMethods();
      assertThat(Arrays.stream(methods).map(Method::getName)).containsAll(entry.getValue());
    }
  }

  /// By the calls that methods make themselves, and not by those of the lambdas in them.
  @Test
  void whatSuspendsIsListed() throws Exception {
    var missing = new TreeSet<String>();
    for (Call call : suspending()) {
      for (Class<?> type : exportedWith(call)) {
        if (!SuspendingCalls.BY_TYPE.getOrDefault(type.getName(), Set.of()).contains(call.name())) {
          missing.add(type.getName() + "." + call.name());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static Set<Call> suspending() {
    Map<String, ClassModel> types =
        House.modules().stream()
            .flatMap(module -> module.models().stream())
            .collect(toMap(type -> name(type.thisClass().asInternalName()), type -> type));
    Map<Call, Set<Call>> callers = new HashMap<>();
    types.forEach((type, model) -> {
      for (MethodModel method : model.methods()) {
        var caller = new Call(type, method.methodName().stringValue());
        calls(method)
            .map(call -> declared(call, types))
            .forEach(call -> callers.computeIfAbsent(call, _ -> new HashSet<>()).add(caller));
      }
    });
    var found = new HashSet<>(AWAITS);
    var next = AWAITS;
    while (!next.isEmpty()) {
      next =
          next.stream()
              .flatMap(call -> callers.getOrDefault(call, Set.of()).stream())
              .filter(call -> !call.name().startsWith("lambda$"))
              .filter(found::add)
              .toList();
    }
    return found;
  }

  private static Stream<Call> calls(MethodModel method) {
    return method.code().stream()
        .flatMap(CodeModel::elementStream)
        .filter(InvokeInstruction.class::isInstance)
        .map(InvokeInstruction.class::cast)
        .map(it -> new Call(name(it.owner().asInternalName()), it.name().stringValue()));
  }

  /// A call through a subclass as one of the class that has the method.
  private static Call declared(Call call, Map<String, ClassModel> types) {
    ClassModel type = types.get(call.type());
    if (type == null
        || type.superclass().isEmpty()
        || type.methods().stream().anyMatch(it -> it.methodName().equalsString(call.name()))) {
      return call;
    }
    var parent = name(type.superclass().get().asInternalName());
    return declared(new Call(parent, call.name()), types);
  }

  private static String name(String internal) {
    return internal.replace('/', '.');
  }

  /// The exported types through which a method can be called: its own and those above it.
  private static List<Class<?>> exportedWith(Call call) throws ClassNotFoundException {
    var exported = House.modules().stream().flatMap(module -> module.exported().stream()).toList();
    return above(Class.forName(call.type()))
        .filter(type -> Modifier.isPublic(type.getModifiers()))
        .filter(type -> exported.contains(type.getPackageName()))
        .filter(type ->
            Arrays.stream(type.getMethods()).anyMatch(it -> it.getName().equals(call.name())))
        .toList();
  }

  private static Stream<Class<?>> above(Class<?> type) {
    var parents = Stream.<Class<?>>of(type.getInterfaces());
    if (type.getSuperclass() != null) {
      parents = Stream.concat(parents, Stream.of(type.getSuperclass()));
    }
    return Stream.concat(Stream.of(type), parents.flatMap(SuspendingCallsTest::above));
  }
}
