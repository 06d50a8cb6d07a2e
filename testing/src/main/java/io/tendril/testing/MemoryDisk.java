package io.tendril.testing;

import io.tendril.testing.files.Conditions;
import io.tendril.testing.files.Volume;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a {@link MemoryHost}. A program that is handed a {@link Path}, and uses no other,
 * keeps its files here: {@link java.nio.file.Files} and {@link java.nio.channels.FileChannel} work
 * on it as they do on the disk of a computer.
 *
 * <pre>{@code
 * var server = net.host("server").crashes();
 * server.run(reactor -> new Store(reactor, server.disk().root().resolve("store")).start());
 * }</pre>
 *
 * <p>When a program is killed all that it has written is still there: the kernel has it. A loss of
 * power ({@link MemoryHost#powerOff}, {@link MemoryHost#crashes}) takes what was not forced, as the
 * seed will have it: all of it, or sectors of 512 bytes here and there; a file that has become
 * longer may have zeros instead of what was written. Entries of directories (files made, renamed,
 * deleted) are lost from the last one backwards, unless the directory itself has been forced:
 * {@code FileChannel.open(directory).force(true)}. A blocking call that is under way when its
 * program dies may have done any part of what it does with files.
 *
 * <p>There are no links, no owners and permissions, no mapped memory and no watching: these throw
 * {@link UnsupportedOperationException}. How long it takes to read and write is not known to it;
 * {@link MemoryHost#blockingTakes} says it for all that blocks.
 */
public final class MemoryDisk {
  private static final double LOSS = 0.75;
  private static final int MOST_STEPS = 8;

  private final MemoryHost host;
  private final MemoryNetwork network;
  private final SplittableRandom random;
  private final Volume volume;
  private double readErrors;
  private double writeErrors;
  private double forceErrors;

  /** How many operations the program still gets done; negative for any number. */
  private int steps = -1;

  MemoryDisk(MemoryHost host) {
    this.host = host;
    this.network = host.network();
    this.random = network.random("disk of " + host.name());
    this.volume = new Volume(host.name(), new World(), random.nextInt());
  }

  /** Its root directory, which is empty at first. Paths that are not absolute begin there, too. */
  public Path root() {
    return volume.root();
  }

  // ---- What goes wrong ------------------------------------------------------------------------

  /**
   * Lets reading fail, with an {@link IOException}: "Input/output error".
   *
   * @param probability of each operation, from 0 to 1
   */
  public MemoryDisk readErrors(double probability) {
    readErrors = checked(probability);
    return this;
  }

  /**
   * Lets writing fail, as if somebody else had filled the disk: "No space left on device". Nothing
   * of the operation is done. Files can then be neither made nor renamed or deleted.
   *
   * @param probability of each operation, from 0 to 1
   */
  public MemoryDisk writeErrors(double probability) {
    writeErrors = checked(probability);
    return this;
  }

  /**
   * Lets forcing fail: "Input/output error". What was to be forced will never be on the disk, as
   * with Linux, though it can still be read, and forcing again succeeds.
   *
   * @param probability of each operation, from 0 to 1
   */
  public MemoryDisk forceErrors(double probability) {
    forceErrors = checked(probability);
    return this;
  }

  private static double checked(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability of " + probability);
    }
    return probability;
  }

  /**
   * Sets how much fits on it: 256 MiB unless this is called. A write that does not fit whole is
   * short, and the next one fails.
   *
   * @param bytes of all files together, from 0 to 1 GiB
   */
  public MemoryDisk capacity(long bytes) {
    volume.capacity(bytes);
    return this;
  }

  /** Ends errors that come by chance; a disk that is full stays so. */
  public void heal() {
    readErrors = 0;
    writeErrors = 0;
    forceErrors = 0;
  }

  // ---- The test's own hand --------------------------------------------------------------------

  /** Forces all that has been written so far: what a test has put there before it begins. */
  public void sync() {
    volume.sync();
  }

  /** Puts an empty disk in its place. Channels that are open are closed. */
  public void erase() {
    network.faults().count(Fault.DISK_LOST, host);
    volume.erase();
  }

  // ---- For its host ---------------------------------------------------------------------------

  /** The files that are open. */
  List<String> open() {
    return volume.open();
  }

  /** The programs of its host have ended; perhaps because there is no power. */
  void programsEnded(boolean power) {
    if (power) {
      volume.closeAll();
    } else {
      volume.losePower();
    }
  }

  /** Runs a call of a program that dies meanwhile, as far as it gets. */
  void runWhileDying(Runnable call) {
    steps = random.nextInt(1 + random.nextInt(MOST_STEPS)); // most calls do but a few
    try {
      if (steps > 0) {
        call.run();
      }
    } finally {
      steps = -1;
    }
  }

  /** What its host does to it. */
  private final class World implements Conditions {
    @Override
    public FileTime now() {
      return FileTime.from(host.clock().now());
    }

    @Override
    public long nanoTime() {
      return network.now();
    }

    @Override
    public void before(Operation operation, Path path) throws IOException {
      if (steps == 0) {
        throw new ProgramKilled(host.name());
      }
      if (steps > 0) {
        steps--;
      }
      switch (operation) {
        case READ -> fail(Fault.READ_ERROR, readErrors, path, "Input/output error");
        case WRITE -> fail(Fault.WRITE_ERROR, writeErrors, path, "No space left on device");
        case FORCE -> fail(Fault.FORCE_ERROR, forceErrors, path, "Input/output error");
      }
      if (operation != Operation.READ) {
        network.timeline().file(host.end(0), operation, path);
      }
    }

    private void fail(Fault fault, double probability, Path path, String why) throws IOException {
      if (probability > 0 && strikes(fault, probability, path) != null) {
        throw new FileSystemException(path.toString(), null, why);
      }
    }

    private @Nullable Draw strikes(Fault fault, double probability, Path path) {
      Draw draw = Draw.from(random);
      return draw.brings(fault, probability)
              && network.faults().strikes(fault, draw, host + ":" + path)
          ? draw
          : null;
    }

    @Override
    public void opening(Path path) throws IOException {
      if (steps == 0) {
        throw new ProgramKilled(host.name());
      }
      if (!host.hasDescriptors()) {
        throw new FileSystemException(path.toString(), null, "Too many open files");
      }
      host.descriptorTaken();
    }

    @Override
    public void closed() {
      host.descriptorReturned();
    }

    @Override
    public @Nullable RandomGenerator losing(Path path) {
      Draw draw = strikes(Fault.UNFORCED_LOSS, LOSS, path);
      return draw == null ? null : new SplittableRandom(draw.number());
    }
  }
}
