package pasted

import (
	"strings"
	"unicode"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain/batch"
)

// Reader implements commands.Lists. The zero Reader is ready.
type Reader struct{}

var _ commands.Lists = Reader{}

// Pasted reads a text: a table with a header, or else each line for itself.
func (Reader) Pasted(text string, channel batch.Channel) commands.Pasted {
	text = strings.TrimPrefix(text, byteOrderMark)
	if pasted, ok := pastedTable(text, channel); ok {
		return pasted
	}
	return commands.Pasted{Rows: readLines(linesOf(text), channel)}
}

// line is a line of a text, counted from 1.
type line struct {
	number int
	text   string
}

// linesOf is the lines that say anything, without bullets and the numbers of a list.
func linesOf(text string) []line {
	var lines []line
	for i, one := range strings.Split(lineEnds().Replace(text), "\n") {
		if saysAnything(one) {
			lines = append(lines, line{i + 1, one})
		}
	}
	return unlisted(joined(lines))
}

func lineEnds() *strings.Replacer {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n")
}

func saysAnything(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// joined puts a name and the address that stands in the next line together.
func joined(lines []line) []line {
	var whole []line
	for _, one := range lines {
		last := len(whole) - 1
		if last >= 0 && !strings.Contains(whole[last].text, "@") && isAngled(one.text) {
			whole[last] = line{one.number, whole[last].text + " " + one.text}
			continue
		}
		whole = append(whole, one)
	}
	return whole
}

func isAngled(text string) bool {
	return strings.HasPrefix(strings.TrimSpace(text), "<") && strings.Contains(text, "@")
}

func readLines(lines []line, channel batch.Channel) []commands.PastedRow {
	rows := []commands.PastedRow{}
	for _, one := range lines {
		if len(rows) > batch.MaxRows { // too many, however many more
			break
		}
		for _, found := range contactsIn(one.text, channel) {
			rows = append(rows, commands.PastedRow{Line: one.number, Contact: found.contact, Beside: found.beside})
		}
	}
	return rows
}

// found is a contact, and what stood beside it.
type found struct{ contact, beside string }

func contactsIn(text string, channel batch.Channel) []found {
	text = strings.TrimSpace(text)
	read := emailsIn
	if channel == batch.SMS {
		read = phonesIn
	}
	if all := read(text); len(all) > 0 {
		return all
	}
	return []found{{contact: text}}
}

// pastedTable reads what was copied out of a spreadsheet together with its header.
func pastedTable(text string, channel batch.Channel) (commands.Pasted, bool) {
	table, header, err := tableOf(text)
	if err != nil || !table.has(channel) || strings.Contains(header.text, "@") {
		return commands.Pasted{}, false
	}
	pasted := commands.Pasted{Header: header.number, Rows: []commands.PastedRow{}}
	for row := range table.rows {
		if row.fault != nil || len(table.columns) == 1 { // a list below a header, which is no table
			pasted.Rows = readLines(linesBelow(header.number, text), channel)
			break
		}
		pasted.Rows = append(pasted.Rows, table.pasted(row, channel)...)
	}
	return pasted, true
}

func linesBelow(number int, text string) []line {
	lines := strings.SplitAfterN(lineEnds().Replace(text), "\n", number+1)
	below := linesOf(lines[len(lines)-1])
	for i := range below {
		below[i].number += number
	}
	return below
}
