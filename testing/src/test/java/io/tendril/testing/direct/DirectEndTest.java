package io.tendril.testing.direct;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How conversations end, and with what reason their connections do. */
class DirectEndTest extends DirectFixture {

  private ConnectionClosed reason() {
    peer.clock().advance(ofSeconds(5));
    return peer.reason();
  }

  @Test
  void t2TheReturnClosesAfterWhatWasWritten() {
    hold(connection -> connection.writeLine("bye"));
    assertThat(peer.text()).isEqualTo("bye\r\n");
    assertThat(peer.isOutputShut()).isTrue();
    assertThat(reason()).isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void t7WhatItThrowsIsReportedAndCloses() {
    var odd = new IllegalArgumentException("odd");
    peer.clock().expectFailure(IllegalArgumentException.class);
    hold(connection -> {
      connection.readLine();
      throw odd;
    });
    peer.deliver("x\n");
    assertThat(reason()).isInstanceOf(ConnectionClosed.ProtocolThrew.class).hasCause(odd);
  }

  @Test
  void aLossThatItMeetsUnpreparedEndsItQuietly() {
    hold(connection -> {
      try {
        connection.readLine();
      } finally {
        log.add("ended");
      }
    });
    peer.reset();
    assertThat(log).containsExactly("ended");
    assertThat(reason()).isInstanceOf(ConnectionClosed.Lost.class);
  }

  @Test
  void aLossWhileItIsAtWorkShowsAtTheNextReadOrWrite() {
    hold(connection -> {
      work.deferred().await();
      log.add("worked");
      try {
        connection.readLine();
      } catch (ConnectionClosed e) {
        log.add(e);
      }
      connection.write("anybody?");
      log.add("never");
    });
    peer.reset();
    peer.clock().runCurrent();
    finishWork();
    assertThat(log).containsExactly("worked", peer.reason());
  }

  @Test
  void aLossWhileItWaitsForRoomEndsIt() {
    hold(connection -> {
      connection.readLine();
      connection.write(java.nio.ByteBuffer.allocate(60_000));
      connection.write(java.nio.ByteBuffer.allocate(60_000));
      log.add("never");
    });
    peer.stall();
    peer.deliver("go\n");
    peer.reset();
    assertThat(log).isEmpty();
    assertThat(reason()).isInstanceOf(ConnectionClosed.Lost.class);
  }

  @Test
  void theCloseOfItsOwnEndsReadsAndWrites() {
    hold(connection -> {
      connection.close();
      connection.close();
      try {
        connection.write("more");
      } catch (ConnectionClosed.Done e) {
        log.add("closed");
      }
      connection.readLine();
    });
    assertThat(log).containsExactly("closed");
    assertThat(reason()).isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void l1ALineThatIsTooLongIsTheReason() {
    hold(connection -> connection.readLine());
    peer.deliver("x".repeat(20_000));
    assertThat(reason())
        .isInstanceOf(ConnectionClosed.Violation.class)
        .hasMessageContaining("16384");
  }

  // ---- Deadlines ------------------------------------------------------------------------------

  @Test
  void aDeadlineBoundsEachReadAndMayBeCaught() {
    hold(connection -> {
      connection.deadline(ofSeconds(10));
      log.add(connection.readLine());
      try {
        connection.readLine();
      } catch (Connection.DeadlinePassed e) {
        log.add(e.what());
        log.add(e.getCause() instanceof TimeoutException);
        connection.writeLine("are you there?");
      }
      log.add(connection.readLine());
    });
    peer.clock().advance(ofSeconds(9));
    peer.deliver("one\n");
    peer.clock().advance(ofSeconds(9));
    assertThat(log).containsExactly("one");
    peer.clock().advance(ofSeconds(1));
    assertThat(peer.takeText()).isEqualTo("are you there?\r\n");
    peer.deliver("yes\n");
    assertThat(log).containsExactly("one", "a line", true, "yes");
  }

  @Test
  void aDeadlineThatIsNotCaughtIsTheReason() {
    hold(connection -> {
      connection.deadline(ofSeconds(10));
      connection.readLine();
    });
    peer.clock().advance(ofSeconds(11));
    assertThat(reason())
        .isInstanceOf(ConnectionClosed.TimedOut.class)
        .hasMessageContaining("waited for a line for 10000 ms");
  }

  @Test
  void aDeadlineBoundsWritesToo() {
    hold(connection -> {
      connection.deadline(ofSeconds(10));
      connection.readLine();
      connection.write(java.nio.ByteBuffer.allocate(100_000));
    });
    peer.stall();
    peer.deliver("go\n");
    peer.clock().advance(ofSeconds(11));
    peer.drain();
    assertThat(reason()).isInstanceOf(ConnectionClosed.TimedOut.class).hasMessageContaining("room");
  }

  @Test
  void noDeadlineLeavesNoTimer() {
    hold(connection -> {
      connection.deadline(ofSeconds(10));
      connection.readLine();
      connection.deadline(java.time.Duration.ZERO);
      connection.readLine();
    });
    peer.deliver("one\n");
    assertThat(peer.reactor().stats().delayedCalls()).isZero();
    peer.deliver("two\n");
  }

  // ---- Shutdown -------------------------------------------------------------------------------

  @Test
  void r6OneThatWaitsForThePeerEndsAtTheShutdown() {
    hold(connection -> connection.lines().forEach(log::add));
    peer.reactor().stop();
    peer.clock().runCurrent();
    assertThat(reason()).isInstanceOf(ConnectionClosed.ReactorStopped.class);
  }

  @Test
  void r6OneThatIsAtWorkFinishesIt() {
    hold(connection -> {
      for (var line : connection.lines()) {
        work.deferred().await();
        connection.writeLine("done " + line);
      }
    });
    peer.deliver("this\nthat\n");
    peer.reactor().stop();
    peer.clock().runCurrent();
    assertThat(peer.text()).isEmpty();
    finishWork();
    assertThat(peer.text()).isEqualTo("done this\r\n");
    assertThat(reason()).isInstanceOf(ConnectionClosed.ReactorStopped.class);
  }

  @Test
  void r6OneThatNeverEndsIsCancelledAtTheDeadline() {
    hold(connection -> {
      try {
        work.deferred().await();
      } finally {
        log.add("cancelled");
      }
    });
    peer.reactor().stop();
    assertThatThrownBy(() -> peer.clock().advance(ofSeconds(31)))
        .hasMessageContaining("ShutdownOverdue");
    assertThat(log).containsExactly("cancelled");
    assertThat(peer.reason()).isInstanceOf(ConnectionClosed.ReactorStopped.class);
  }
}
