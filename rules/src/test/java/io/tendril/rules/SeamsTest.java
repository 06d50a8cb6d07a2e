package io.tendril.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// Holds the seams: only the places named here touch the world outside. Everything else is handed
/// what it needs, so that it can be tested in virtual time on a network that does not exist.
class SeamsTest {
  /// What must not be used, as regular expressions on `owner.name(descriptor)`, or without the
  /// parentheses for a field; a constructor is called `new`, and a dot may stand for itself. A
  /// method reference counts as a use.
  private enum Seam {
    SOCKETS(
        "java.nio.channels.((?!(Asynchronous)?File)\\w+Channel|Selector|Pipe).(open\\w*|provider)\\(.*",
        "java.nio.channels.spi.\\w+.(provider|open\\w+)\\(.*",
        "java.net.(Socket|ServerSocket|DatagramSocket|MulticastSocket).new\\(.*",
        "javax.net.(ssl.)?\\w+Factory.create(Server)?Socket\\(.*",
        "java.net.URL.(openConnection|openStream|getContent)\\(.*",
        "java.net.http.*"),
    THREADS(
        "java.lang.Thread.(new|start\\w*|ofVirtual|ofPlatform|sleep|onSpinWait)\\(.*",
        "java.lang.Thread.Builder.*",
        "java.util.concurrent.(Executors|ForkJoinPool|ThreadPoolExecutor|StructuredTaskScope).*",
        "java.util.concurrent.ScheduledThreadPoolExecutor.new\\(.*",
        "java.util.concurrent.CompletableFuture.(\\w+Async|orTimeout|completeOnTimeout|delayedExecutor)\\(.*",
        "java.util.(Timer|TimerTask).*",
        "java.util.\\w+.parallelStream\\(.*",
        "java.util.stream.\\w+.parallel\\(.*",
        "jdk.internal.vm.Continuation.new\\(.*"),
    TIME(
        "java.lang.System.(nanoTime|currentTimeMillis)\\(.*",
        "java.time.\\w+.now\\(.*",
        "java.time.InstantSource.system\\(.*",
        "java.time.Clock.(system|tick)\\w*\\(.*",
        "java.util.(Date|GregorianCalendar).new\\(\\).*",
        "java.util.Calendar.getInstance\\(.*"),
    RANDOMNESS(
        "java.lang.(Math|StrictMath).random\\(.*",
        "java.util.(Random|SplittableRandom).new\\(\\).*",
        "java.util.concurrent.ThreadLocalRandom.*",
        "java.security.SecureRandom.*",
        "java.util.UUID.randomUUID\\(.*",
        "java.util.random.RandomGenerator(Factory)?.(getDefault|of|create|all)\\(.*",
        "java.util.Collections.shuffle\\(Ljava/util/List;\\).*",
        "java.util.stream.\\w+.generate\\(.*Random.*"),
    FILES(
        "java.nio.file.Files.*",
        "java.nio.file.FileSystems.*",
        "java.nio.file.Path.(toRealPath|toAbsolutePath|register)\\(.*",
        "java.nio.channels.(Asynchronous)?FileChannel.open\\(.*",
        "java.io.File(InputStream|OutputStream|Reader|Writer)?.(?!separator|pathSeparator).*",
        "java.io.RandomAccessFile.new\\(.*",
        "java.util.(zip.ZipFile|jar.JarFile).new\\(.*"),
    ENVIRONMENT(
        "java.lang.System.(getenv|getProperty|getProperties|setProperty|exit|in|out|err|console)\\b.*",
        "java.lang.(Integer.getInteger|Long.getLong|Boolean.getBoolean)\\(.*",
        "java.lang.Runtime.(exec|exit|halt|addShutdownHook)\\(.*",
        "java.lang.ProcessBuilder.start\\w*\\(.*",
        "java.lang.IO.*",
        "java.util.Locale.getDefault\\(.*",
        "java.util.TimeZone.getDefault\\(.*",
        "java.time.ZoneId.systemDefault\\(.*",
        "java.nio.charset.Charset.defaultCharset\\(.*",
        "java.net.NetworkInterface.(get|networkInterfaces)\\w*\\(.*",
        "sun.misc.Signal.*"),
    NATIVE(
        "java.lang.foreign.Linker.nativeLinker\\(.*",
        "java.lang.foreign.SymbolLookup.(libraryLookup|loaderLookup)\\(.*",
        "java.lang.(System|Runtime).load(Library)?\\(.*"),
    NAMES(
        "java.net.InetAddress.(getByName|getAllByName|getLocalHost|getHostName|getCanonicalHostName|isReachable)\\(.*",
        "java.net.Inet[46]Address.(getByName|getAllByName|getHostName|getCanonicalHostName)\\(.*",
        "java.net.InetSocketAddress.new\\(Ljava/lang/String;I\\).*",
        "java.net.InetSocketAddress.getHostName\\(.*",
        "javax.naming.*");

    private final List<Pattern> uses;

    Seam(String... uses) {
      this.uses = Stream.of(uses).map(Pattern::compile).toList();
    }

    boolean forbids(String use) {
      return uses.stream().anyMatch(pattern -> pattern.matcher(use).matches());
    }
  }

  /// A class or, with a dot at its end, a package with all below it, and what it may touch.
  private record Place(String name, String reason, Seam... seams) {
    boolean holds(String type) {
      return name.endsWith(".")
          ? type.startsWith(name)
          : type.equals(name) || type.startsWith(name + "$");
    }
  }

  private static final List<Place> PLACES =
      List.of(
          new Place(
              "io.tendril.core.internal.nio.",
              "the nio engine waits with selectors, and opens sockets",
              Seam.SOCKETS),
          new Place(
              "io.tendril.core.internal.linux.",
              "the linux engine calls the C library, and asks whether it can",
              Seam.NATIVE,
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.core.internal.uring.Availability",
              "reads whether the kernel allows io_uring at all",
              Seam.FILES),
          new Place(
              "io.tendril.core.internal.linux.OpenNumbers",
              "lists the descriptors that a child must not have, for old C libraries",
              Seam.FILES),
          new Place(
              "io.tendril.core.internal.linux.FoundProcess",
              "reads in the kernel's file about a process which signals it catches",
              Seam.FILES),
          new Place(
              "io.tendril.core.internal.linux.KernelFile",
              "opens a file that is open once more, for the kernel to send of",
              Seam.FILES),
          new Place(
              "io.tendril.core.internal.linux.Unwaiting",
              "sets a shared terminal back when the process ends",
              Seam.THREADS,
              Seam.ENVIRONMENT),
          new Place("io.tendril.core.internal.SystemTime", "reads the clock", Seam.TIME),
          new Place(
              "io.tendril.core.internal.systemd.Environment",
              "what a manager of services has put into the environment",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.core.internal.loop.ParentWatch",
              "a thread reads the pipe of a worker's parent, and ends a worker that outlives it",
              Seam.THREADS,
              Seam.FILES,
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.app.Room",
              "the directory where workers say how they are, in the blocking pool",
              Seam.FILES),
          new Place(
              "io.tendril.app.OwnProgram",
              "how this program was started, and whether as a worker",
              Seam.FILES,
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.app.PidFile",
              "the file that names the process, in the blocking pool",
              Seam.FILES),
          new Place(
              "io.tendril.app.RestartSignal",
              "which signal the virtual machine uses itself",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.core.internal.net.Interfaces",
              "finds the interfaces that groups are joined on",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.core.internal.loop.LoopReactor", "a reactor is a thread", Seam.THREADS),
          new Place(
              "io.tendril.core.internal.loop.Lookout",
              "a thread waits in the engine while the reactor's own is with somebody else's loop",
              Seam.THREADS),
          new Place(
              "io.tendril.core.internal.loop.VirtualLoop",
              "a reactor's loop moves to a virtual thread when its coroutines run on such",
              Seam.THREADS),
          new Place(
              "io.tendril.core.internal.coroutine.",
              "coroutines are continuations, or virtual threads",
              Seam.THREADS),
          new Place(
              "io.tendril.core.internal.loop.Watchdog",
              "watches reactors from outside their threads, in real time; reads the time zones"
                  + " early",
              Seam.THREADS,
              Seam.TIME,
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.core.internal.loop.BlockingPool",
              "the pool for calls that block",
              Seam.THREADS),
          new Place(
              "io.tendril.core.internal.loop.PoolResolver",
              "the default resolver asks the system",
              Seam.NAMES),
          new Place(
              "io.tendril.core.internal.loop.Reactors",
              "seeds the random numbers of a reactor that is given none",
              Seam.RANDOMNESS),
          new Place("io.tendril.core.internal.loop.Signals", "hears signals", Seam.ENVIRONMENT),
          new Place(
              "io.tendril.core.internal.loop.Programs",
              "Reactor.run prints its one line and ends the process",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.core.internal.unix.SocketFile",
              "a UNIX socket is a file: its mode, whether it was left behind, its end",
              Seam.FILES),
          new Place(
              "io.tendril.core.internal.tls.IdentityFiles",
              "reads certificates and keys, in the blocking pool",
              Seam.FILES),
          new Place(
              "io.tendril.tls.boringssl.NativeLibrary",
              "the library is loaded from a file, once, by the names of system and processor",
              Seam.FILES,
              Seam.NATIVE,
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.http.server.LocalFiles",
              "what the file server and the access log need of files, in the blocking pool",
              Seam.FILES),
          new Place(
              "io.tendril.testing.conformance.FileCases",
              "files are sent over connections of every engine",
              Seam.FILES),
          new Place(
              "io.tendril.testing.NothingLeftOpen",
              "has the JDK open what it keeps, before it looks at what is open",
              Seam.SOCKETS,
              Seam.THREADS,
              Seam.FILES,
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.testing.OpenDescriptors",
              "looks at what this process has open, and waits a moment for what closes",
              Seam.FILES,
              Seam.TIME),
          new Place(
              "io.tendril.testing.Program",
              "real programs are started, and what they print is read and waited for",
              Seam.FILES,
              Seam.TIME,
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.testing.ScriptedPeer",
              "a peer on a socket of its own, apart from what is tested",
              Seam.SOCKETS,
              Seam.THREADS),
          new Place(
              "io.tendril.testing.VirtualBlocking",
              "blocking calls do not run in a reactor's thread, in virtual time either",
              Seam.THREADS),
          new Place("io.tendril.testing.RandomOrder", "draws an order for this process", Seam.TIME),
          new Place(
              "io.tendril.testing.conformance.",
              "cases about threads need threads other than the reactor's",
              Seam.THREADS),
          new Place(
              "io.tendril.examples.devices.Calls",
              "devices of the kernel's, by calls of the example's own",
              Seam.NATIVE),
          new Place(
              "io.tendril.examples.devices.DirectoryWatch",
              "a program that prints what happens",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.devices.KernelTimer",
              "a program that prints how time passes",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.Lookup", "a program that prints the answer", Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.ledger.LedgerFile",
              "keeps lines in a file of the file system that it is given, in a pool",
              Seam.FILES),
          new Place(
              "io.tendril.examples.ManyHands",
              "a program that prints what becomes of its workers",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.DirectLookup",
              "a program that prints the answer",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.Calculator",
              "a program that prints the answers",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.ShellSession",
              "a program that prints what is on a screen",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.Mirrors",
              "a program that prints what it decides",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.Neighbours",
              "a program that prints whom it has heard",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.examples.Accounts",
              "a program that prints what everybody has",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.cli.CertificateFiles",
              "writes the certificates that tendril cert makes, in the blocking pool",
              Seam.FILES),
          new Place(
              "io.tendril.cli.ForwardingOptions",
              "asks whether counters are shown on a terminal",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.cli.Main",
              "the entry point prints to the console and ends the process",
              Seam.ENVIRONMENT),
          new Place(
              "io.tendril.cli.Rehearsal", "the launcher's entry point, as Main", Seam.ENVIRONMENT));

  private record Use(String type, Seam seam, String use) {
    @Override
    public String toString() {
      return type + " touches " + seam.name().toLowerCase(Locale.ROOT) + ": " + use;
    }
  }

  private static final List<ClassModel> CLASSES =
      House.ruled().stream().flatMap(module -> module.models().stream()).toList();

  private final List<Use> uses = CLASSES.stream().flatMap(SeamsTest::uses).toList();

  @Test
  void onlyTheNamedPlacesTouchTheWorldOutside() {
    assertThat(uses)
        .as("take it from the reactor (clock, random, resolver, blocking), or name the place")
        .filteredOn(use -> PLACES.stream().noneMatch(place -> allows(place, use)))
        .isEmpty();
  }

  /// A grant that nothing uses hides the next use; a place that is still to be written may wait.
  @Test
  void noPlaceMayTouchWhatItDoesNot() {
    var idle = new ArrayList<String>();
    for (var place : PLACES) {
      if (CLASSES.stream().noneMatch(type -> place.holds(name(type)))) {
        continue;
      }
      for (var seam : place.seams()) {
        if (uses.stream().noneMatch(use -> use.seam() == seam && place.holds(use.type()))) {
          idle.add(place.name() + " " + seam);
        }
      }
    }
    assertThat(idle).isEmpty();
  }

  @Test
  void knowsAUseWhenItSeesOne() {
    assertThat(uses(parse(Offender.class))).extracting(Use::seam).contains(Seam.values());
    assertThat(uses(parse(Innocent.class))).isEmpty();
  }

  private static boolean allows(Place place, Use use) {
    return place.holds(use.type()) && List.of(place.seams()).contains(use.seam());
  }

  private static Stream<Use> uses(ClassModel type) {
    return StreamSupport.stream(type.constantPool().spliterator(), false)
        .flatMap(entry -> used(entry).stream())
        .flatMap(use ->
            Stream.of(Seam.values())
                .filter(seam -> seam.forbids(use))
                .map(seam -> new Use(name(type), seam, use)));
  }

  private static String name(ClassModel type) {
    return type.thisClass().asInternalName().replace('/', '.');
  }

  private static Optional<String> used(PoolEntry entry) {
    if (!(entry instanceof MemberRefEntry member)) {
      return Optional.empty();
    }
    var owner = member.owner().asInternalName().replace('/', '.').replace('$', '.');
    var name = member.name().stringValue();
    return Optional.of(
        owner + "." + (name.equals("<init>") ? "new" : name) + member.type().stringValue());
  }

  private static ClassModel parse(Class<?> type) {
    try (var in = type.getResourceAsStream(type.getName().replaceFirst(".*\\.", "") + ".class")) {
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Touches everything, once by a method reference.
  @SuppressWarnings("unused")
  private static final class Offender {
    Object touch() throws Exception {
      return List.of(
          java.nio.channels.SocketChannel.open(),
          (Runnable) Thread.currentThread()::start,
          (java.util.function.Supplier<?>) java.time.Instant::now,
          new java.util.Random(),
          java.nio.file.Files.exists(java.nio.file.Path.of("x")),
          System.getenv("x"),
          java.lang.foreign.Linker.nativeLinker(),
          new java.net.InetSocketAddress("localhost", 1));
    }
  }

  /// Touches nothing, though it comes near.
  @SuppressWarnings("unused")
  private static final class Innocent {
    Object touch() throws Exception {
      return List.of(
          java.time.Instant.EPOCH,
          new java.util.Random(1),
          java.nio.file.Path.of("x").normalize(),
          Thread.currentThread().getName(),
          java.net.InetSocketAddress.createUnresolved("localhost", 1),
          java.net.InetAddress.getByAddress(new byte[4]),
          new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 1));
    }
  }
}
