package io.tendril.rules;

import static java.util.stream.Collectors.joining;

import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The public API of a module as text: what its exported packages show to other modules, one line a
/// declaration, in an order of its own, so that a difference of two texts is a change of the API.
///
/// Types are written by their simple names, since no two exported ones share one. What every type
/// of its kind has (a record's accessors and canonical constructor, an enum's `values`, what
/// overrides `Object`) is left out.
final class Api {
  private static final Set<String> OF_OBJECT =
      Set.of("equals(Object)", "hashCode()", "toString()", "finalize()", "clone()");

  private record Line(int kind, String name, String text) {
    static final Comparator<Line> ORDER =
        Comparator.comparingInt(Line::kind).thenComparing(Line::name).thenComparing(Line::text);
  }

  private final House.Module module;
  private final List<String> lines = new ArrayList<>();

  private Api(House.Module module) {
    this.module = module;
  }

  /// The text for one module.
  static String of(House.Module module) {
    var api = new Api(module);
    api.module();
    return String.join("\n", api.lines) + "\n";
  }

  /// The types that a module shows, with the nested ones among them.
  static List<Class<?>> types(House.Module module) {
    var exported = Set.copyOf(module.exported());
    var types = new ArrayList<Class<?>>();
    for (var model : module.models()) {
      var name = model.thisClass().asInternalName().replace('/', '.');
      var dot = name.lastIndexOf('.');
      if (dot > 0 && exported.contains(name.substring(0, dot))) {
        var type = load(name);
        if (isShown(type)) {
          types.add(type);
        }
      }
    }
    types.sort(Comparator.comparing(Class::getName));
    return types;
  }

  /// The members that a type declares and shows, and those that it has from types that are not
  /// shown themselves.
  static List<Method> methods(Class<?> type) {
    var methods = new ArrayList<Method>();
    for (@Nullable Class<?> from = type; from != null; from = from.getSuperclass()) {
      if (from == type || !isShown(from)) {
        for (var method : from.getDeclaredMethods()) {
          if (isShown(method) && !method.isSynthetic()) {
            methods.add(method);
          }
        }
      }
    }
    return methods;
  }

  private void module() {
    var descriptor = module.descriptor();
    lines.add("module " + descriptor.name());
    descriptor.requires().stream()
        .filter(requires -> !requires.name().equals("java.base"))
        .map(Api::requires)
        .sorted()
        .forEach(lines::add);
    descriptor.uses().stream().map(name -> "  uses " + name).sorted().forEach(lines::add);
    descriptor.provides().stream()
        .map(provides -> "  provides " + provides.service())
        .sorted()
        .forEach(lines::add);
    var types = types(module);
    for (var exported : module.exported()) {
      lines.add("");
      lines.add("package " + exported);
      for (var type : types) {
        if (type.getPackageName().equals(exported)) {
          type(type);
        }
      }
    }
  }

  private static String requires(ModuleDescriptor.Requires requires) {
    return Stream.concat(
            Stream.concat(
                Stream.of("  requires"),
                requires.modifiers().stream()
                    .map(modifier -> modifier.name().toLowerCase(java.util.Locale.ROOT))
                    .sorted()),
            Stream.of(requires.name()))
        .collect(joining(" "));
  }

  private void type(Class<?> type) {
    lines.add("");
    lines.add("  " + header(type));
    var members = new ArrayList<Line>();
    for (var field : type.getDeclaredFields()) {
      if (isShown(field) && !field.isSynthetic()) {
        members.add(
            field.isEnumConstant()
                ? new Line(0, field.getName(), field.getName())
                : new Line(1, field.getName(), field(field)));
      }
    }
    for (var constructor : type.getDeclaredConstructors()) {
      if (isShown(constructor) && !constructor.isSynthetic() && !isCanonical(constructor)) {
        members.add(new Line(2, "", executable(constructor, "", name(type))));
      }
    }
    for (var method : methods(type)) {
      if (!isImplied(type, method)) {
        var returned = type(method.getAnnotatedReturnType()) + " ";
        members.add(new Line(3, method.getName(), executable(method, returned, method.getName())));
      }
    }
    members.stream().sorted(Line.ORDER).forEach(line -> lines.add("    " + line.text()));
  }

  private static String header(Class<?> type) {
    var modifiers = type.getModifiers();
    var kind = "class";
    if (type.isAnnotation()) {
      kind = "@interface";
    } else if (type.isInterface()) {
      kind = "interface";
    } else if (type.isRecord()) {
      kind = "record";
    } else if (type.isEnum()) {
      kind = "enum";
    }
    if (!kind.equals("class")) {
      modifiers &= ~(Modifier.FINAL | Modifier.ABSTRACT | Modifier.STATIC);
    }
    var header =
        new StringBuilder(annotations(type))
            .append(word(Modifier.toString(modifiers & ~Modifier.INTERFACE)))
            .append(word(type.isSealed() ? "sealed" : ""))
            .append(kind)
            .append(' ')
            .append(name(type))
            .append(variables(type.getTypeParameters()));
    if (type.isRecord()) {
      header.append(
          Arrays.stream(type.getRecordComponents())
              .map(Api::component)
              .collect(joining(", ", "(", ")")));
    }
    @Nullable AnnotatedType superclass = type.getAnnotatedSuperclass();
    if (superclass != null
        && !Set.of(Object.class, Record.class, Enum.class).contains(type.getSuperclass())
        && !type.isInterface()) {
      header.append(" extends ").append(type(superclass));
    }
    if (!type.isAnnotation() && type.getInterfaces().length > 0) {
      header.append(
          Arrays.stream(type.getAnnotatedInterfaces())
              .map(Api::type)
              .collect(joining(", ", type.isInterface() ? " extends " : " implements ", "")));
    }
    @Nullable Class<?>[] permitted = type.getPermittedSubclasses();
    if (permitted != null) {
      header.append(
          Arrays.stream(permitted)
              .filter(Api::isShown)
              .map(Api::name)
              .sorted()
              .collect(joining(", ", " permits ", "")));
    }
    return header.toString();
  }

  private static String component(RecordComponent component) {
    return type(component.getAnnotatedType()) + " " + component.getName();
  }

  private static String field(Field field) {
    return annotations(field)
        + Modifier.toString(field.getModifiers())
        + " "
        + type(field.getAnnotatedType())
        + " "
        + field.getName();
  }

  private static String executable(Executable executable, String returned, String name) {
    var modifiers = executable.getModifiers() & ~(Modifier.SYNCHRONIZED | Modifier.NATIVE);
    modifiers &= ~(executable.isVarArgs() ? Modifier.TRANSIENT : 0);
    if (executable.getDeclaringClass().isInterface()) {
      modifiers &= ~(Modifier.ABSTRACT | Modifier.PUBLIC);
    }
    modifiers &= ~Modifier.VOLATILE;
    var isDefault = executable instanceof Method method && method.isDefault();
    var variables = variables(executable.getTypeParameters());
    return annotations(executable)
        + word(isDefault ? "default" : "")
        + word(Modifier.toString(modifiers))
        + (variables.isEmpty() ? "" : variables + " ")
        + returned
        + name
        + Arrays.stream(executable.getParameters())
            .map(parameter -> parameter(parameter))
            .collect(joining(", ", "(", ")"))
        + thrown(executable);
  }

  private static String word(String word) {
    return word.isEmpty() ? "" : word + " ";
  }

  private static String parameter(Parameter parameter) {
    var type = type(parameter.getAnnotatedType());
    if (parameter.isVarArgs()) {
      type = type.substring(0, type.length() - "[]".length()) + "...";
    }
    return type + " " + parameter.getName();
  }

  private static String thrown(Executable executable) {
    var types = executable.getAnnotatedExceptionTypes();
    return types.length == 0
        ? ""
        : Arrays.stream(types).map(Api::type).sorted().collect(joining(", ", " throws ", ""));
  }

  private static String variables(java.lang.reflect.TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(
                variable -> variable.getName() + bounds(variable.getAnnotatedBounds(), " extends "))
            .collect(joining(", ", "<", ">"));
  }

  private static String bounds(AnnotatedType[] bounds, String word) {
    var shown =
        Arrays.stream(bounds).map(Api::type).filter(bound -> !bound.equals("Object")).toList();
    return shown.isEmpty() ? "" : shown.stream().collect(joining(" & ", word, ""));
  }

  private static String type(AnnotatedType type) {
    var nullable =
        Arrays.stream(type.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType() == Nullable.class)
            ? "@Nullable "
            : "";
    return switch (type) {
      case AnnotatedArrayType array -> {
        var element = type(array.getAnnotatedGenericComponentType());
        yield element + (nullable.isEmpty() ? "" : " " + nullable) + "[]";
      }
      case AnnotatedParameterizedType parameterized ->
          nullable
              + name(raw(parameterized.getType()))
              + Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
                  .map(Api::type)
                  .collect(joining(", ", "<", ">"));
      case AnnotatedWildcardType wildcard -> {
        var lower = bounds(wildcard.getAnnotatedLowerBounds(), " super ");
        yield "?"
            + (lower.isEmpty() ? bounds(wildcard.getAnnotatedUpperBounds(), " extends ") : lower);
      }
      case AnnotatedTypeVariable variable -> nullable + variable.getType().getTypeName();
      default -> nullable + name((Class<?>) type.getType());
    };
  }

  private static Class<?> raw(java.lang.reflect.Type type) {
    return (Class<?>) ((java.lang.reflect.ParameterizedType) type).getRawType();
  }

  /// The name as source writes it where the package is imported.
  private static String name(Class<?> type) {
    if (type.isArray()) {
      return name(type.getComponentType()) + "[]";
    }
    @Nullable Class<?> enclosing = type.getEnclosingClass();
    return (enclosing == null ? "" : name(enclosing) + ".") + type.getSimpleName();
  }

  private static String annotations(AnnotatedElement element) {
    return Stream.of(
            "CheckReturnValue", "CanIgnoreReturnValue", "Deprecated", "FunctionalInterface")
        .filter(name ->
            Arrays.stream(element.getDeclaredAnnotations())
                .anyMatch(annotation -> annotation.annotationType().getSimpleName().equals(name)))
        .map(name -> "@" + name + " ")
        .collect(joining());
  }

  private static boolean isShown(Class<?> type) {
    @Nullable Class<?> enclosing = type.getEnclosingClass();
    return !type.isAnonymousClass()
        && !type.isLocalClass()
        && !type.isSynthetic()
        && isShown(type.getModifiers())
        && (enclosing == null || isShown(enclosing));
  }

  private static boolean isShown(Member member) {
    return isShown(member.getModifiers());
  }

  private static boolean isShown(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static boolean isCanonical(Constructor<?> constructor) {
    var type = constructor.getDeclaringClass();
    return type.isRecord()
        && Arrays.equals(
            constructor.getParameterTypes(),
            Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new));
  }

  private static boolean isImplied(Class<?> type, Method method) {
    var signature =
        Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(joining(",", method.getName() + "(", ")"));
    if (OF_OBJECT.contains(signature)) {
      return true;
    }
    if (type.isEnum() && Set.of("values()", "valueOf(String)").contains(signature)) {
      return true;
    }
    return type.isRecord()
        && Arrays.stream(type.getRecordComponents())
            .anyMatch(component -> component.getAccessor().equals(method));
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Api.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name + " is not on the class path of the rules", e);
    }
  }
}
