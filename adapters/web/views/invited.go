package views

import (
	"fmt"
	"slices"
	"strings"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	invitedview "github.com/usher-engine/usher/projections/invited"
)

// InvitedData is what the list of the invited shows.
type InvitedData struct {
	Tabs  PeopleTabs
	List  Listing
	Items []InvitedRow
	// Outcome is what became of what was asked for; nil where nothing was.
	Outcome *InvitedOutcome
	Faults  Faults
}

// InvitedRow is somebody invited.
type InvitedRow struct {
	questions.Invitee
	// Shown is the contact as its country writes it.
	Shown string
	// Why is why the right contact could not be invited, where this one was corrected.
	Why string
	// Mine says that whoever looks may send it again, take it back and correct it.
	Mine bool
}

// Key names the row in a form: the person, and which of the invitations was seen.
func (r InvitedRow) Key() string { return fmt.Sprintf("%s.%d", r.Person, r.Invitation) }

// place is where the invited will stand; empty where nothing was chosen.
func (r InvitedRow) place() string {
	var names []string
	if name := r.Places.Departments[r.Department]; name != "" && !r.Department.IsZero() {
		names = append(names, name)
	}
	return strings.Join(append(names, r.Places.WorkgroupNames(r.Workgroups)...), ", ")
}

func (d InvitedData) anyMine() bool {
	return slices.ContainsFunc(d.Items, func(one InvitedRow) bool { return one.Mine })
}

// InvitedOutcome is what became of several invitations.
type InvitedOutcome struct {
	Sent, TakenBack int
	Refused         []RefusedRow
	// Again is how those taken back would be invited anew.
	Again []string
	// More says that there were more than are done at once.
	More bool
}

// RefusedRow is a row that was not done, and why.
type RefusedRow struct{ Name, Text string }

func stateOfInvitation(status invitedview.Status) look {
	switch status {
	case invitedview.Expired:
		return lookOver
	case invitedview.Declined:
		return lookNo
	case invitedview.Asked, invitedview.Refused:
		return lookAsk
	case invitedview.Pending:
	}
	return lookOpen
}

func (f Frame) invitationOptions() []Option {
	options := []Option{{"", f.InvitedAnyStatus()}}
	for _, one := range []invitedview.Status{invitedview.Pending, invitedview.Expired, invitedview.Declined, invitedview.Asked, invitedview.Refused} {
		options = append(options, Option{string(one), f.InvitedState(one)})
	}
	return options
}

// CorrectForm is the form of a mistyped contact.
type CorrectForm struct {
	Person     domain.PersonID
	Invitation int
	Contact    string // as it was typed before
	Right      string // as it is typed now
	Confirm    bool   // it looks wrong, and may be right
	Faults     Faults
}

// SuggestedFor returns what was probably meant.
func (f Faults) SuggestedFor(field string) string {
	for _, one := range f {
		if one.Field == field {
			return one.DidYouMean
		}
	}
	return ""
}

func untilLabel(f Frame, one InvitedRow) string {
	if one.Status == invitedview.Expired {
		return f.InvitedRan()
	}
	return f.InvitedUntil()
}
