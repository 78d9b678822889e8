# Sourced by ./meridian and ./check: sets JAVA_HOME to a JDK 25, or says what to install and exits 1.
# A JDK tells its version in its `release` file, so no java process is started to look.

is_jdk25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case "$line" in JAVA_VERSION=\"25[\".+-]*) return 0 ;; esac
  done < "$1/release"
  return 1
}

# The JDK that holds the java on PATH, whatever chain of links leads there.
home_of_java_on_path() {
  java_path=$(command -v java 2>/dev/null) || return 1
  while [ -L "$java_path" ]; do
    java_target=$(readlink "$java_path")
    case "$java_target" in
      /*) java_path=$java_target ;;
      *) java_path=${java_path%/*}/$java_target ;;
    esac
  done
  java_path=${java_path%/bin/java}
  [ -n "$java_path" ] && printf '%s\n' "$java_path"
}

find_jdk25() {
  HOME=${HOME:-/nonexistent}
  for candidate in "${JAVA_HOME:-}" "$(home_of_java_on_path)" \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/lib/jvm/* /usr/local/java/* /opt/* /opt/java/* /opt/jvm/* \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* "${ASDF_DATA_DIR:-$HOME/.asdf}"/installs/java/* \
    "${MISE_DATA_DIR:-$HOME/.local/share/mise}"/installs/java/* "$HOME"/.jenv/versions/* "$HOME"/.jbang/cache/jdks/* "$HOME"/.gradle/jdks/* "$HOME"/.gradle/jdks/*/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec /nix/var/nix/profiles/default/lib/openjdk; do
    if [ -n "$candidate" ] && is_jdk25 "$candidate"; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}

require_jdk25() {
  find_jdk25 && return 0
  cat >&2 <<'TEXT'
error[MRD-3000]: no JDK 25 found (a JDK with javac, not only a Java runtime)
   = looked at: JAVA_HOME, java on PATH, /usr/lib/jvm, /opt, SDKMAN, asdf, mise, jenv, JBang, ~/.jdks, ~/.gradle, /Library/Java, Homebrew
   = install one, with what your machine has:
       Debian, Ubuntu   sudo apt install openjdk-25-jdk     (older releases: Temurin 25 from https://adoptium.net)
       macOS, Homebrew  brew install openjdk@25
       SDKMAN           sdk install java 25-tem
   = or, if it stands elsewhere: JAVA_HOME=/path/to/jdk-25 ./meridian
TEXT
  exit 1
}
