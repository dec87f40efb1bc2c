package questions

import (
	"context"
	"slices"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	approvalsview "github.com/usher-engine/usher/projections/approvals"
	employeesview "github.com/usher-engine/usher/projections/employees"
	invitedview "github.com/usher-engine/usher/projections/invited"
)

// Counted is how many there are in lists of people; nil of lists that the asker may not see.
type Counted struct {
	Active, Dismissed int
	Invited           *invitedview.Counts
	Approvals         *Approving
	Position          domain.Position
}

// Approving is how many wait, and for what.
type Approving struct{ Approval, Proof int }

// Counts asks how many people there are in the lists that the asker may see, as of now.
func Counts() Question[struct{}, Counted] {
	return Question[struct{}, Counted]{
		Entry{"counts", commands.SeeColleagues, []projections.View{employeesview.View(), invitedview.View(), approvalsview.View()}}, counts,
	}
}

func counts(ctx context.Context, asker Asker, _ struct{}) (counted Counted, err error) {
	may, err := asker.from.App.Permitted(ctx, asker.Caller, asker.Account, commands.SeeInvited, commands.SeeApprovals)
	if err != nil {
		return Counted{}, err
	}
	if counted.Active, counted.Dismissed, counted.Position, err = employeesview.ByStatus(ctx, asker.rows, asker.Account); err != nil {
		return Counted{}, err
	}
	if slices.Contains(may, commands.SeeInvited) {
		found, position, err := invitedview.Count(ctx, asker.rows, asker.Account, asker.from.Now())
		if err != nil {
			return Counted{}, err
		}
		counted.Invited, counted.Position = &found, earlier(counted.Position, position)
	}
	if slices.Contains(may, commands.SeeApprovals) {
		approval, proof, position, err := approvalsview.Count(ctx, asker.rows, asker.Account)
		if err != nil {
			return Counted{}, err
		}
		counted.Approvals, counted.Position = &Approving{approval, proof}, earlier(counted.Position, position)
	}
	return counted, nil
}

// earlier is up to where both reflect the log.
func earlier(a, b domain.Position) domain.Position {
	if a.After(b) {
		return b
	}
	return a
}
