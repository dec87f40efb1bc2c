package pasted

import (
	"slices"
	"strings"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
)

// cell is what a row says in the best column of a meaning in which it says anything.
func (t *table) cell(row record, meaning commands.Meaning) string {
	for _, place := range t.places[meaning] {
		if place < len(row.cells) {
			if text := domain.TrimPasted(row.cells[place]); text != "" {
				return text
			}
		}
	}
	return ""
}

// person is what a row says of somebody.
func (t *table) person(row record) commands.TableRow {
	person := commands.TableRow{Line: row.number, Fault: row.fault}
	if row.fault != nil {
		return person
	}
	person.Email, person.Phone = t.emailOf(row), t.phoneOf(row)
	person.FirstName, person.LastName = t.cell(row, commands.MeansFirstName), t.cell(row, commands.MeansLastName)
	if full := t.cell(row, commands.MeansFullName); full != "" && person.FirstName == "" && person.LastName == "" {
		person.FirstName, person.LastName = t.parted(full)
	}
	person.JobTitle = t.cell(row, commands.MeansJobTitle)
	person.Department, person.Workgroups = t.cell(row, commands.MeansDepartment), t.cell(row, commands.MeansWorkgroups)
	person.OneName, person.Confirmed = saysYes(t.cell(row, commands.MeansOneName)), saysYes(t.cell(row, commands.MeansConfirmed))
	return person
}

func (t *table) emailOf(row record) string {
	text := t.cell(row, commands.MeansEmail)
	if either := t.cell(row, commands.MeansContact); text == "" && strings.Contains(either, "@") {
		text = either
	}
	return oneContact(text, batch.Email)
}

func (t *table) phoneOf(row record) string {
	text := t.cell(row, commands.MeansPhone)
	if either := t.cell(row, commands.MeansContact); text == "" && !strings.Contains(either, "@") {
		text = either
	}
	return oneContact(text, batch.SMS)
}

// severalInCell is how Google writes several contacts into one cell.
const severalInCell = " ::: "

// oneContact is the contact of a cell; of several, the cell as it stands, which nobody
// takes for one.
func oneContact(cell string, channel batch.Channel) string {
	cell, _, _ = strings.Cut(cell, severalInCell)
	if cell == "" {
		return ""
	}
	if all := contactsIn(cell, channel); len(all) == 1 {
		return all[0].contact
	}
	return cell
}

// pasted is the contacts of a row of a table that was pasted; the row as it stands where it
// has none.
func (t *table) pasted(row record, channel batch.Channel) []commands.PastedRow {
	meaning := commands.MeansEmail
	if channel == batch.SMS {
		meaning = commands.MeansPhone
	}
	places := slices.Concat(t.places[meaning], t.places[commands.MeansContact])
	contact, at := "", -1
	for _, place := range places {
		if at < 0 && place < len(row.cells) && saysAnything(row.cells[place]) {
			contact, at = row.cells[place], place
		}
	}
	var beside []string
	for i, cell := range row.cells {
		if i != at && saysAnything(cell) {
			beside = append(beside, domain.TrimPasted(cell))
		}
	}
	if at < 0 {
		return []commands.PastedRow{{Line: row.number, Contact: strings.Join(beside, " ")}}
	}
	var rows []commands.PastedRow
	for _, one := range contactsIn(contact, channel) {
		rows = append(rows, commands.PastedRow{Line: row.number, Contact: one.contact, Beside: one.beside})
	}
	rows[0].Beside = domain.Excerpt(strings.TrimSpace(rows[0].Beside + " " + strings.Join(beside, " ")))
	return rows
}

// parted is the two parts of a whole name: around its comma, or before and behind its last
// space, so that together they read as they were written, or behind and before its first
// one, where the header says so. One word is a first name.
func (t *table) parted(full string) (first, last string) {
	before, behind, comma := strings.Cut(full, ",")
	switch {
	case comma && isSuffix(behind):
		first, last = t.parted(before)
		return first, last + ", " + strings.TrimSpace(behind)
	case comma && !strings.Contains(behind, ","):
		return strings.TrimSpace(behind), strings.TrimSpace(before)
	}
	words := strings.Fields(full)
	if len(words) < 2 {
		return full, ""
	}
	if t.familyFirst() {
		return strings.Join(words[1:], " "), words[0]
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}

// isSuffix reports what follows a whole name, and is no part of it.
func isSuffix(text string) bool {
	switch foldHeader(text) {
	case "jr", "sr", "ii", "iii", "iv", "phd", "md":
		return true
	}
	return false
}

// familyFirst reports that the column of whole names is called by the order of their parts.
func (t *table) familyFirst() bool {
	for _, at := range t.places[commands.MeansFullName] {
		switch foldHeader(t.columns[at].Name) {
		case "nometprenom", "numesiprenume", "numelesiprenumele", "фио", "apellidosynombre":
			return true
		}
	}
	return false
}

func saysYes(cell string) bool {
	switch foldHeader(cell) {
	case "yes", "y", "true", "x", "ja", "oui", "si", "da", "да", "co":
		return true
	}
	return cell == "1" || cell == "✓"
}
