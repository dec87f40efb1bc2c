package views

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
)

// PageRows is how many rows a page of a list has.
const PageRows = 50

// PeopleTabs is the lists of people that somebody may see.
type PeopleTabs struct {
	At string // "", "invited" or "approvals"
	// Invited and Waiting are how many stand there; nil where somebody may not see it, and
	// negative where nobody counted.
	Invited, Waiting *int
}

// Listing is a list that is filtered, sorted, and read in pages.
type Listing struct {
	// Path is the list's own, without a query.
	Path string
	// Asked is what the form says, without the cursor.
	Asked url.Values
	// Cursor is where this page begins, Next where the one that follows does; empty for
	// the first and behind the last.
	Cursor, Next string
	Total        *int
	// Count says how many there are.
	Count func(n int) string
	CSV   string
}

// IsFiltered reports whether the list may leave something out.
func (l Listing) IsFiltered() bool {
	for name := range l.Asked {
		if name != "sort" && l.Asked.Get(name) != "" {
			return true
		}
	}
	return false
}

// HasFilters reports whether more is set than what is looked for.
func (l Listing) HasFilters() bool {
	for name := range l.Asked {
		if name != "search" && l.Asked.Get(name) != "" {
			return true
		}
	}
	return false
}

// With returns the list's address with other values, which come in pairs of name and value; an
// empty value leaves it out.
func (l Listing) With(pairs ...string) string {
	query := url.Values{}
	for name := range l.Asked {
		if value := l.Asked.Get(name); value != "" {
			query.Set(name, value)
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Del(pairs[i])
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return l.Path
	}
	return l.Path + "?" + query.Encode()
}

// CSVPath returns where the whole list is, as a spreadsheet has it.
func (l Listing) CSVPath() string {
	return l.CSV + strings.TrimPrefix(l.With(), l.Path)
}

// Hidden returns what a form around the list sends along, so that the answer shows the same.
func (l Listing) Hidden() []Pair {
	var pairs []Pair
	for name := range l.Asked {
		if value := l.Asked.Get(name); value != "" {
			pairs = append(pairs, Pair{name, value})
		}
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
	if l.Cursor != "" {
		pairs = append(pairs, Pair{"cursor", l.Cursor})
	}
	return pairs
}

// Pair is a name and a value.
type Pair struct{ Name, Value string }

// Option is a choice of a select.
type Option struct{ Value, Name string }

// Place is a department to choose.
type Place struct {
	ID    domain.DepartmentID
	Name  string
	Depth int // below the root
}

func placeOptions(places []Place) []Option {
	options := make([]Option, len(places))
	for i, one := range places {
		options[i] = Option{one.ID.String(), strings.Repeat("\u2003", one.Depth) + one.Name}
	}
	return options
}

// PeopleData is what the list of employees shows.
type PeopleData struct {
	Tabs   PeopleTabs
	List   Listing
	Items  []questions.Colleague
	Places []Place
	Me     domain.PersonID
	Faults Faults
}

func (f Frame) statusOptions() []Option {
	options := []Option{{"", f.PeopleAnyAccess()}}
	for _, one := range []employeesview.Status{employeesview.Active, employeesview.Dismissed} {
		options = append(options, Option{string(one), f.PeopleStatus(one)})
	}
	return options
}

func (f Frame) roleOptions(orAny bool) (options []Option) {
	if orAny {
		options = []Option{{"", f.PeopleAnyRole()}}
	}
	for _, one := range []domain.Role{domain.RoleAdministrator, domain.RoleAuditor, domain.RoleEmployee} {
		options = append(options, Option{string(one), f.Texts.Role(string(one))})
	}
	return options
}

func sortOptions(name func(string) string, sorts ...string) []Option {
	options := make([]Option, len(sorts))
	for i, one := range sorts {
		options[i] = Option{one, name(one)}
	}
	return options
}

// stateOfAccess is the look of whether somebody has access.
func stateOfAccess(access employeesview.Access) look {
	switch access {
	case employeesview.PasswordPending:
		return lookOpen
	case employeesview.PasswordLapsed:
		return lookOver
	case employeesview.NoAccess:
		return lookNo
	case employeesview.Ready:
	}
	return lookIn
}

// look is the shape and colour of a state.
type look string

const (
	lookIn   look = "in"
	lookOpen look = "open"
	lookOver look = "over"
	lookNo   look = "no"
	lookAsk  look = "ask"
)

// outline is the shape's path in a box of 12.
func (l look) outline() string {
	switch l {
	case lookIn:
		return "M2.5 6.5l2.5 2.5 4.5-6"
	case lookOver:
		return "M6 2.5v4l2.5 1.5M6 .8a5.2 5.2 0 1 0 .01 0z"
	case lookNo:
		return "M2.5 2.5l7 7M9.5 2.5l-7 7"
	case lookAsk:
		return "M6 1.2L11.2 10.8H.8zM6 5v2.5M6 9v.3"
	case lookOpen:
	}
	return "M6 1.5a4.5 4.5 0 1 0 .01 0z"
}

// nameOf is what somebody is called, or that nobody knows.
func (f Frame) nameOf(name projections.Name) string {
	if name.IsZero() {
		return f.PeopleSomebody()
	}
	return name.String()
}

func number(n int) string { return strconv.Itoa(n) }
