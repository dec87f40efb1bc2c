package httpkit

import (
	"strings"
	"unicode"

	"github.com/usher-engine/usher/domain"
)

// ByteOrderMark tells Excel that a text is UTF-8; without it, names are garbled there.
const ByteOrderMark = "\uFEFF"

// Defused returns a cell that no spreadsheet takes for a formula, however it begins: those
// that would be have an apostrophe before them, which says that they are text.
func Defused(cell string) string {
	first := strings.TrimLeftFunc(cell, func(r rune) bool {
		return domain.IsUnseen(r) || unicode.IsSpace(r) && !strings.ContainsRune("\t\r\n", r)
	})
	if strings.IndexAny(first, "=+-@\t\r\n\x00＝＋－＠﹦﹢﹣﹫−") == 0 {
		return "'" + cell
	}
	return cell
}
