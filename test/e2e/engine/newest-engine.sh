#!/usr/bin/env bash
# The newest Docker Engine that Debian has, without a change of the system.
#
#   newest-engine.sh [FOLDER]      prints a folder with `bin` for PATH and `config` for DOCKER_CONFIG
#
# Packages are downloaded with lists and settings of their own, checked with the distribution's
# keyring, and unpacked. Each program is the newest one that runs on this machine's libraries. The
# default folder is in ${XDG_CACHE_HOME:-~/.cache}/docker-constructs; delete it for newer packages.
set -Eeuo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=test/e2e/engine/debian.sh
source "$here/debian.sh"

folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/docker-constructs/newest-engine}
keyring=${DEBIAN_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}

# Newest first.
suites=(testing stable oldstable)
# Program and package. The rest of a package comes along with the program.
programs=(
	dockerd docker.io
	docker docker-cli
	docker-buildx docker-buildx
	containerd containerd
	runc runc
	tini-static tini-static
)

say() { printf 'newest engine: %s\n' "$*" >&2; }
die() {
	say "$*"
	exit 1
}

# own_apt SUITE WORD...: apt-get that knows this suite alone, and of no installed package.
own_apt() {
	local root=$work/$1
	shift
	apt-get -qq -o Dir::Etc::sourcelist="$root/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$root/state" \
		-o Dir::State::status="$root/status" -o Dir::Cache="$root/cache" -o APT::Sandbox::User=root "$@" >&2
}

open_suite() {
	local root=$work/$1
	[[ ! -d $root ]] || return 0
	mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial" "$root/packages"
	: >"$root/status"
	printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$1" >"$root/sources.list"
	own_apt "$1" update
}

# unpacked SUITE PACKAGE: prints the folder of the unpacked package.
unpacked() {
	local tree=$work/$1/$2
	open_suite "$1"
	(cd "$work/$1/packages" && own_apt "$1" download "$2") || return 1
	dpkg-deb --extract "$work/$1/packages/$2"_*.deb "$tree"
	printf '%s\n' "$tree"
}

# Plugins of the docker command know a word for it, all else an option.
version_of() { "$1" --version 2>/dev/null || "$1" version 2>/dev/null; }

# find_program TREE NAME: its path, when it runs here.
find_program() {
	local path
	for path in "$1"/usr/{bin,sbin,libexec/docker/cli-plugins}/"$2"; do
		if [[ -x $path ]] && version_of "$path" >/dev/null; then
			printf '%s\n' "$path"
			return
		fi
	done
	return 1
}

# take PROGRAM PACKAGE: puts the package's programs into the folder, from the newest suite where PROGRAM runs.
take() {
	local suite tree path
	for suite in "${suites[@]}"; do
		tree=$(unpacked "$suite" "$2") || continue
		path=$(find_program "$tree" "$1") || continue
		find "$(dirname "$(realpath "$path")")" -maxdepth 1 -type f -exec cp -t "$made/bin" {} +
		if [[ $1 == dockerd ]]; then find "$tree/usr" -type f -name docker-proxy -exec cp {} "$made/bin/" \;; fi
		say "$1 of $suite: $(version_of "$path" | sed -n 1p)"
		return
	done
	die "no $1 of ${suites[*]} runs here"
}

if [[ -e $folder/bin/dockerd ]]; then
	printf '%s\n' "$folder"
	exit
fi
[[ -r $keyring ]] || die "there is no keyring $keyring: install debian-archive-keyring, or set DEBIAN_KEYRING"
mirror=$(debian_mirror) || die "no Debian mirror in apt's sources: set STANDIN_MIRROR"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
made=$work/made
mkdir -p "$made/bin" "$made/config/cli-plugins"
for ((at = 0; at < ${#programs[@]}; at += 2)); do take "${programs[at]}" "${programs[at + 1]}"; done
ln -sf tini-static "$made/bin/docker-init"
mv "$made/bin/docker-buildx" "$made/config/cli-plugins/"
mkdir -p "$(dirname "$folder")"
rm -rf "$folder"
mv "$made" "$folder"
printf '%s\n' "$folder"
