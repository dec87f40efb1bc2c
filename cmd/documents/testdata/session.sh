# What the commands of a page find: shell functions and settings that make a
# request fail where its answer is an error, and a value that is missing too.
set -Eeuo pipefail
set -a # all that is set is there for what is started
trap 'status=$?; echo "$AT: ended with $status: $BASH_COMMAND" >&2' ERR
curl() { command curl --fail-with-body --max-time 60 "$@"; }
jq() { command jq -e "$@"; }
# stop ends the Usher, or the node, that the commands before it have started.
stop() {
  local kind
  for kind in "$@"; do
    [[ -e run/$kind ]] || continue
    kill "$(<"run/$kind")"
    tail --pid="$(<"run/$kind")" -f /dev/null
    rm "run/$kind"
  done
}
mkdir -p run
