package web

import (
	"context"
	"slices"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	approvalsview "github.com/usher-engine/usher/projections/approvals"
)

// approvals is the list of who registered and waits.
func (p *Pages) approvals(v *visit) error { return v.showApprovals(nil, nil) }

// toApprovals leads who reads the address of a form again to the list.
func (p *Pages) toApprovals(v *visit) error { return v.seeOther(v.at("people", "approvals")) }

func (v *visit) showApprovals(outcome *views.ApprovalsOutcome, faults views.Faults) error {
	data := views.ApprovalsData{
		List: v.listing(v.at("people", "approvals"), "search", "sort"), Decides: v.me.May(commands.DecideRegistrations), Outcome: outcome, Faults: faults,
	}
	data.List.CSV, data.List.Count = v.at("people", "approvals.csv"), v.t.PeopleCount
	found, err := v.askApprovals(data.List)
	wrong, err := v.wrong(err)
	if err != nil {
		return err
	}
	data.Faults = append(data.Faults, wrong...)
	data.Items, data.Names, data.List.Next, data.List.Total = v.waitingRows(found.Items), found.Inviters, found.Next, found.Total
	if data.Tabs, err = v.peopleTabs("approvals"); err != nil {
		return err
	}
	return v.answerLiveList(v.t.PeopleApprovals(), data.Faults, found.Position, approvalsview.View(), func(f views.Frame) component { return views.Approvals(f, data) })
}

func (v *visit) askApprovals(list views.Listing) (questions.Waiting, error) {
	return ask(v, questions.Approvals(), approvalsview.Query{Search: projections.Search{list.Asked.Get("search")}, Paging: paging(list)})
}

// waitingRows is the registrations that wait, each in a row of its own: the latest of a
// contact before the others.
func (v *visit) waitingRows(found []approvalsview.Approval) (rows []views.WaitingRow) {
	for _, one := range found {
		rows = append(rows, views.WaitingRow{Person: one.Person, Registration: one.Registration, Shown: v.App.Spaced(one.Login)})
		for _, other := range slices.Backward(one.Others) {
			rows = append(rows, views.WaitingRow{Person: one.Person, Registration: other, Shown: v.App.Spaced(other.Login), Other: true})
		}
	}
	return rows
}

// pickedRegistrations is what a form is about, with what the list says of it.
func (v *visit) pickedRegistrations() (picked []views.WaitingRow, err error) {
	found, err := v.askApprovals(v.listing("", "search", "sort"))
	if err != nil {
		return nil, err
	}
	listed := v.waitingRows(found.Items)
	for _, row := range v.pickedRows() {
		one := views.WaitingRow{Person: row.person}
		one.Number = row.number
		if i := slices.IndexFunc(listed, func(one views.WaitingRow) bool { return one.Person == row.person && one.Number == row.number }); i >= 0 {
			one = listed[i]
		}
		picked = append(picked, one)
	}
	return picked, nil
}

// approve lets registrants in.
func (p *Pages) approve(v *visit) error {
	return v.decide(func(ctx context.Context, request commands.Request, decisions []commands.Decision) (commands.Decided, error) {
		return v.App.ApproveAll(ctx, request, decisions)
	}, func(done *views.ApprovalsOutcome) { done.In++ })
}

// reject does not let registrants in: it asks before.
func (p *Pages) reject(v *visit) error {
	if v.field("sure") != "1" {
		return v.askKeepOut(nil)
	}
	return v.decide(func(ctx context.Context, request commands.Request, decisions []commands.Decision) (commands.Decided, error) {
		return v.App.RejectAll(ctx, request, decisions, v.field("reason"))
	}, func(done *views.ApprovalsOutcome) { done.Out++ })
}

func (v *visit) askKeepOut(faults views.Faults) error {
	rows, err := v.pickedRegistrations()
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return v.showApprovals(nil, views.Faults{{Text: v.t.InvitedPickNone()}})
	}
	form := views.KeepOutForm{Rows: rows, Reason: v.field("reason"), Hidden: v.listing("", "search", "sort").Hidden(), Faults: faults}
	return v.formPage(v.t.ApprovalsKeepOut(), faults, func(f views.Frame) component { return views.KeepOut(f, form) })
}

// decide decides on the rows that a form names.
func (v *visit) decide(
	do func(context.Context, commands.Request, []commands.Decision) (commands.Decided, error), count func(*views.ApprovalsOutcome),
) error {
	rows, err := v.pickedRegistrations()
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return v.showApprovals(nil, views.Faults{{Text: v.t.InvitedPickNone()}})
	}
	decisions := make([]commands.Decision, len(rows))
	for i, one := range rows {
		decisions[i] = commands.Decision{Person: one.Person, Registration: one.Number}
	}
	var decided commands.Decided
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		decided, err = do(ctx, request, decisions)
		return err
	})
	if domain.CodeOf(err) == domain.InvalidReason {
		faults, err := v.wrong(err)
		if err != nil {
			return err
		}
		return v.askKeepOut(faults)
	}
	if err != nil {
		return err
	}
	done := views.ApprovalsOutcome{}
	for i, refused := range decided.Rows {
		if refused == nil {
			count(&done)
			continue
		}
		done.Refused = append(done.Refused, v.refusedRow(v.registrantName(rows[i]), refused))
	}
	v.reflect(decided.Position)
	return v.showApprovals(&done, nil)
}

func (v *visit) registrantName(of views.WaitingRow) string {
	if of.Name.IsZero() {
		return v.t.ApprovalsOne()
	}
	return of.Name.String()
}

// sendProof sends a registrant the link that proves the address.
func (p *Pages) sendProof(v *visit) error {
	rows, err := v.pickedRegistrations()
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return v.showApprovals(nil, views.Faults{{Text: v.t.InvitedPickNone()}})
	}
	var sent commands.Done
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		sent, err = v.App.SendProofAgain(ctx, request, commands.Decision{Person: rows[0].Person, Registration: rows[0].Number})
		return err
	})
	if err != nil && !isRefusal(err) {
		return err
	}
	done := views.ApprovalsOutcome{Proof: err == nil}
	if err != nil {
		done.Refused = append(done.Refused, v.refusedRow(v.registrantName(rows[0]), err))
	}
	v.reflect(sent.Position)
	return v.showApprovals(&done, nil)
}
