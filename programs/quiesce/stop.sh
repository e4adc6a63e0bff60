# Runs a program, except while a backup requests a stop.
# Arguments: directory of requests, name of the answers, signal that stops the program, seconds until it is killed, seconds
# after which a request that is not renewed expires, and the program. The request is a line "<id> <beat>", which the
# backup renews. The answer is a file "<id>.<name>", which exists only while the program is stopped. A stopped program
# ends its container. The engine starts that again, and this script runs again.
directory=$1 name=$2 signal=$3 grace=$4 patience=$5
shift 5
served=''

# A request counts once: one that is renewed after a pause must not stop the program again.
look() {
  id='' beat='' over=''
  { read -r id beat <"$directory/request"; } 2>/dev/null
  { read -r over <"$directory/$name.over"; } 2>/dev/null
  [ -n "$id" ] && [ "$id" != "$over" ] && [ "$id" != "$served" ]
}

say() {
  (umask 022 && echo "$2" >"$directory/$1") 2>/dev/null
}

# Waits until the request is withdrawn, or is no longer renewed because the backup has died.
hold() {
  held=$id last='' unchanged=0
  say "$held.$name" stopped
  while look && [ "$id" = "$held" ] && [ "$unchanged" -lt "$patience" ]; do
    if [ "$beat" = "$last" ]; then unchanged=$((unchanged + 1)); else unchanged=0; fi
    last=$beat
    sleep 1
  done
  served=$held
  say "$name.over" "$held"
}

watch() {
  until look; do sleep 1; done
  kill "-$signal" "$1"
  sleep "$grace"
  kill -KILL "$1" 2>/dev/null
}

if look; then hold; fi
rm -f "$directory"/*."$name"
(watch $$ </dev/null &)
exec "$@"
