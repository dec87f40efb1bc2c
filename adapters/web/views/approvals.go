package views

import (
	"fmt"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	approvalsview "github.com/usher-engine/usher/projections/approvals"
)

// ApprovalsData is what the list of those who wait shows.
type ApprovalsData struct {
	Tabs    PeopleTabs
	List    Listing
	Items   []WaitingRow
	Names   projections.Names
	Decides bool // whoever looks may let in
	Outcome *ApprovalsOutcome
	Faults  Faults
}

// WaitingRow is a registration that waits.
type WaitingRow struct {
	Person domain.PersonID
	approvalsview.Registration
	// Shown is the contact as its country writes it.
	Shown string
	// Other says that the same contact has a later registration, which stands before.
	Other bool
}

// Key names the row in a form: the person, and which of the registrations was seen.
func (r WaitingRow) Key() string { return fmt.Sprintf("%s.%d", r.Person, r.Number) }

func (f Frame) cameBy(r WaitingRow, names projections.Names) string {
	if r.Route == person.ByJoinLink {
		return f.ApprovalsByLink(r.Generation)
	}
	return f.ApprovalsByInvitation(names[r.Inviter].String())
}

// ApprovalsOutcome is what became of several decisions.
type ApprovalsOutcome struct {
	In, Out int
	Proof   bool // a link that proves an address was sent
	Refused []RefusedRow
}

// KeepOutForm is the form of not letting people in.
type KeepOutForm struct {
	Rows   []WaitingRow
	Reason string
	Hidden []Pair
	Faults Faults
}

func (k KeepOutForm) first(f Frame) string {
	if len(k.Rows) == 0 {
		return f.PeopleSomebody()
	}
	return f.nameOf(k.Rows[0].Name)
}
