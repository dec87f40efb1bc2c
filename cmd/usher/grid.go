package main

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

const (
	// least is how wide a column is at least that has more to say, before others are
	// left out, and fair how wide where there is room for all.
	least, fair = 24, 40
)

// grid is rows of cells below their columns' names.
type grid struct {
	columns []string
	rows    [][]string
}

func gridOf(rows []json.RawMessage) (grid, error) {
	var g grid
	place := map[string]int{}
	for _, row := range rows {
		members, err := membersOf(row)
		if err != nil {
			return grid{}, err
		}
		cells := make([]string, len(g.columns), len(g.columns)+len(members))
		for _, one := range members {
			at, known := place[one.name]
			if !known {
				at = len(g.columns)
				place[one.name] = at
				g.columns = append(g.columns, plain(one.name))
				cells = append(cells, "")
			}
			cells[at] = forPeople(one.value)
		}
		g.rows = append(g.rows, cells)
	}
	for i, cells := range g.rows {
		g.rows[i] = append(cells, make([]string, len(g.columns)-len(cells))...)
	}
	return g, nil
}

// only is the grid with certain columns.
func (g grid) only(names []string) (grid, error) {
	places, err := placesOf(names, g.columns)
	if err != nil {
		return grid{}, err
	}
	some := grid{columns: names}
	for _, row := range g.rows {
		some.rows = append(some.rows, picked(row, places))
	}
	return some, nil
}

// placesOf is where certain columns are.
func placesOf(names, columns []string) ([]int, error) {
	places := make([]int, len(names))
	for i, name := range names {
		if places[i] = slices.Index(columns, name); places[i] < 0 {
			return nil, fmt.Errorf("there is no column %s; there are %s", name, strings.Join(columns, ", "))
		}
	}
	return places, nil
}

func picked(row []string, places []int) []string {
	cells := make([]string, len(places))
	for i, at := range places {
		cells[i] = row[at]
	}
	return cells
}

// print writes the columns that have something to say, as many as there is room for.
func (g grid) print(to io.Writer, indent string, width int) error {
	widths, hidden := g.fit(width - len(indent))
	for _, row := range append([][]string{g.columns}, g.rows...) {
		var cells []string
		for i, wide := range widths {
			if wide > 0 {
				cells = append(cells, padded(cut(row[i], wide), wide))
			}
		}
		if _, err := fmt.Fprintln(to, strings.TrimRight(indent+strings.Join(cells, between), " ")); err != nil {
			return err
		}
	}
	if len(hidden) == 0 {
		return nil
	}
	var note strings.Builder
	wrapped(&note, "There is no room for "+strings.Join(hidden, ", ")+": choose by --columns, or see all by --json or --csv.", indent, width)
	_, err := io.WriteString(to, note.String())
	return err
}

// fit returns how wide each column is, 0 for those that are not shown, and the names of
// those for which there is no room: what is for programs goes first.
func (g grid) fit(room int) (widths []int, hidden []string) {
	whole := g.widths()
	widths = make([]int, len(whole))
	room += len(between)
	for i, wide := range whole {
		if widths[i] = wide; !g.isForPrograms(i) {
			widths[i] = min(wide, max(least, uniseg.StringWidth(g.columns[i])))
		}
		if wide > 0 {
			room -= widths[i] + len(between)
		}
	}
	for _, forPrograms := range []bool{true, false} {
		for i := len(widths) - 1; i >= 0 && room < 0; i-- {
			if widths[i] > 0 && g.isForPrograms(i) == forPrograms && some(widths) > 1 {
				room += widths[i] + len(between)
				widths[i], hidden = 0, append(hidden, g.columns[i])
			}
		}
	}
	grow := func(i, to int) {
		if more := min(to-widths[i], room); widths[i] > 0 && more > 0 {
			widths[i], room = widths[i]+more, room-more
		}
	}
	for i := range widths {
		grow(i, min(whole[i], fair))
	}
	for i := len(widths) - 1; i >= 0; i-- {
		grow(i, whole[i])
	}
	slices.Reverse(hidden)
	return widths, hidden
}

// some is how many columns are shown.
func some(widths []int) (count int) {
	for _, wide := range widths {
		if wide > 0 {
			count++
		}
	}
	return count
}

// widths is how wide each column is as a whole; 0 for one that is empty.
func (g grid) widths() []int {
	widths := make([]int, len(g.columns))
	for i, name := range g.columns {
		for _, row := range g.rows {
			widths[i] = max(widths[i], uniseg.StringWidth(row[i]))
		}
		if widths[i] > 0 {
			widths[i] = max(widths[i], uniseg.StringWidth(name))
		}
	}
	return widths
}

// isForPrograms reports a column of ids, of places in the log, or of objects.
func (g grid) isForPrograms(column int) bool {
	if name := g.columns[column]; name == "position" || name == "revision" || name == "invitation" || name == "registration" {
		return true
	}
	return slices.ContainsFunc(g.rows, func(row []string) bool { return anID.MatchString(row[column]) || strings.HasPrefix(row[column], "{") })
}

var anID = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
