#!/usr/bin/env bash
# A Docker Engine of its own for the end-to-end tests.
#
#   private-engine.sh install      installs Docker from the distribution (Debian, Ubuntu; root)
#   private-engine.sh start DIR [--containerd-store]
#                                  prints the engine's address on stdout; with the option its images
#                                  are in containerd's store, as in a new installation of Docker 29
#   private-engine.sh status DIR   the same, or exit code 3 when it is not running
#   private-engine.sh stop DIR     ends it; DIR may be deleted then
#
# All it owns is below DIR: data, sockets, containerd, pid files, logs. Its default network has a
# bridge of its own, so it can run beside the system's engine, whose firewall rules it puts back
# where its own start has flushed them.
set -Eeuo pipefail
shopt -s inherit_errexit

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { printf 'private engine: %s\n' "$*" >&2; }
die() {
	say "$*"
	exit 1
}

usage() { die "usage: $0 start DIR [--containerd-store], $0 {stop|status} DIR, or $0 install"; }

need() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || die "$program is missing (try: $0 install)"
	done
}

# use DIR: sets the names that everything below works with.
use() {
	dir=$(realpath -m "$1")
	# The longest socket path below it must fit into 107 bytes.
	((${#dir} <= 60)) || die "the path $dir is too long for unix sockets (60 characters at most)"
	host=unix://$dir/docker.sock
	bridge=dce-$(printf '%s' "$dir" | sha256sum | cut -c1-8)
}

engine() { docker --host "$host" "$@"; }
answers() { engine version >/dev/null 2>&1; }
containerd_answers() { ctr --address "$dir/containerd.sock" version >/dev/null 2>&1; }
answers_or_ended() { answers || ! kill -0 "$1" 2>/dev/null; }

# running NAME: the process id of our own NAME (dockerd, containerd), or failure. A pid file alone
# proves nothing: the number may long belong to another process.
running() {
	local pid
	pid=$(cat "$dir/$1.pid" 2>/dev/null) || return 1
	[[ $pid =~ ^[0-9]+$ ]] || return 1
	tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$dir/" || return 1
	printf '%s\n' "$pid"
}

wait_until() {
	local seconds=$1 tries
	shift
	for ((tries = seconds * 5; tries > 0; tries--)); do
		if "$@"; then return; fi
		sleep 0.2
	done
	return 1
}
gone() { ! running "$1" >/dev/null; }

# --- addresses and firewall --------------------------------------------------------------------

# Some 10.x.255.0/24 that nothing here uses. (Docker itself picks free ranges for the other networks.
# It must not be told any: restarting with `default-address-pools` set, dockerd deletes docker0,
# whoever owns it.)
free_address() {
	local seed=$((16#${bridge#dce-})) number try
	for ((try = 0; try < 128; try++)); do
		number=$((64 + (seed + try) % 128))
		if ! ip -4 route show table all | grep -qE "(^|[^0-9.])10\.$number\."; then break; fi
	done
	printf '10.%s.255.1/24\n' "$number"
}

make_bridge() {
	if ! ip link show "$bridge" >/dev/null 2>&1; then
		ip link add "$bridge" type bridge
		ip addr add "$(free_address)" dev "$bridge"
	fi
	ip link set "$bridge" up
}

own_bridges() {
	local name
	printf '%s\n' "$bridge"
	ip -o link show type bridge | sed -nE 's/^[0-9]+: (br-[0-9a-f]{12})[:@].*/\1/p' | while read -r name; do
		# Our engine's own record, which is there after a crash too.
		if grep -aqF "${name#br-}" "$dir/data/network/files/local-kv.db" 2>/dev/null; then printf '%s\n' "$name"; fi
	done
}

tables() {
	local program table
	for program in iptables ip6tables; do
		for table in filter nat; do
			if "$program" --wait --table "$table" --list-rules >/dev/null 2>&1; then printf '%s %s\n' "$program" "$table"; fi
		done
	done
}

docker_rules() { "$1" --wait --table "$2" --list-rules | grep '^-A DOCKER' || true; }

save_rules() {
	local program table
	tables | while read -r program table; do
		docker_rules "$program" "$table" >"$dir/rules.$program.$table"
	done
}

# A starting dockerd empties the chains that every engine on the machine shares.
restore_rules() {
	local program table
	tables | while read -r program table; do
		[[ -s $dir/rules.$program.$table ]] || continue
		# The last one first, each to the top: they end up in their old order.
		docker_rules "$program" "$table" | grep -vxFf - "$dir/rules.$program.$table" | tac |
			sed 's/^-A/-I/' | while read -r rule; do
			xargs "$program" --wait --table "$table" <<<"$rule" || say "could not restore: $rule"
		done || true
	done
}

# remove_network BRIDGE...
remove_network() {
	local name program table rule
	for name in "$@"; do
		tables | while read -r program table; do
			"$program" --wait --table "$table" --list-rules | { grep -wF -- "$name" || true; } | sed -n 's/^-A/-D/p' |
				while read -r rule; do
					xargs "$program" --wait --table "$table" <<<"$rule" || true
				done
		done
		if ip link show "$name" >/dev/null 2>&1; then ip link delete "$name"; fi
	done
}

# --- commands ----------------------------------------------------------------------------------

write_settings() {
	cat >"$dir/containerd.toml" <<-TOML
		version = 2
		root = "$dir/containerd"
		state = "$dir/run/containerd"
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		[grpc]
		  address = "$dir/containerd.sock"
	TOML
	# A file of its own, so that the system's daemon.json has no say.
	cat >"$dir/daemon.json" <<-JSON
		{
		  "hosts": ["$host"],
		  "pidfile": "$dir/dockerd.pid",
		  "data-root": "$dir/data",
		  "exec-root": "$dir/run/docker",
		  "containerd": "$dir/containerd.sock",
		  "features": { "containerd-snapshotter": $(has_containerd_store) },
		  "bridge": "$bridge"
		}
	JSON
}

# The image store stays with the data: a later start without the option finds it in the settings.
has_containerd_store() { if [[ -e $dir/containerd-store ]]; then echo true; else echo false; fi; }

start() {
	[[ $(id -u) == 0 ]] || die 'an engine can only be started by root; or set DOCKER_HOST to one that runs'
	need dockerd containerd ctr runc docker ip iptables setsid
	if answers; then
		printf '%s\n' "$host"
		return
	fi
	if running dockerd >/dev/null; then die "dockerd runs but does not answer, see $dir/dockerd.log"; fi
	mkdir -p "$dir/run" "$dir/data"
	if [[ $store == --containerd-store ]]; then touch "$dir/containerd-store"; fi
	chmod 0711 "$dir"
	write_settings
	save_rules
	make_bridge

	if ! running containerd >/dev/null; then
		rm -f "$dir/containerd.sock"
		setsid containerd --config "$dir/containerd.toml" </dev/null >"$dir/containerd.log" 2>&1 &
		printf '%s\n' $! >"$dir/containerd.pid"
		# With the containerd image store, dockerd forgets containers whose snapshots it cannot find yet.
		wait_until 30 containerd_answers || die "containerd did not start, see $dir/containerd.log"
	fi
	rm -f "$dir/dockerd.pid"
	setsid dockerd --config-file "$dir/daemon.json" </dev/null >"$dir/dockerd.log" 2>&1 &
	local pid=$!
	if ! wait_until 60 answers_or_ended "$pid" || ! answers; then
		tail -n 5 "$dir/containerd.log" "$dir/dockerd.log" >&2
		shut_down
		die 'the engine did not start, its last words are above'
	fi
	restore_rules
	printf '%s\n' "$host"
}

# end NAME SECONDS
end() {
	local pid
	pid=$(running "$1") || return 0
	kill -TERM "$pid" || true
	if ! wait_until "$2" gone "$1"; then
		say "$1 ignored SIGTERM for $2 s"
		kill -KILL "$pid" || true
		wait_until 5 gone "$1" || true
	fi
	rm -f "$dir/$1.pid"
}

shut_down() {
	local bridges containers
	if answers; then
		# Bounded, whatever grace periods the containers have.
		mapfile -t containers < <(engine ps --quiet)
		if ((${#containers[@]})); then engine stop --time 1 "${containers[@]}" >/dev/null || true; fi
	fi
	mapfile -t bridges < <(own_bridges | sort -u)
	end dockerd 30
	end containerd 10
	remove_network "${bridges[@]}"
	awk -v below="$dir/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
		while read -r mounted; do umount --lazy "$mounted" || say "could not unmount $mounted"; done
	rm -f "$dir/docker.sock" "$dir"/rules.*
}

stop() {
	[[ $(id -u) == 0 ]] || die 'an engine can only be stopped by root'
	[[ -d $dir ]] || return 0
	# Containers outlive an engine that was killed. A new one ends them as it starts.
	if ! answers && pgrep -f -- "-address $dir/containerd.sock" >/dev/null; then start >/dev/null; fi
	shut_down
}

status() {
	if answers; then
		printf '%s\n' "$host"
	else
		say "not running in $dir"
		exit 3
	fi
}

install_docker() {
	if command -v dockerd >/dev/null && command -v docker >/dev/null && command -v ip >/dev/null && command -v iptables >/dev/null; then return; fi
	[[ $(id -u) == 0 ]] || die 'only root can install Docker'
	command -v apt-get >/dev/null || die 'installs on Debian and Ubuntu only; install Docker by other means'
	local packages=(iproute2 iptables) policy=/usr/sbin/policy-rc.d ours=
	command -v dockerd >/dev/null || packages+=(docker.io)
	say "installing ${packages[*]}"
	apt-get update >&2
	if ! command -v docker >/dev/null && apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi
	# The distribution's way to say "do not start services now".
	if [[ ! -e $policy ]]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
		ours=yes
	fi
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${packages[@]}" >&2 || {
		[[ -z $ours ]] || rm -f "$policy"
		die 'apt-get could not install Docker'
	}
	[[ -z $ours ]] || rm -f "$policy"
}

case ${1:-} in
	install) install_docker ;;
	start | stop | status)
		[[ $# == 2 || ($# == 3 && $1 == start && $3 == --containerd-store) ]] || usage
		use "$2"
		store=${3:-}
		"$1"
		;;
	*) usage ;;
esac
