#!/usr/bin/env bash
# Page checksums of the Go driver ncruces/go-sqlite3 do not survive a checkpoint or
# a backup that somebody else's SQLite makes, although nothing is damaged.
#
# What surprises: the driver (and the C shim whose format it follows) computes a page's
# checksum while the page is written to the *main* file. In WAL mode a changed page goes
# to the WAL first, with whatever stale eight bytes stand at its end; the checksum
# is made when the driver itself checkpoints. The plain sqlite3 shell, Litestream or any
# other SQLite that checkpoints, or that copies pages by its backup command, moves
# those pages as they are. The rows are whole, `PRAGMA integrity_check` of
# plain SQLite says ok, and the driver refuses to read the very same file as damaged.
#
# Who is hurt: whoever turns checksums on for safety and lets an operator look at,
# back up or replicate the file with ordinary tools.
#
# Versions: github.com/ncruces/go-sqlite3 v0.36.0, Debian's sqlite3 shell (any).
# Source: the driver's vfs/cksm.go and https://sqlite.org/cksumvfs.html, which says
# that the extension must be loaded by every program that writes, and says nothing
# of backups read out of a WAL.
set -euo pipefail
command -v go >/dev/null || { echo "needs Go 1.26" >&2; exit 2; }
command -v sqlite3 >/dev/null || { echo "needs the sqlite3 shell (apt-get install sqlite3)" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >go.mod <<'MOD'
module finding
go 1.26
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/ncruces/go-sqlite3"
)

func main() {
	switch os.Args[1] {
	case "write": // and stay open until told to go, as a server does
		db := open(os.Args[2])
		must(db.EnableChecksums("main"))
		must(db.Exec(`PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)`))
		must(db.Exec(`WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 500) INSERT INTO t SELECT n, hex(zeroblob(100)) FROM c`))
		fmt.Println("written")
		var wait string
		fmt.Scanln(&wait)
		os.Exit(0) // without closing, which would checkpoint
	case "read":
		db := open(os.Args[2])
		s, _, err := db.Prepare(`SELECT count(*), sum(length(text)) FROM t`)
		if err == nil {
			if s.Step() {
				fmt.Println("read", s.ColumnInt64(0), s.ColumnInt64(1))
				return
			}
			err = s.Err()
		}
		fmt.Println("refused:", err)
	}
}

func open(name string) *sqlite3.Conn {
	db, err := sqlite3.Open("file:" + name)
	must(err)
	return db
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
GO
{ go get github.com/ncruces/go-sqlite3@v0.36.0 && go build -o program .; } >build.log 2>&1 || { cat build.log >&2; exit 2; }

coproc program { ./program write data.db; }
read -r said <&"${program[0]}"
[[ $said = written ]]
sqlite3 data.db ".backup backup.db"
sqlite3 data.db "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
echo >&"${program[1]}"
wait "$program_PID" || true

echo "ncruces/go-sqlite3 v0.36.0, sqlite3 shell $(sqlite3 --version | cut -d' ' -f1)"
status=0
for file in data.db backup.db; do
  plain=$(sqlite3 "$file" "PRAGMA integrity_check" "SELECT count(*), sum(length(text)) FROM t" | tr '\n' ' ')
  driver=$(./program read "$file" 2>&1)
  echo "$file: plain SQLite says: $plain; the driver says: $driver"
  [[ $plain = "ok 500|100000 " && $driver = refused:* ]] || status=1
done
((status == 0)) || echo "this has changed: the driver reads what another SQLite checkpointed or backed up" >&2
exit $status
