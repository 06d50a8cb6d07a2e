package io.tendril.core.internal.group;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.internal.Home;
import java.net.SocketAddress;

/** What a group listens at, in the hands of whoever has asked for it, in that one's thread. */
final class GroupListener implements Listener {
  private final Home owner;
  private final Shards group;
  private final GroupListening listening;

  GroupListener(Home owner, Shards group, GroupListening listening) {
    this.owner = owner;
    this.group = group;
    this.listening = listening;
  }

  @Override
  public SocketAddress address() {
    return listening.address();
  }

  @Override
  public void pauseAccepting() {
    each(listener -> {
      listener.pauseAccepting();
      return Deferred.done();
    });
  }

  @Override
  public void resumeAccepting() {
    each(listener -> {
      listener.resumeAccepting();
      return Deferred.done();
    });
  }

  private void each(GroupListening.Doing doing) {
    owner.check("this Listener");
    var _ = group.inFirst(() -> listening.each(doing));
  }

  @Override
  public Deferred<Void> reload() {
    owner.check("this Listener");
    return group.inFirst(() -> listening.each(Listener::reload));
  }

  @Override
  public Deferred<Void> close() {
    owner.check("this Listener");
    return group.close(listening);
  }
}
