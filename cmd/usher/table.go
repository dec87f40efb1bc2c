package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rivo/uniseg"
)

const (
	// between is what stands between two columns.
	between = "  "
	// nothing stands where there is nothing to say.
	nothing = "-"
)

// member is a member of an object, in the order in which they came.
type member struct {
	name  string
	value json.RawMessage
}

func membersOf(object json.RawMessage) (members []member, err error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		one := member{name: fmt.Sprint(name)}
		if err := decoder.Decode(&one.value); err != nil {
			return nil, err
		}
		members = append(members, one)
	}
	return members, nil
}

// tell writes an answer for people: what it says of itself, then its lists as tables.
func tell(to io.Writer, answer json.RawMessage, width int) error {
	if isObject(answer) {
		return tellObject(to, answer, "", width)
	}
	_, err := fmt.Fprintln(to, forPeople(answer))
	return err
}

func tellObject(to io.Writer, object json.RawMessage, indent string, width int) error {
	members, err := membersOf(object)
	if err != nil {
		return err
	}
	isList, longest := false, 0
	for _, one := range members {
		isList = isList || isListed(one.name)
		if !isObject(one.value) && !one.hasRows() {
			longest = max(longest, uniseg.StringWidth(one.name))
		}
	}
	for _, one := range members {
		switch name := plain(one.name); {
		case one.name == "next" && isList:
			fmt.Fprintf(to, "%sThere are more: --all shows them all.\n", indent)
		case one.name == "position" && isList: // which is for programs
		case isObject(one.value):
			fmt.Fprintf(to, "%s%s\n", indent, name)
			err = tellObject(to, one.value, indent+between, width)
		case one.hasRows():
			err = tellRows(to, one, indent, width)
		default:
			fmt.Fprintf(to, "%s%s%s%s\n", indent, padded(name, longest), between, cmp.Or(forPeople(one.value), nothing))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func tellRows(to io.Writer, list member, indent string, width int) error {
	var rows []json.RawMessage
	if err := json.Unmarshal(list.value, &rows); err != nil {
		return err
	}
	if !isListed(list.name) {
		fmt.Fprintf(to, "%s%s\n", indent, plain(list.name))
		indent += between
	} else if len(rows) == 0 {
		_, err := fmt.Fprintf(to, "%s%s\n", indent, "There are none.")
		return err
	}
	if !isListed(list.name) && slices.ContainsFunc(rows, isDeep) {
		for _, row := range rows {
			if err := tellObject(to, row, indent, width); err != nil {
				return err
			}
		}
		return nil
	}
	whole, err := gridOf(rows)
	if err != nil {
		return err
	}
	return whole.print(to, indent, width)
}

// isDeep reports an object within which are others.
func isDeep(object json.RawMessage) bool {
	members, err := membersOf(object)
	return err == nil && slices.ContainsFunc(members, func(one member) bool { return isRows(one.value) })
}

// hasRows reports what stands below its name: rows, and the list itself that was asked for.
func (m member) hasRows() bool {
	return isRows(m.value) && (string(m.value) != "[]" || isListed(m.name))
}

// isListed reports the name of what a list is asked for.
func isListed(name string) bool { return name == "items" || name == "results" }

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(width-uniseg.StringWidth(text), 0))
}

// cut is a text that is no wider than width, as a terminal shows it.
func cut(text string, width int) string {
	if uniseg.StringWidth(text) <= width {
		return text
	}
	var kept strings.Builder
	for wide, signs := 0, uniseg.NewGraphemes(text); signs.Next(); {
		if wide += signs.Width(); wide > width-1 {
			break
		}
		kept.WriteString(signs.Str())
	}
	return kept.String() + "…"
}

func isObject(value json.RawMessage) bool { return len(value) > 0 && value[0] == '{' }

// isRows reports a list of objects, or one that may be.
func isRows(value json.RawMessage) bool {
	var rows []map[string]any
	return len(value) > 0 && value[0] == '[' && json.Unmarshal(value, &rows) == nil && rows != nil
}

// exact is a value as a cell: a text as it is, nothing for null, and else JSON.
func exact(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var whole bytes.Buffer
	if json.Compact(&whole, value) != nil {
		return string(value)
	}
	return whole.String()
}

// forPeople is a value in one line, without anything that a terminal would obey.
func forPeople(value json.RawMessage) string {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil && (len(list) == 0 || !isRows(value)) {
		var texts []string
		for _, one := range list {
			texts = append(texts, forPeople(one))
		}
		return strings.Join(texts, ", ")
	}
	text := exact(value)
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UTC().Format("2006-01-02 15:04Z")
	}
	return plain(text)
}

// plain takes out of a text what moves the cursor, changes colours, or turns the order of
// signs around.
func plain(text string) string {
	return strings.Map(func(sign rune) rune {
		switch {
		case unicode.IsSpace(sign):
			return ' '
		case unicode.IsControl(sign), sign >= 0x202A && sign <= 0x202E, sign >= 0x2066 && sign <= 0x2069:
			return -1
		}
		return sign
	}, text)
}
