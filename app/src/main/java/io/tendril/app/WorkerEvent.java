package io.tendril.app;

import io.tendril.core.ReactorEvent;

/** Something that happened to the workers of a {@link WorkerGroup}; in words, by its toString. */
public sealed interface WorkerEvent extends ReactorEvent {

  /** A worker's process runs. */
  record Started(int worker, long process) implements WorkerEvent {
    @Override
    public String toString() {
      return named(worker, process) + " starts";
    }
  }

  /** A worker has said that it serves. */
  record Serving(int worker, long process) implements WorkerEvent {
    @Override
    public String toString() {
      return named(worker, process) + " serves";
    }
  }

  /**
   * A worker's process has ended.
   *
   * @param how with which status, or by which signal
   * @param expected whether it was told to
   */
  record Ended(int worker, long process, String how, boolean expected) implements WorkerEvent {
    @Override
    public boolean isFailure() {
      return !expected;
    }

    @Override
    public String toString() {
      return named(worker, process) + (expected ? " has ended: " : " has died: ") + how;
    }
  }

  /** A worker could not be started. */
  record NotStarted(int worker, String why) implements WorkerEvent {
    @Override
    public boolean isFailure() {
      return true;
    }

    @Override
    public String toString() {
      return "worker " + worker + " could not be started: " + why;
    }
  }

  /**
   * A worker has not said in time what it should have, and is killed.
   *
   * @param what what it has failed in
   */
  record Killed(int worker, long process, String what) implements WorkerEvent {
    @Override
    public boolean isFailure() {
      return true;
    }

    @Override
    public String toString() {
      return named(worker, process) + " is killed: " + what;
    }
  }

  /** Each worker has been replaced by a new one. */
  record Restarted() implements WorkerEvent {
    @Override
    public String toString() {
      return "restarted: every worker has been replaced";
    }
  }

  /** Not every worker could be replaced by a new one; those that are there go on. */
  record NotRestarted(String why) implements WorkerEvent {
    @Override
    public boolean isFailure() {
      return true;
    }

    @Override
    public String toString() {
      return "not restarted, what was there goes on: " + why;
    }
  }

  /** Too many have died: no more are started, and those that are left are told to end. */
  record GaveUp(String why) implements WorkerEvent {
    @Override
    public boolean isFailure() {
      return true;
    }

    @Override
    public String toString() {
      return "gave up: " + why;
    }
  }

  private static String named(int worker, long process) {
    return "worker " + worker + (process > 0 ? " (process " + process + ")" : "");
  }
}
