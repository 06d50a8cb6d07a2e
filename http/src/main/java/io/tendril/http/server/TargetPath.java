package io.tendril.http.server;

import io.tendril.http.HttpFailure;
import io.tendril.http.PercentEncoding;
import java.util.ArrayList;
import java.util.List;

/**
 * The path of a request target as names of files: each segment decoded on its own, after the path
 * was cut at its slashes, so that nothing encoded can move a border.
 *
 * @param segments the names, none of them empty or able to mean another directory
 * @param directory whether the path ends with a slash
 */
record TargetPath(List<String> segments, boolean directory) {

  /**
   * Reads the path of a target.
   *
   * @throws HttpFailure 400 if it is no path, 404 if it is one that is never served
   */
  static TargetPath of(String path) {
    if (!path.startsWith("/")) {
      throw new HttpFailure(400, "no path");
    }
    if (path.length() == 1) {
      return new TargetPath(List.of(), true);
    }
    boolean directory = path.endsWith("/");
    var segments = new ArrayList<String>();
    for (String raw : path.substring(1, path.length() - (directory ? 1 : 0)).split("/", -1)) {
      segments.add(checked(PercentEncoding.decode(raw)));
    }
    return new TargetPath(segments, directory);
  }

  private static String checked(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        throw new HttpFailure(400, "a control character in the path");
      }
    }
    if (!isName(name)) {
      throw new HttpFailure(404, "a name that is never served");
    }
    return name;
  }

  /**
   * Whether a file can have this name and be served: not if it means another directory, nor where
   * some system would cut the name in two.
   */
  static boolean isName(String name) {
    return !name.isEmpty()
        && !PathPattern.isDots(name)
        && name.indexOf('/') < 0
        && name.indexOf('\\') < 0
        && name.chars().noneMatch(Character::isISOControl);
  }

  /** Whether a file of this name is hidden. */
  static boolean isHidden(String name) {
    return name.startsWith(".");
  }
}
