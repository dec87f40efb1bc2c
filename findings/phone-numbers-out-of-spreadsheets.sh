#!/usr/bin/env bash
# A phone number that went through a spreadsheet comes out of libphonenumber's Go port
# as a *different, valid* number of somebody else.
#
# What surprises: a column of numbers that a spreadsheet took for floats is exported
# as "1711234567.0". The parser treats the dot as a separator and keeps the zero
# behind it as one more digit; as German mobile numbers may have ten or eleven
# digits, the result is valid, of the right type, and dials a stranger. The same
# happens to "0171 1234567 / 8" (two extensions of one line) and "0171 1234567 (2)",
# where what follows the number is glued to it; no flag of the result tells.
#
# Who is hurt: whoever sends SMS or calls to contact lists that people paste. A check
# with IsValidNumber before sending does not help.
#
# Version: github.com/nyaruka/phonenumbers v1.8.1 (metadata of that release).
# Source: the module itself; libphonenumber's FAQ says that it takes what users type, and
# extracts a number from text, rather than judging the text.
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
	"os"

	"github.com/nyaruka/phonenumbers"
)

func main() {
	right := true
	for _, c := range []struct{ typed, seen string }{
		{"1711234567.0", "+4917112345670"},
		{"0171 1234567 / 8", "+4917112345678"},
		{"0171 1234567 (2)", "+4917112345672"},
		{"0171 1234567", "+491711234567"}, // whom it was meant for
	} {
		number, err := phonenumbers.Parse(c.typed, "DE")
		if err != nil {
			fmt.Printf("%-18q error: %v\n", c.typed, err)
			right = false
			continue
		}
		dialled := phonenumbers.Format(number, phonenumbers.E164)
		valid := phonenumbers.IsValidNumber(number)
		mobile := phonenumbers.GetNumberType(number) == phonenumbers.MOBILE
		fmt.Printf("%-18q dials %s, valid: %v, mobile: %v\n", c.typed, dialled, valid, mobile)
		right = right && dialled == c.seen && valid && mobile
	}
	if !right {
		os.Exit(1)
	}
}
GO
{ go get github.com/nyaruka/phonenumbers@v1.8.1 && go build -o program .; } >build.log 2>&1 || { cat build.log >&2; exit 2; }
echo "nyaruka/phonenumbers v1.8.1"
./program || { echo "this has changed: see the header" >&2; exit 1; }
