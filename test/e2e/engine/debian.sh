#!/usr/bin/env bash
# To be sourced. Where Debian's packages come from: the mirror in apt's own sources, or STANDIN_MIRROR.

debian_mirror() {
	if [[ -n ${STANDIN_MIRROR:-} ]]; then
		printf '%s\n' "$STANDIN_MIRROR"
		return
	fi
	# shellcheck disable=SC2016 # apt fills this in, not the shell
	apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 2>/dev/null | grep -m1 -E '/debian/?$'
}
