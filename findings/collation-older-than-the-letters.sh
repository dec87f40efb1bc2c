#!/usr/bin/env bash
# The collation of golang.org/x/text knows the letters of 2012 only, while the rest of the
# module, Go itself, and every browser know those of today.
#
# What surprises: x/text v0.30.0 folds and normalises by Unicode 15, and Go 1.26 turns a
# Georgian name into the capitals that came with Unicode 11 (2018). The collation tables beside them
# are of Unicode 6.2, and put letters that they do not know behind all that they know, Chinese
# included, without a word. So a name that a system exports in capitals (upper-cased
# by any modern library) stands at the other end of the list from the same name in
# small letters; Cherokee is the other way round, as its small letters are the younger ones (2015);
# whole scripts in which names are written today (Adlam, Osage, 2016) are at the end. The
# order of a browser's Intl.Collator, for the same root locale, differs.
#
# Who is hurt: whoever sorts people on the server with x/text and merges, pages or searches
# by halves in what a browser or an ICU database has sorted; and Georgian users in any list.
# A help: fold the case before a key is made, which brings Georgian capitals home. It does
# not help Cherokee: folding there swaps the cases (known: https://github.com/golang/go/issues/46101),
# so that the second line below has them on both sides still.
#
# Versions: golang.org/x/text v0.30.0 with Go 1.26; Node.js with full ICU (18 or later).
# Source: golang.org/x/text/collate/tables.go names its CLDR version; The Unicode Standard, version 11.0, 7.7.
set -euo pipefail
command -v go >/dev/null && command -v node >/dev/null || { echo "needs Go 1.26 and Node.js 18 or later" >&2; exit 2; }
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
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

func main() {
	names := []string{strings.ToUpper("ნინო"), "ნინო", "ꭰᎵ", "ᎠᎵ", "𞤀𞤣𞤢𞤥", "𐓀𐓘", "王", "Zoe"}
	root := collate.New(language.Und)
	for _, fold := range []bool{false, true} {
		sorted := append([]string(nil), names...)
		if fold {
			for i := range sorted {
				sorted[i] = cases.Fold().String(sorted[i])
			}
		}
		root.SortStrings(sorted)
		fmt.Printf("go folded=%v: %s\n", fold, strings.Join(sorted, " "))
	}
	fmt.Println("collation", collate.CLDRVersion, "letters", norm.Version)
}
GO
cat >sort.cjs <<'JS'
const names = ["ნინო".toUpperCase(), "ნინო", "ꭰᎵ", "ᎠᎵ", "𞤀𞤣𞤢𞤥", "𐓀𐓘", "王", "Zoe"];
console.log("icu:", names.sort(new Intl.Collator("und").compare).join(" "));
JS
{ go get golang.org/x/text@v0.30.0 && go mod tidy && go build -o program .; } >build.log 2>&1 || { cat build.log >&2; exit 2; }
{ ./program; node sort.cjs; } | tee said
diff said - <<'SAID' || { echo "this has changed: see the header" >&2; exit 1; }
go folded=false: Zoe ნინო ᎠᎵ 王 ᲜᲘᲜᲝ ꭰᎵ 𐓀𐓘 𞤀𞤣𞤢𞤥
go folded=true: zoe ნინო ნინო Ꭰꮅ 王 ꭰꮅ 𐓨𐓘 𞤢𞤣𞤢𞤥
collation 23 letters 15.0.0
icu: Zoe ნინო ᲜᲘᲜᲝ ꭰᎵ ᎠᎵ 𐓀𐓘 𞤀𞤣𞤢𞤥 王
SAID
