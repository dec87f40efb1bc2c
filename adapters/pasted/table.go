package pasted

import (
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
)

const (
	maxColumns = 300
	separators = ",;\t|"
)

// table is a text with a header.
type table struct {
	columns []commands.Column
	places  map[commands.Meaning][]int // of columns, the best first
	reader  *csv.Reader
	skipped int // lines before the header
}

// Table implements commands.Lists.
func (Reader) Table(file []byte) (commands.Table, error) {
	text, err := Decode(file)
	if err != nil {
		return commands.Table{}, err
	}
	t, _, err := tableOf(text)
	if err != nil {
		return commands.Table{}, err
	}
	read := commands.Table{Columns: t.columns, Rows: []commands.TableRow{}}
	for row := range t.rows {
		if len(read.Rows) == batch.MaxRows {
			return commands.Table{}, domain.Refuse(domain.TooManyRows, "a file has at most 10,000 rows; send several")
		}
		read.Rows = append(read.Rows, t.person(row))
	}
	return read, nil
}

// tableOf reads the header of a text.
func tableOf(text string) (*table, line, error) {
	text, skipped, separator := preamble(text)
	if !saysAnything(text) {
		return nil, line{}, refuseFile("the file is empty: its first line is a header, such as Email,First name,Last name")
	}
	var best *table
	var header line
	for _, one := range cmp.Or(separator, separators) {
		t := &table{reader: csv.NewReader(strings.NewReader(text)), skipped: skipped}
		t.reader.Comma, t.reader.FieldsPerRecord, t.reader.TrimLeadingSpace = one, -1, one != '\t'
		names, err := t.reader.Read()
		if err != nil {
			continue
		}
		t.name(names)
		if best == nil || t.understood() > best.understood() || t.understood() == best.understood() && len(t.columns) > len(best.columns) {
			number, _ := t.reader.FieldPos(0)
			best, header = t, line{number + skipped, strings.Join(names, " ")}
		}
	}
	switch {
	case best == nil:
		return nil, header, refuseFile("the first line cannot be read as a header: its quotes do not close")
	case len(best.columns) > maxColumns:
		return nil, header, refuseFile("the file has more than 300 columns: leave those out that are not needed")
	case !best.has(batch.Email) && !best.has(batch.SMS):
		return nil, header, refuseFile("no column is one of contacts: the first line is a header with Email, Phone or Contact in it, and commas, semicolons or tabs between its columns")
	}
	return best, header, nil
}

// preamble is what programs write above the header: which sign separates, or a version.
func preamble(text string) (rest string, skipped int, separator string) {
	rest = text
	for {
		first, after, more := strings.Cut(rest, "\n")
		first = strings.TrimSpace(strings.Trim(strings.TrimSpace(first), `",;`))
		folded := strings.ToLower(first)
		switch {
		case !more:
			return rest, skipped, separator
		case len(folded) <= len("sep=;") && strings.HasPrefix(folded, "sep="):
			line, _, _ := strings.Cut(rest, "\n")
			separator = strings.TrimRight(strings.TrimLeft(line, `"sepSEP=`), "\"\r\n")
		case first != "" && !strings.HasPrefix(folded, "version:"):
			return rest, skipped, separator
		}
		rest = after
		skipped++
	}
}

// name finds out what the columns mean.
func (t *table) name(names []string) {
	found := make([]known, len(names))
	t.columns, t.places = make([]commands.Column, len(names)), map[commands.Meaning][]int{}
	for i, name := range names {
		name = domain.DropUnseen(domain.TrimPasted(name))
		found[i] = lookUp(name)
		t.columns[i].Name = domain.Excerpt(name)
		if found[i].meaning != commands.MeansNothing && !found[i].last {
			t.places[found[i].meaning] = append(t.places[found[i].meaning], i)
		}
	}
	for i, one := range found {
		if one.last && t.places[one.meaning] == nil {
			t.places[one.meaning] = []int{i}
		}
	}
	t.nameNames()
	for meaning, places := range t.places {
		slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(found[a].rank, found[b].rank) })
		if meaning != commands.MeansEmail && meaning != commands.MeansPhone && meaning != commands.MeansContact {
			places = places[:1]
			t.places[meaning] = places
		}
		for _, place := range places {
			t.columns[place].Meaning = meaning
		}
	}
}

// nameNames finds out what a column means that is called Name.
func (t *table) nameNames() {
	places := t.places[meansName]
	delete(t.places, meansName)
	if places == nil {
		return
	}
	meaning := commands.MeansFullName
	first, last := t.places[commands.MeansFirstName] != nil, t.places[commands.MeansLastName] != nil
	if first && !last {
		meaning = commands.MeansLastName
	} else if last && !first {
		meaning = commands.MeansFirstName
	}
	t.places[meaning] = append(t.places[meaning], places...)
}

func (t *table) understood() (count int) {
	for _, column := range t.columns {
		if column.Meaning != commands.MeansNothing {
			count++
		}
	}
	return count
}

// has reports whether there is a column of contacts.
func (t *table) has(channel batch.Channel) bool {
	meaning := commands.MeansEmail
	if channel == batch.SMS {
		meaning = commands.MeansPhone
	}
	return t.places[meaning] != nil || t.places[commands.MeansContact] != nil
}

// record is a row of a table, as it stands in the file.
type record struct {
	number int
	cells  []string
	fault  error
}

// rows yields the rows in which anything stands.
func (t *table) rows(yield func(record) bool) {
	for {
		cells, err := t.reader.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if parse, is := errors.AsType[*csv.ParseError](err); is {
			if !yield(record{parse.StartLine + t.skipped, cells, refuseRow("the quotes of this row do not close, or stand in the midst of a cell: write a quote within a cell twice")}) {
				return
			}
			continue
		}
		if !slices.ContainsFunc(cells, saysAnything) {
			continue
		}
		number, _ := t.reader.FieldPos(0)
		one := record{number: number + t.skipped, cells: cells}
		if len(cells) > len(t.columns) && slices.ContainsFunc(cells[len(t.columns):], saysAnything) {
			one.fault = refuseRow("this row has more cells than the header: put what holds a comma or semicolon in quotes")
		}
		if !yield(one) {
			return
		}
	}
}

func refuseRow(message string) *domain.Refusal { return domain.Refuse(domain.InvalidRow, message) }
