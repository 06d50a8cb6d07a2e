# Finds a JDK 25 or later. Sourced by ./tendril and ./format, both POSIX sh.
#
# find_jdk sets jdk to the JDK's directory and jdk_version to its full version, or says on standard
# error where it looked and returns 1. It starts no Java: a JDK tells its version in its file
# "release". TENDRIL_JDKS, a list of directories separated by colons, replaces the usual places.

jdk_oldest=25

find_jdk() {
  jdk_seen=
  if [ -n "${JAVA_HOME-}" ]; then
    try_jdk "$JAVA_HOME" "JAVA_HOME" && return 0
  else
    jdk_seen="
  JAVA_HOME: not set"
  fi
  if jdk_java=$(command -v java 2>/dev/null) && [ -n "$jdk_java" ]; then
    jdk_java=$(real_path "$jdk_java")
    try_jdk "${jdk_java%/bin/java}" "java on the PATH" && return 0
  else
    jdk_seen="$jdk_seen
  java on the PATH: none"
  fi
  if [ -n "${TENDRIL_JDKS+set}" ]; then
    jdk_places=$TENDRIL_JDKS
    jdk_ifs=$IFS
    IFS=:
    set -f
    for jdk_place in $jdk_places; do
      IFS=$jdk_ifs
      set +f
      try_jdk "$jdk_place" "TENDRIL_JDKS" && return 0
    done
    IFS=$jdk_ifs
    set +f
  else
    for jdk_place in /usr/lib/jvm/* /opt/* /opt/java/* /usr/local/lib/jvm/* /usr/java/* \
      "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.m2/jdks/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home \
      "${HOME:-/}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
      /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
      if [ -x "$jdk_place/bin/javac" ]; then
        try_jdk "$jdk_place" "found" && return 0
      fi
    done
    jdk_seen="$jdk_seen
  and in /usr/lib/jvm, /opt, /usr/local/lib/jvm, /usr/java, ~/.sdkman, ~/.jdks, /Library/Java"
  fi
  printf '%s\n' "tendril: needs a JDK $jdk_oldest or later and found none. Looked at:$jdk_seen" \
    "Install one, or set JAVA_HOME to where it is." >&2
  return 1
}

# try_jdk DIRECTORY HOW: takes the directory if it holds a JDK that is new enough.
try_jdk() {
  if [ ! -x "$1/bin/java" ]; then
    jdk_seen="$jdk_seen
  $2: $1 (no JDK)"
    return 1
  fi
  jdk_version=
  jdk_vendor=
  if [ -r "$1/release" ]; then
    while IFS='=' read -r jdk_key jdk_value || [ -n "$jdk_key" ]; do
      jdk_value=${jdk_value#\"}
      jdk_value=${jdk_value%\"}
      case $jdk_key in
        JAVA_RUNTIME_VERSION) jdk_version=$jdk_value ;;
        JAVA_VERSION) : "${jdk_version:=$jdk_value}" ;;
        IMPLEMENTOR) jdk_vendor=$jdk_value ;;
      esac
    done <"$1/release"
  fi
  if [ -z "$jdk_version" ]; then
    jdk_version=$("$1/bin/java" -XshowSettings:properties -version 2>&1 |
      sed -n 's/^ *java\.runtime\.version = //p')
  fi
  jdk_feature=${jdk_version%%[!0-9]*}
  if [ "${jdk_feature:-0}" -lt "$jdk_oldest" ]; then
    jdk_seen="$jdk_seen
  $2: $1 (Java ${jdk_version:-of an unknown version})"
    return 1
  fi
  if [ ! -x "$1/bin/javac" ]; then
    jdk_seen="$jdk_seen
  $2: $1 (Java $jdk_version, but without javac: not a JDK)"
    return 1
  fi
  jdk=$1
  return 0
}

# real_path FILE: the file that a chain of symbolic links leads to.
real_path() {
  jdk_link=$1
  while [ -h "$jdk_link" ]; do
    jdk_target=$(readlink "$jdk_link")
    case $jdk_target in
      /*) jdk_link=$jdk_target ;;
      *) jdk_link=${jdk_link%/*}/$jdk_target ;;
    esac
  done
  jdk_link_dir=$(CDPATH='' cd -P -- "$(dirname -- "$jdk_link")" && pwd -P) &&
    printf '%s/%s\n' "${jdk_link_dir%/}" "${jdk_link##*/}"
}
