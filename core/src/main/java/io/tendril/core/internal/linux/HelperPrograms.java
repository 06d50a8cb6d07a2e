package io.tendril.core.internal.linux;

import io.tendril.core.process.Command;
import io.tendril.core.process.SpawnFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Programs that run another one with other rights or limits: those of util-linux. */
final class HelperPrograms {
  private HelperPrograms() {}

  /**
   * Puts in front of a program what is to run it.
   *
   * @param program its path
   * @param words its name and arguments, which become those of the helper
   * @return the path of the first helper; null if none is needed
   */
  static @Nullable String wrap(
      Command command, String program, List<String> words, ProgramSearch programs) {
    String user = command.user();
    if (user == null && command.limits().isEmpty()) {
      return null;
    }
    words.set(0, program);
    String first = program;
    if (user != null) {
      first = find("setpriv", command, programs);
      words.addAll(
          0,
          List.of(first, "--reuid=" + user, "--regid=" + command.group(), "--init-groups", "--"));
    }
    if (!command.limits().isEmpty()) {
      first = find("prlimit", command, programs); // first, with the rights to raise them
      List<String> options = new ArrayList<>(List.of(first));
      command
          .limits()
          .forEach((limit, most) ->
              options.add("--" + limit.name().toLowerCase(Locale.ROOT) + "=" + most + ":" + most));
      options.add("--");
      words.addAll(0, options);
    }
    return first;
  }

  private static String find(String helper, Command command, ProgramSearch programs) {
    List<String> found = programs.find(helper);
    if (found.isEmpty()) {
      throw new SpawnFailed(
          command.program(),
          helper,
          SpawnFailed.Reason.NO_HELPER,
          0,
          "it is needed to change user, group or limits, and not installed (util-linux)",
          null);
    }
    return found.getFirst();
  }
}
