#!/usr/bin/env bash
# On a really full disk the Go driver ncruces/go-sqlite3 reports "disk I/O error"
# (SQLITE_IOERR_WRITE) where SQLite's own file layer reports "database or disk is full".
#
# What surprises: the driver has code that turns "no space left on device" into
# SQLITE_FULL, and it never runs. It compares the error of (*os.File).WriteAt by type with
# a bare errno, but package os wraps the errno in a *fs.PathError, so that the
# comparison is always false. The same holds for its mapping of EIO while reading.
# Nor is there always an errno to look at instead: the driver keeps the last one of a
# connection, and the rollback that SQLite makes by itself clears it before the error is made.
#
# Who is hurt: a program that stops for good after an I/O error (as it should: what
# the file has is then unknown) and waits for space after SQLITE_FULL (as it may) stops
# for good on each full disk. A test that injects SQLITE_FULL by a file system of its own
# passes, for there the mapping is not in the way.
#
# Versions: github.com/ncruces/go-sqlite3 v0.36.0; Debian's sqlite3 shell beside it.
# Source: the driver's vfs/os_unix.go (osWriteAt, osReadAt); Go's os.File.WriteAt,
# documented at https://pkg.go.dev/os#File.WriteAt; https://sqlite.org/rescode.html#full.
#
# Needs root or user namespaces, for a small tmpfs of its own.
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
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/ncruces/go-sqlite3"
)

func main() {
	db, err := sqlite3.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	err = db.Exec(`CREATE TABLE t (b BLOB); WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 2000)
		INSERT INTO t SELECT zeroblob(1000) FROM c`)
	fmt.Printf("FULL=%v IOERR_WRITE=%v ENOSPC=%v\n", errors.Is(err, sqlite3.FULL), errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, syscall.ENOSPC))
}
GO
go get github.com/ncruces/go-sqlite3@v0.36.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
CGO_ENABLED=0 go build -o fill .
mkdir small
cat >inside.sh <<'SH'
set -e
mount -t tmpfs -o size=1m none small
echo "driver: $(./fill small/driver.db)"
rm -f small/*
echo "shell: $(sqlite3 small/shell.db 'CREATE TABLE t (b BLOB); WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 2000) INSERT INTO t SELECT zeroblob(1000) FROM c' 2>&1 | tail -1)"
SH
if [ "$(id -u)" = 0 ]; then space=(unshare --mount); else space=(unshare --map-root-user --mount); fi
seen=$("${space[@]}" bash inside.sh)
echo "go-sqlite3 v0.36.0, sqlite3 shell $(sqlite3 --version | cut -d' ' -f1), a tmpfs of 1 MiB:"
echo "$seen"
grep -q '^driver: FULL=false IOERR_WRITE=true ENOSPC=false$' <<<"$seen" || { echo "CHANGED: the driver" >&2; exit 1; }
grep -q '^shell: .*database or disk is full' <<<"$seen" || { echo "CHANGED: the shell" >&2; exit 1; }
echo "As described."
