package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// show writes an answer: as a table for people at a terminal, and as JSON for programs.
func (d *do) show(out *output, answer json.RawMessage) error {
	if len(answer) == 0 {
		return nil
	}
	width, people := terminal(out.stdout)
	var shown bytes.Buffer
	switch {
	case d.JSON:
		if err := json.Compact(&shown, answer); err != nil {
			return err
		}
	case d.Columns != nil:
		rows, are := rowsOf(answer)
		if !are {
			return errors.New("--columns is for lists; this answer is none")
		}
		if err := d.tellColumns(&shown, rows); err != nil {
			return err
		}
	case people:
		if err := tell(&shown, answer, width); err != nil {
			return err
		}
	default:
		if err := json.Indent(&shown, answer, "", "  "); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out.stdout, strings.TrimRight(shown.String(), "\n "))
	return err
}

func (d *do) tellColumns(to io.Writer, rows []json.RawMessage) error {
	whole, err := gridOf(rows)
	if err == nil {
		whole, err = whole.only(d.Columns)
	}
	if err != nil {
		return err
	}
	return whole.print(to, "", math.MaxInt32) // as whoever chooses has thought of the width
}

// follow writes the items of a list, page after page.
func (d *do) follow(ctx context.Context, api *operator, request apiRequest) error {
	_, people := terminal(api.stdout)
	together := d.Columns != nil || people && !d.JSON
	all := []json.RawMessage{}
	for cursor := ""; ; {
		var page struct {
			Items []json.RawMessage
			Next  string
		}
		if err := api.ask(ctx, request.method, request.target(cursor), "", nil, &page); err != nil {
			return err
		}
		for _, item := range page.Items {
			if together {
				all = append(all, item)
			} else if _, err := fmt.Fprintln(api.stdout, string(item)); err != nil {
				return err
			}
		}
		if cursor = page.Next; cursor != "" {
			continue
		}
		if !together {
			return nil
		}
		whole, err := json.Marshal(map[string]any{"items": all})
		if err != nil {
			return err
		}
		return d.show(api.output, whole)
	}
}

// rowsOf is the rows of an answer that is a list.
func rowsOf(answer json.RawMessage) ([]json.RawMessage, bool) {
	var list struct{ Items, Results []json.RawMessage }
	if json.Unmarshal(answer, &list) != nil {
		return nil, false
	}
	if list.Items == nil {
		list.Items = list.Results
	}
	return list.Items, list.Items != nil
}

// terminal is how wide the terminal is that this goes to, if it goes to one.
func terminal(to io.Writer) (width int, is bool) {
	file, ok := to.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return narrow, false
	}
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 {
		return columns, true
	}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
		return width, true
	}
	return narrow, true
}

// narrow is how wide a terminal is of which nobody knows.
const narrow = 80
