# Runs a command, which writes a consistent copy, each time a backup asks for one.
# Arguments: directory of requests, name of the answers, and the command, which writes into "copy" of that directory. The
# request is a line "<id> <beat>"; the answer is a file "<id>.<name>" with the command's exit code.
directory=$1 name=$2
shift 2
answered=''

while :; do
  id=''
  { read -r id _ <"$directory/request"; } 2>/dev/null
  if [ "$id" != "$answered" ]; then
    rm -rf "$directory/copy" "$directory"/*."$name"
    answered=$id
    if [ -n "$id" ]; then
      mkdir "$directory/copy"
      "$@" </dev/null
      code=$?
      (umask 022 && echo "$code" >"$directory/$id.$name")
    fi
  fi
  sleep 1
done
