#!/usr/bin/env bash
# Builds the stand-in images that one Docker Engine does not have yet.
#
#   build.sh DOCKER_HOST [--with-postgres-17] [--with-clock]
#
# Prints a JSON map, image repository -> stand-in, on stdout; all else goes to stderr.
# Needs: docker, and for the first run debootstrap (root). The Debian mirror is the one that
# apt on this machine uses; STANDIN_MIRROR overrides it.
set -Eeuo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=test/e2e/engine/debian.sh
source "$here/../engine/debian.sh"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/docker-constructs
work=$(mktemp -d)
trap 'wait; rm -rf "$work"' EXIT

say() { printf 'stand-in images: %s\n' "$*" >&2; }
die() {
	say "$*"
	exit 1
}

usage() { die 'usage: build.sh DOCKER_HOST [--with-postgres-17] [--with-clock]'; }

[[ $# -ge 1 && $1 != -* ]] || usage
export DOCKER_HOST=$1
shift
with_17=
with_clock=
for word in "$@"; do
	case $word in
		--with-postgres-17) with_17=yes ;;
		--with-clock) with_clock=yes ;;
		*) usage ;;
	esac
done
docker version >/dev/null 2>&1 || die "no Docker Engine answers at $DOCKER_HOST"

# BuildKit on both image stores. The classic builder, for a docker command without buildx, knows one of them.
if docker buildx version >/dev/null 2>&1; then
	builder=(docker buildx build --builder default --load --provenance=false)
else
	[[ $(docker info --format '{{.DriverStatus}}') != *containerd.snapshotter* ]] ||
		die 'this engine has the containerd image store, for which the docker command needs its plugin buildx'
	export DOCKER_BUILDKIT=0
	builder=(docker build --force-rm)
fi

# digest PATH...: twelve hex digits that change when a file, its mode or its name does; a word
# that is no path counts as itself.
digest() {
	local item
	for item in "$@"; do
		if [[ -e $item ]]; then
			(cd "$(dirname "$item")" && find "$(basename "$item")" -type f -printf '%m %p ' -exec sha256sum {} \; | sort)
		else
			printf '%s\n' "$item"
		fi
	done | sha256sum | cut -c1-12
}

have_image() { docker image inspect "$1" >/dev/null 2>&1; }

# debian_tree SUITE: path of a packed minimal Debian, made once per machine.
debian_tree() {
	local suite=$1 file mirror script
	file=$cache/debian-$suite-$(dpkg --print-architecture).tar.gz
	if [[ ! -s $file ]]; then
		command -v debootstrap >/dev/null || die 'debootstrap is missing: apt-get install debootstrap'
		[[ $(id -u) == 0 ]] || die 'debootstrap needs root'
		mirror=$(debian_mirror) || die "no Debian mirror in apt's sources: set STANDIN_MIRROR"
		script=/usr/share/debootstrap/scripts/$suite
		[[ -e $script ]] || script=/usr/share/debootstrap/scripts/sid
		say "debootstrap $suite"
		debootstrap --variant=minbase "$suite" "$work/$suite" "$mirror" "$script" >"$work/$suite.log" 2>&1 ||
			die "debootstrap failed: $(tail -n 3 "$work/$suite.log")"
		mkdir -p "$cache"
		tar -C "$work/$suite" --numeric-owner --exclude=./dev/* --exclude=./var/cache/apt/* \
			--exclude=./var/lib/apt/lists/* --exclude=./usr/share/doc/* --exclude=./usr/share/man/* \
			--exclude=./usr/share/locale/*/LC_MESSAGES -cf - . | gzip -1 >"$file.$$"
		mv "$file.$$" "$file"
		rm -rf "${work:?}/$suite"
	fi
	printf '%s\n' "$file"
}

# The machine's own way to the package index, for `pip install` in builds.
pip_settings() {
	local key value
	printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\ndisable-pip-version-check = true\n'
	for key in index-url extra-index-url trusted-host; do
		if value=$(python3 -m pip config get "global.$key" 2>/dev/null); then
			printf '%s = %s\n' "$key" "$value"
		fi
	done
}

# build NAME:TAG FOLDER [docker build options]
build() {
	local image=$1 folder=$2
	shift 2
	if have_image "$image"; then return; fi
	say "building $image"
	# The host's network, so that a build works on an engine without one of its own.
	"${builder[@]}" --network host --tag "$image" "$@" "$folder" >"$work/build.${image//[\/:]/-}" 2>&1 ||
		die "$image: $(tail -n 15 "$work/build.${image//[\/:]/-}")"
}

# base SUITE: the image that the others start from.
base() {
	local suite=$1 tree debian image folder=$work/base-$1
	tree=$(debian_tree "$suite")
	debian=standin/debian:$suite-$(digest "$tree")
	if ! have_image "$debian"; then
		say "importing $debian"
		docker import "$tree" "$debian" >/dev/null
	fi
	cp -r "$here/base" "$folder"
	cp /etc/ssl/certs/ca-certificates.crt "$folder/host.crt"
	pip_settings >"$folder/pip.conf"
	image=standin/base:$suite-$(digest "$folder" "$debian")
	build "$image" "$folder" --build-arg "DEBIAN=$debian"
	printf '%s\n' "$image"
}

postgres() {
	local major=$1 base=$2 image volume data
	image=standin/postgres:$major-$(digest "$here/postgres" "$base")
	volume=/var/lib/postgresql
	data=$volume/$major/docker
	if ((major < 18)); then
		volume=/var/lib/postgresql/data
		data=$volume
	fi
	build "$image" "$here/postgres" --build-arg "BASE=$base" --build-arg "PG_MAJOR=$major" \
		--build-arg "PGDATA=$data" --build-arg "PGVOLUME=$volume"
	printf '%s\n' "$image"
}

base=$(base forky)
postgres 18 "$base" >"$work/postgres" &
building=$!
python=standin/python:3-$(digest "$here/python" "$base")
build "$python" "$here/python" --build-arg "BASE=$base"
debian=standin/debian-slim:13-$(digest "$here/debian" "$base")
build "$debian" "$here/debian" --build-arg "BASE=$base"
caddy=standin/caddy:2-$(digest "$here/caddy" "$base" "$python")
build "$caddy" "$here/caddy" --build-arg "BASE=$base" --build-arg "PYTHON=$python"
monitoring=standin/monitoring:1-$(digest "$here/monitoring" "$base")
build "$monitoring" "$here/monitoring" --build-arg "BASE=$base"
wait "$building"
postgres=$(<"$work/postgres")
postgres_17=
if [[ -n $with_17 ]]; then
	postgres_17=$(postgres 17 "$(base trixie)")
fi
clock=
if [[ -n $with_clock ]]; then
	clock=standin/postgres-clock:18-$(digest "$here/clock" "$postgres")
	build "$clock" "$here/clock" --build-arg "BASE=$postgres"
fi

{
	printf '{\n  "python": "%s",\n  "caddy": "%s",\n  "debian": "%s",\n' "$python" "$caddy" "$debian"
	for name in prom/prometheus prom/alertmanager prom/node-exporter prom/blackbox-exporter quay.io/prometheuscommunity/postgres-exporter; do
		printf '  "%s": "%s",\n' "$name" "$monitoring"
	done
	if [[ -n $postgres_17 ]]; then printf '  "postgres:17": "%s",\n' "$postgres_17"; fi
	if [[ -n $clock ]]; then printf '  "postgres:clock": "%s",\n' "$clock"; fi
	printf '  "postgres": "%s",\n  "pgvector/pgvector": "%s"\n}\n' "$postgres" "$postgres"
}
