#!/usr/bin/env bash
# EventStoreDB's connection string is one text that a company hands to all of its
# services, and its Go and Node clients read different things out of the same one,
# without a word.
#
# What surprises:
# - Several hosts, of which the last has no port and another has, are no URL for Go's
#   parser, so the client puts a slash for every comma, those of the password among them:
#   with a password such as 12,34 the user becomes a seed, and the credentials are gone.
#   With all ports, or none, the same string is read well.
# - A colon in the password ends it in Node. Go takes all of it.
# - A plus in a value, as in the folder of a CA file, is a space in Go and a plus in Node.
# - A key that comes twice, as where a default is added at the end, counts by its first
#   value in Go and by its last in Node.
#
# Who is hurt: whoever keeps the string in one secret for services in two languages: whether
# a new password works is a draw, and the error speaks of hosts, or of wrong credentials.
#
# Versions: github.com/EventStore/EventStore-Client-Go/v4 v4.2.0, npm @eventstore/db-client 6.2.1.
# Source: esdb/configuration.go of the one, Client/parseConnectionString.js of the other;
# commas and colons in a user's part are allowed by RFC 3986, 3.2.1.
set -euo pipefail
command -v go >/dev/null && command -v npm >/dev/null || { echo "needs Go 1.26 and Node.js with npm" >&2; exit 2; }
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
	"net"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

func main() {
	for _, connection := range []string{
		"esdb://admin:12,34@one.example:2113,two.example",
		"esdb://admin:12,34@one.example,two.example",
		"esdb://admin:be:fore@one.example:2113",
		"esdb://one.example:2113?userCertFile=/c++/a.pem&userKeyFile=/c++/b.pem",
		"esdb://one.example:2113?gossipTimeout=3&gossipTimeout=5",
	} {
		config, err := esdb.ParseConnectionString(connection)
		if err != nil {
			fmt.Println("go  ", err)
			continue
		}
		hosts := []string{}
		for _, seed := range config.GossipSeeds {
			hosts = append(hosts, net.JoinHostPort(seed.Host, fmt.Sprint(seed.Port)))
		}
		if len(hosts) == 0 {
			hosts = append(hosts, config.Address)
		}
		fmt.Printf("go   %v user=%q password=%q cert=%q gossip=%d\n", hosts, config.Username, config.Password, config.UserCertFile, config.GossipTimeout)
	}
}
GO
cat >read.cjs <<'JS'
const path = require("node:path");
const { parseConnectionString } = require(path.resolve("node_modules/@eventstore/db-client/dist/Client/parseConnectionString.js"));
for (const connection of [
  "esdb://admin:12,34@one.example:2113,two.example",
  "esdb://admin:12,34@one.example,two.example",
  "esdb://admin:be:fore@one.example:2113",
  "esdb://one.example:2113?userCertFile=/c++/a.pem&userKeyFile=/c++/b.pem",
  "esdb://one.example:2113?gossipTimeout=3&gossipTimeout=5",
]) {
  const o = parseConnectionString(connection);
  const q = (v) => JSON.stringify(v ?? "");
  console.log(`node [${o.hosts.map((h) => `${h.address}:${h.port}`).join(" ")}] user=${q(o.defaultCredentials?.username)} password=${q(o.defaultCredentials?.password)} cert=${q(o.userCertFile)} gossip=${o.gossipTimeout ?? 5}`);
}
JS
{ go get github.com/EventStore/EventStore-Client-Go/v4@v4.2.0 && go get google.golang.org/genproto@v0.0.0-20261019180522-ce908d29299b && go mod tidy && go build -o program . && npm init -y && npm install --no-audit --no-fund @eventstore/db-client@6.2.1; } >build.log 2>&1 || { cat build.log >&2; exit 2; }
echo "EventStore-Client-Go v4.2.0, @eventstore/db-client 6.2.1"
{ ./program; node read.cjs; } 2>/dev/null | tee said
diff said - <<'SAID' || { echo "this has changed: see the header" >&2; exit 1; }
go   [admin:12 34@one.example:2113 two.example:2113] user="" password="" cert="" gossip=5
go   [one.example:2113 two.example:2113] user="admin" password="12,34" cert="" gossip=5
go   [one.example:2113] user="admin" password="be:fore" cert="" gossip=5
go   [one.example:2113] user="" password="" cert="/c  /a.pem" gossip=5
go   [one.example:2113] user="" password="" cert="" gossip=3
node [one.example:2113 two.example:2113] user="admin" password="12,34" cert="" gossip=5
node [one.example:2113 two.example:2113] user="admin" password="12,34" cert="" gossip=5
node [one.example:2113] user="admin" password="be" cert="" gossip=5
node [one.example:2113] user="" password="" cert="/c++/a.pem" gossip=5
node [one.example:2113] user="" password="" cert="" gossip=5
SAID
