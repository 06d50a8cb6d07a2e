package io.tendril.core.policy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Stands for an object of an interface, remembers what is called, and answers with something. */
final class Recorder<T> implements InvocationHandler {
  /** One call: by name and kinds of arguments, so that one default method is told from another. */
  record Call(Method method, List<Object> arguments) {
    @Override
    public String toString() {
      return method.getName()
          + Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).toList();
    }
  }

  private final Class<T> type;
  private final Reactor reactor;
  final List<Call> calls = new ArrayList<>();

  /** The answers that were given, in the order of the calls. */
  final List<Object> answers = new ArrayList<>();

  Recorder(Class<T> type, Reactor reactor) {
    this.type = type;
    this.reactor = reactor;
  }

  T object() {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "hashCode" -> System.identityHashCode(proxy);
        case "equals" -> proxy == arguments[0];
        default -> "recorder";
      };
    }
    calls.add(new Call(method, arguments == null ? List.of() : Arrays.asList(arguments)));
    Object answer = some(method.getReturnType());
    answers.add(answer);
    return answer;
  }

  /** The names of what was called. */
  List<String> names() {
    return calls.stream().map(call -> call.method.getName()).toList();
  }

  /** The methods of an interface that its objects have. */
  static List<Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .toList();
  }

  Object[] someArguments(Method method) {
    return Arrays.stream(method.getParameterTypes()).map(this::some).toArray();
  }

  /** Something of a type. */
  private Object some(Class<?> wanted) {
    if (wanted == int.class) {
      return 70_000;
    } else if (wanted == long.class) {
      return 5L;
    } else if (wanted == boolean.class) {
      return true;
    } else if (wanted == String.class) {
      return "text";
    } else if (wanted == byte[].class) {
      return new byte[] {1, 2};
    } else if (wanted == ByteBuffer.class) {
      return ByteBuffer.wrap(new byte[] {3, 4});
    } else if (wanted == Duration.class) {
      return Duration.ofSeconds(1);
    } else if (wanted == Class.class) {
      return Object.class;
    } else if (wanted == SocketAddress.class) {
      return new InetSocketAddress("127.0.0.9", 999);
    } else if (wanted == Deferred.class) {
      return Deferred.succeeded(null);
    } else if (wanted == ConnectionClosed.class) {
      return new ConnectionClosed.Done(new InetSocketAddress("127.0.0.9", 999));
    } else if (wanted == Reactor.class) {
      return reactor;
    } else if (wanted.isInterface()) {
      return new Recorder<>(wanted, reactor).object();
    }
    return null;
  }
}
