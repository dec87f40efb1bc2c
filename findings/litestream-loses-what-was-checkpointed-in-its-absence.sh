#!/usr/bin/env bash
# Litestream goes on with its copy, without a word, although pages that it never copied
# were checkpointed away while it was not running. What is restored is a mixture of
# times that never was, and SQLite's integrity check finds nothing wrong with it.
#
# What surprises: one expects a continuous backup that was away to notice that it missed
# something, and to begin with a whole copy. Litestream looks whether the last frame
# that it copied still stands at its place in the write-ahead log, and whether the log
# holds frames of a third generation. Where the application wrote some frames behind
# the last copied one, checkpointed all of them, and began the log anew with few frames,
# the old frame is still there, as SQLite overwrites the log from its beginning. Litestream
# takes that for a log that was merely begun anew, copies the few new frames, and
# never learns of the pages that went straight to the database in between.
#
# Who is hurt: whoever restarts Litestream beside an application that keeps running and
# checkpoints by itself, as SQLite does by default after 1,000 pages; after an upgrade of
# Litestream, say, or when the system has killed it. The way out: new copies at each start.
#
# Version: github.com/benbjohnson/litestream v0.5.18 (built from the module), Debian's
# sqlite3 shell (any). Source: the function verifyWithExecutor in its db.go. An earlier
# fault in the same place, which made restores fail aloud, is its issue 752.
set -euo pipefail
command -v go >/dev/null || { echo "needs Go 1.26" >&2; exit 2; }
command -v sqlite3 >/dev/null || { echo "needs the sqlite3 shell (apt-get install sqlite3)" >&2; exit 2; }
version=v0.5.18
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
GOBIN=$work GOFLAGS=-buildvcs=false go install "github.com/benbjohnson/litestream/cmd/litestream@$version"
echo "litestream $(./litestream version), sqlite3 $(sqlite3 --version | cut -d' ' -f1)"
cat >settings.yml <<YML
dbs:
  - path: $work/app.db
    replica:
      path: $work/copy
YML

coproc APP { sqlite3 -batch app.db; } # the application: one connection that stays open
tell() { # it something, and wait until it is done
  printf '%s\nSELECT %s;\n' "$1" "'done'" >&"${APP[1]}"
  while read -r line <&"${APP[0]}" && [ "$line" != done ]; do :; done
}
copied() { { find copy -name '*.ltx' -path '*/0/*' 2>/dev/null || true; } | wc -l; }
replicate() { ./litestream replicate -config settings.yml >>litestream.log 2>&1 & copier=$!; }
write() { # something, and wait until it is copied
  local before; before=$(copied)
  tell "$1"
  for _ in $(seq 300); do [ "$(copied)" -gt "$before" ] && sleep 2 && return; sleep 0.1; done
  echo "nothing was copied" >&2; exit 2
}

tell "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT);"
tell "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 2000) INSERT INTO t SELECT n, 'first ' || hex(zeroblob(100)) FROM c;"
replicate
write "UPDATE t SET text = 'second' WHERE n <= 1000;"
kill -9 "$copier"; wait "$copier" 2>/dev/null || true

tell "UPDATE t SET text = 'while away' WHERE n BETWEEN 1001 AND 1900;"
tell "PRAGMA wal_checkpoint(RESTART);"
tell "UPDATE t SET text = 'third' WHERE n <= 300;"

replicate
write "UPDATE t SET text = 'fourth' WHERE n > 1990;"
kill "$copier"; wait "$copier" 2>/dev/null || true
./litestream restore -config settings.yml -o restored.db app.db >>litestream.log 2>&1

count() { sqlite3 "$1" "SELECT group_concat(word || ' ' || rows, ', ') FROM (SELECT CASE WHEN text LIKE 'first%' THEN 'first' ELSE text END AS word, count(*) AS rows FROM t GROUP BY 1)"; }
live=$(count app.db) restored=$(count restored.db) whole=$(sqlite3 restored.db 'PRAGMA integrity_check')
warnings=$(grep -cE 'level=(WARN|ERROR)' litestream.log || true)
echo "the database:     $live"
echo "what is restored: $restored"
echo "its integrity check says $whole; Litestream warned $warnings times"
if [[ $live == *"while away 900"* && $restored != *"while away"* && $restored == *"fourth 10"* && $restored == *"third 300"* && $whole == ok && $warnings == 0 ]]; then
  echo "as found: what came before and after the absence is there, what came in it is not"
else
  echo "this has changed" >&2; exit 1
fi
