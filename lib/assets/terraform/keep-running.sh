#!/bin/sh
# An interrupted cdktf asks Terraform to stop, and hangs up on it before it could: what was made and not yet written down
# would be lost. This way Terraform ends in its own time, and who started cdktf can wait for it.
trap '' HUP PIPE
: > "$TERRAFORM_PIDS/$$"
exec "$TERRAFORM_PROGRAM" "$@"
