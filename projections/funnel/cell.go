package funnel

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Figures is how many ways have reached each stage. Ways by the join link and direct
// registrations begin where somebody registers: nobody was invited, and nothing opened.
type Figures struct {
	Invited    int
	Opened     int // an invitation's form was begun, or filled in
	Registered int
	Approved   int // was let in: by an administrator, or without one by what brought the person
	FirstLogin int
}

// stage is one of them: the letter by which cells name it, when a way reached it, and
// where it is counted.
type stage struct {
	letter string
	at     func(Way) time.Time
	count  func(*Figures) *int
}

func stages() []stage {
	return []stage{
		{"i", func(w Way) time.Time { return w.Invited }, func(f *Figures) *int { return &f.Invited }},
		{"o", func(w Way) time.Time { return w.Opened }, func(f *Figures) *int { return &f.Opened }},
		{"r", func(w Way) time.Time { return w.Registered }, func(f *Figures) *int { return &f.Registered }},
		{"a", func(w Way) time.Time { return w.Approved }, func(f *Figures) *int { return &f.Approved }},
		{"l", func(w Way) time.Time { return w.FirstLogin }, func(f *Figures) *int { return &f.FirstLogin }},
	}
}

// Alike is what ways can have in common.
type Alike struct {
	Kind       Kind
	Inviter    domain.PersonID     // zero where nobody invited
	Department domain.DepartmentID // as chosen; zero, or none, means the root
	Week       Week                // in which they began
}

// cell is ways that count alike: the letters of the stages that they have reached.
type cell struct {
	Alike
	stages string
}

const cellSeparator = "/"

func cellOf(way Way) cell {
	in := cell{Alike: Alike{Kind: way.Kind, Inviter: way.Inviter, Department: way.Department, Week: way.Week}}
	for _, stage := range stages() {
		if !stage.at(way).IsZero() {
			in.stages += stage.letter
		}
	}
	return in
}

// String begins with the week, so that the cells of some weeks follow each other.
func (c cell) String() string {
	return strings.Join([]string{string(c.Week), string(c.Kind), c.Inviter.String(), c.Department.String(), c.stages}, cellSeparator)
}

// parseCell reads what String has written.
func parseCell(text string) (c cell, err error) {
	parts := strings.Split(text, cellSeparator)
	if len(parts) != 5 {
		return c, fmt.Errorf("%q is no cell of the funnel", text)
	}
	c.Week, c.Kind, c.stages = Week(parts[0]), Kind(parts[1]), parts[4]
	return c, errors.Join(c.Inviter.UnmarshalText([]byte(parts[2])), c.Department.UnmarshalText([]byte(parts[3])))
}

// add counts some ways of a cell.
func (f *Figures) add(c cell, ways int) {
	for _, stage := range stages() {
		if strings.Contains(c.stages, stage.letter) {
			*stage.count(f) += ways
		}
	}
}

// between is the cells of these weeks, both included; an empty one is no bound.
func between(from, to Week) projections.Span {
	span := projections.Span{From: string(from)}
	if to != "" {
		span.To = string(to) + "0" // which follows the separator
	}
	return span
}
