#!/usr/bin/env bash
# usher as somebody at a terminal has it: what serves goes on in another
# terminal, and is ready when the next command comes; a password is typed.
set -euo pipefail
case ${1:-} in
  login) exec "$USHER_PROGRAM" "$@" <<<"$PASSWORD" ;;
  serve | node) ;;
  *) exec "$USHER_PROGRAM" "$@" ;;
esac
[[ " $* " != *' --help '* ]] || exec "$USHER_PROGRAM" "$@"
stop "$1"
"$USHER_PROGRAM" "$@" >"run/$1.out" 2>&1 &
echo $! >"run/$1"
until grep -qE '^(Usher listens on|The node serves) ' "run/$1.out" && { [[ $1 = node ]] || command curl -sf -o /dev/null "$USHER_SERVER/readyz"; }; do
  kill -0 $! 2>/dev/null || { cat "run/$1.out" >&2; exit 1; }
  sleep 0.1
done
