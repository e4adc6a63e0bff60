# Runs a command, which writes a consistent copy, each time a backup asks for one.
# Arguments: directory of requests, name of the answers, and the command, which writes into "copy" of that directory. The
# request is a line "<id> <beat>"; the answer is a file "<id>.<name>" with the command's exit code. When the request is
# gone before the command has ended, this program ends, and with it the container and all processes of the command. They
# would otherwise write into the next copy. The engine starts the container again.
directory=$1 name=$2
shift 2
answered=''

look() {
  id=''
  { read -r id _ <"$directory/request"; } 2>/dev/null
}

end_unwanted() {
  while look && [ "$id" = "$answered" ]; do
    sleep 1
  done
  kill "$$"
}

while :; do
  look
  if [ "$id" != "$answered" ]; then
    rm -rf "$directory/copy" "$directory"/*."$name"
    answered=$id
    if [ -n "$id" ]; then
      mkdir "$directory/copy"
      "$@" </dev/null &
      command=$!
      end_unwanted &
      guard=$!
      wait "$command"
      code=$?
      kill "$guard" 2>/dev/null
      (umask 022 && echo "$code" >"$directory/$id.$name")
    fi
  fi
  sleep 1
done
