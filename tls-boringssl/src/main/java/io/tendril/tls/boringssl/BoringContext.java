package io.tendril.tls.boringssl;

import io.tendril.spi.TlsTrust;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a factory and its engines hold of a {@link NativeContext}. When none of them does any more,
 * that is freed, at the latest before the next engine is made. Native code must not hold this one.
 */
final class BoringContext {
  private static final ReferenceQueue<BoringContext> UNREACHABLE = new ReferenceQueue<>();
  private static final Set<Owned> ALL = ConcurrentHashMap.newKeySet();

  private final NativeContext context;

  private static final class Owned extends PhantomReference<BoringContext> {
    private final NativeContext context;

    Owned(BoringContext holder) {
      super(holder, UNREACHABLE);
      context = holder.context;
    }
  }

  private BoringContext(NativeContext context) {
    this.context = context;
  }

  static BoringContext make(Settings settings, TlsTrust trust) {
    var holder = new BoringContext(NativeContext.make(settings, trust.authorities()));
    ALL.add(new Owned(holder));
    return holder;
  }

  NativeContext get() {
    return context;
  }

  /** Frees what nobody can reach: how many there are left. */
  static int freeUnreachable() {
    for (Object each; (each = UNREACHABLE.poll()) != null; ) {
      if (each instanceof Owned owned && ALL.remove(owned)) {
        owned.context.free();
      }
    }
    return ALL.size();
  }
}
