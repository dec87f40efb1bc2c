#!/usr/bin/env bash
# A program that links both Go clients of one database, the one from before the
# company's renaming and its successor, compiles, and ends before main begins.
#
# What surprises: EventStore-Client-Go v4 and KurrentDB-Client-Go v1 are different
# modules with different import paths, so Go and every linter take them side by
# side, as one would for moving over step by step. Both bring generated code for the same
# protobuf files under the same protobuf names; the protobuf runtime keeps one registry for
# the whole process, and ends it in an init function at the second registration. No test
# of either package alone shows it, nor does a build.
#
# Who is hurt: whoever wants to move service by service inside one binary, or whose
# library takes one client while the program takes the other.
#
# Versions: github.com/EventStore/EventStore-Client-Go/v4 v4.2.0,
# github.com/kurrent-io/KurrentDB-Client-Go v1.4.2.
# Source: https://protobuf.dev/reference/go/faq/#namespace-conflict
set -euo pipefail
command -v go >/dev/null || { echo "needs Go 1.26" >&2; exit 2; }
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

	old "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	new "github.com/kurrent-io/KurrentDB-Client-Go/kurrentdb"
)

func main() {
	_, err1 := old.ParseConnectionString("esdb://localhost:2113?tls=false")
	_, err2 := new.ParseConnectionString("esdb://localhost:2113?tls=false")
	fmt.Println("main ran:", err1, err2)
}
GO
{ go get github.com/EventStore/EventStore-Client-Go/v4@v4.2.0 github.com/kurrent-io/KurrentDB-Client-Go@v1.4.2 && go get google.golang.org/genproto@v0.0.0-20261019180522-ce908d29299b && go mod tidy && go build -o program .; } >build.log 2>&1 || { cat build.log >&2; exit 2; }
echo "EventStore-Client-Go v4.2.0 and KurrentDB-Client-Go v1.4.2, built: yes"
status=0
said=$(./program 2>&1) || status=$?
echo "exit status $status; it said: $(grep -m1 -o 'panic: proto: .*' <<<"$said" || head -n1 <<<"$said")"
[[ $status = 2 && $said != *"main ran"* && $said == *"name conflict over event_store.client."* ]] || { echo "this has changed: see the header" >&2; exit 1; }
