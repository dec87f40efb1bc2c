package views

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Frame is what stands around the content of a page: the words, and who looks at it.
type Frame struct {
	texts.Texts
	Title string
	Path  string
	// Company, Slug, Name, Role and Permitted are of who is signed in; Slug is empty where
	// nobody is.
	Company   string
	Slug      string
	Name      string
	Role      domain.Role
	Permitted []commands.Action
	// Zone is what times are written in.
	Zone *time.Location
	// Late says that the page does not show yet what was just done.
	Late bool
	// Outbox says that messages are kept here, for whoever looks at this to read.
	Outbox bool
	// Live names the views that the content is made of, where it follows them; Address is
	// where it is asked for again, and Reflects how much of the log it shows.
	Live     []string
	Address  string
	Reflects string
	// ChosenTheme and ChosenZone are what whoever is signed in has chosen; empty for nothing.
	ChosenTheme person.Theme
	ChosenZone  string
	// NoKeys switches off the keys that lead somewhere.
	NoKeys bool
	// Demo says that the company is a sample, and Plain that what is typed is not
	// protected on its way.
	Demo, Plain bool
}

// At returns the path of a page of the company, by what follows its name.
func (f Frame) At(parts ...string) string {
	return strings.Join(append([]string{"/at/" + f.Slug}, parts...), "/")
}

// IsAt reports whether this is the page of a path, or one below it.
func (f Frame) IsAt(path string) bool {
	return f.Path == path || path != f.At() && strings.HasPrefix(f.Path, path+"/")
}

// FullTitle returns what the browser's tab says.
func (f Frame) FullTitle() string {
	if f.Company == "" || f.Company == f.Title {
		return f.Title
	}
	return f.Title + " – " + f.Company
}

// section is a place in the navigation.
type section struct {
	name, path string
	keys       string
}

// sections are what whoever is signed in may see.
func (f Frame) sections() []section {
	all := []section{{f.Activity(), f.At(), "g a"}, {f.People(), f.At("people"), "g e"}, {f.Structure(), f.At("structure"), "g s"}}
	if f.May(commands.SeeHistory) {
		all = append(all, section{f.History(), f.At("history"), "g h"})
	}
	if f.May(commands.ChangeSettings) {
		all = append(all, section{f.Settings(), f.At("settings"), "g t"})
	}
	return all
}

// May reports whether whoever is signed in is shown the way to do something; whoever then
// does it is judged anew.
func (f Frame) May(action commands.Action) bool { return slices.Contains(f.Permitted, action) }

// FullName returns a name as it is written in full.
func FullName(first, last string) string { return projections.Name{First: first, Last: last}.String() }

// KeyField is the hidden field of the key by which a form counts once.
const KeyField = "key"

func newKey() string { return rand.Text() }

// Fault is what is wrong with a field of a form; with the whole of it, where Field is
// empty.
type Fault struct {
	Field      string
	Code       domain.Code
	Text       string
	DidYouMean string
}

// Faults is what is wrong with a form.
type Faults []Fault

// Of returns what is wrong with a field; empty where nothing is.
func (f Faults) Of(field string) string {
	for _, one := range f {
		if one.Field == field {
			return one.Text
		}
	}
	return ""
}

// iso is a moment as browsers read it.
func iso(at time.Time) string { return at.UTC().Format(time.RFC3339) }
