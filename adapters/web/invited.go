package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/projections"
	invitedview "github.com/usher-engine/usher/projections/invited"
)

const (
	// mostAtOnce is how many rows one form is good for, and besideEachOther how many of
	// them are done at the same time.
	mostAtOnce      = 1000
	besideEachOther = 16
)

// invited is the list of who was asked and has not come.
func (p *Pages) invited(v *visit) error { return v.showInvited(nil, nil) }

// toInvited leads who reads the address of a form again to the list.
func (p *Pages) toInvited(v *visit) error { return v.seeOther(v.at("people", "invited")) }

func (v *visit) showInvited(outcome *views.InvitedOutcome, faults views.Faults) error {
	data := views.InvitedData{List: v.listing(v.at("people", "invited"), "search", "status", "sort"), Outcome: outcome, Faults: faults}
	data.List.CSV, data.List.Count = v.at("people", "invited.csv"), v.t.InvitedCount
	found, err := v.askInvited(data.List)
	wrong, err := v.wrong(err)
	if err != nil {
		return err
	}
	data.Faults = append(data.Faults, wrong...)
	data.List.Next, data.List.Total = found.Next, found.Total
	for _, one := range found.Items {
		row := views.InvitedRow{Invitee: one, Shown: v.App.Spaced(one.Contact), Mine: v.handles(one)}
		if explained, known := httpkit.Explain(one.Refused); known {
			row.Why = v.t.Refusal(one.Refused, explained.Meaning)
		}
		data.Items = append(data.Items, row)
	}
	if data.Tabs, err = v.peopleTabs("invited"); err != nil {
		return err
	}
	return v.answerLiveList(v.t.PeopleInvited(), data.Faults, found.Position, invitedview.View(), func(f views.Frame) component { return views.Invited(f, data) })
}

func (v *visit) askInvited(list views.Listing) (projections.Page[questions.Invitee], error) {
	return ask(v, questions.Invited(), invitedview.Query{
		Status: invitedview.Status(list.Asked.Get("status")), Search: projections.Search{list.Asked.Get("search")}, Paging: paging(list),
	})
}

// handles reports whether whoever looks may send an invitation again, and take it back.
func (v *visit) handles(one questions.Invitee) bool {
	return !one.HistoryMissing && (v.me.May(commands.ManageInvitations) || v.me.MayInvite && one.InvitedBy == v.me.Person)
}

// pickedInvitation is an invitation that a form names, with what is known of it.
type pickedInvitation struct {
	commands.InvitationOf
	invitedview.Invitee
}

// pickedInvitations is what a form is about: one invitation, those that are ticked, or all
// that match, as many as are done at once.
func (v *visit) pickedInvitations() (picked []pickedInvitation, more bool, err error) {
	if v.field("all") == "1" && v.field("only") == "" {
		return v.allInvitations()
	}
	rows := v.pickedRows()
	for _, row := range rows[:min(mostAtOnce, len(rows))] {
		one := pickedInvitation{InvitationOf: commands.InvitationOf{Person: row.person, Invitation: row.number}}
		if one.Invitee, err = v.invitation(row.person); err != nil {
			return nil, false, err
		}
		picked = append(picked, one)
	}
	return picked, len(rows) > mostAtOnce, nil
}

func (v *visit) allInvitations() (picked []pickedInvitation, more bool, err error) {
	list := v.listing("", "search", "status", "sort")
	for list.Cursor = ""; ; list.Cursor = list.Next {
		found, err := v.askInvited(list)
		if err != nil {
			return nil, false, err
		}
		for _, one := range found.Items {
			if v.handles(one) {
				picked = append(picked, pickedInvitation{commands.InvitationOf{Person: one.Person, Invitation: one.Invitation}, one.Invitee})
			}
		}
		list.Next = found.Next
		if list.Next == "" || len(picked) >= mostAtOnce {
			return picked[:min(mostAtOnce, len(picked))], list.Next != "" || len(picked) > mostAtOnce, nil
		}
	}
}

// invitation is what is known of somebody's invitation, listed or not.
func (v *visit) invitation(id domain.PersonID) (invitedview.Invitee, error) {
	if err := v.asker().Permit(v.Context(), questions.Invited().Entry); err != nil {
		return invitedview.Invitee{}, err
	}
	found, _, err := invitedview.Of(v.Context(), v.Sources.Reader, v.x.Account, id)
	return found, err
}

// pickedRow is a row of a list as a form names it: a person, and the number of what was seen.
type pickedRow struct {
	person domain.PersonID
	number int
}

// pickedRows is the row whose button was pressed, or else those that are ticked.
func (v *visit) pickedRows() (rows []pickedRow) {
	keys := v.PostForm["row"]
	if only := v.field("only"); only != "" {
		keys = []string{only}
	}
	for _, key := range keys {
		id, number, _ := strings.Cut(key, ".")
		row := pickedRow{}
		var err error
		if row.person, err = idIf[domain.PersonID](id, "row"); err != nil {
			continue
		}
		if row.number, err = strconv.Atoi(number); err == nil && !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// resend sends invitations again.
func (p *Pages) resend(v *visit) error {
	return v.handleInvitations(func(ctx context.Context, request commands.Request, one pickedInvitation, done *views.InvitedOutcome) (domain.Position, error) {
		resent, err := v.App.Resend(ctx, request, one.InvitationOf)
		if err == nil {
			done.Sent++
		}
		return resent.Position, err
	})
}

// takeBack takes invitations back.
func (p *Pages) takeBack(v *visit) error {
	return v.handleInvitations(func(ctx context.Context, request commands.Request, one pickedInvitation, done *views.InvitedOutcome) (domain.Position, error) {
		revoked, err := v.App.Revoke(ctx, request, one.InvitationOf)
		if err == nil {
			done.TakenBack++
			if one.Contact != "" {
				done.Again = append(done.Again, anew(one.Invitee))
			}
		}
		return revoked.Position, err
	})
}

// handleInvitations does something with each of the rows that a form names.
func (v *visit) handleInvitations(do func(context.Context, commands.Request, pickedInvitation, *views.InvitedOutcome) (domain.Position, error)) error {
	picked, more, err := v.pickedInvitations()
	if err != nil {
		return err
	}
	if len(picked) == 0 {
		return v.showInvited(nil, views.Faults{{Text: v.t.InvitedPickNone()}})
	}
	done := views.InvitedOutcome{More: more}
	err = v.command("", func(ctx context.Context, request commands.Request) error {
		parts, positions, errs := make([]views.InvitedOutcome, len(picked)), make([]domain.Position, len(picked)), make([]error, len(picked))
		forEach(len(picked), func(i int) {
			of := request
			of.Command = domain.CommandID(request.Command.Derive(picked[i].InvitationOf.Person.String()))
			positions[i], errs[i] = do(ctx, of, picked[i], &parts[i])
		})
		for i, err := range errs {
			if err != nil && !isRefusal(err) {
				return err
			}
			if err != nil {
				done.Refused = append(done.Refused, v.refusedRow(v.invitationName(picked[i]), err))
			}
			done.Sent, done.TakenBack, done.Again = done.Sent+parts[i].Sent, done.TakenBack+parts[i].TakenBack, append(done.Again, parts[i].Again...)
			v.reflect(positions[i])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.showInvited(&done, nil)
}

// forEach calls do for each number below n, some at the same time.
func forEach(n int, do func(i int)) {
	var group sync.WaitGroup
	free := make(chan struct{}, besideEachOther)
	for i := range n {
		free <- struct{}{}
		group.Go(func() {
			defer func() { <-free }()
			do(i)
		})
	}
	group.Wait()
}

// reflect has the page show at least what was done at a position.
func (v *visit) reflect(position domain.Position) {
	if position.After(v.least) {
		v.least = position
	}
}

func (v *visit) refusedRow(name string, err error) views.RefusedRow {
	return views.RefusedRow{Name: name, Text: v.words(httpkit.ProblemOf(err, "body").Towards(v.x))}
}

func (v *visit) invitationName(of pickedInvitation) string {
	if of.Contact == "" {
		return v.t.InvitedOne()
	}
	return v.App.Spaced(of.Contact)
}

// anew is how somebody is invited again whose invitation was taken back, as a form's field
// has it.
func anew(one invitedview.Invitee) string {
	again := url.Values{"channel": {string(one.Channel)}, "contact": {one.Contact}}
	if !one.Department.IsZero() {
		again.Set("department", one.Department.String())
	}
	for _, id := range one.Workgroups {
		again.Add("workgroup", id.String())
	}
	return again.Encode()
}

// inviteAgain invites those anew whose invitations were taken back.
func (p *Pages) inviteAgain(v *visit) error {
	groups := map[string][]string{} // contacts, by all else
	for _, text := range v.PostForm["again"] {
		again, err := url.ParseQuery(text)
		if err != nil || again.Get("contact") == "" {
			continue
		}
		contact := again.Get("contact")
		again.Del("contact")
		groups[again.Encode()] = append(groups[again.Encode()], contact)
	}
	done := views.InvitedOutcome{}
	err := v.command("", func(ctx context.Context, request commands.Request) error {
		for group, contacts := range groups {
			of := request
			of.Command = domain.CommandID(request.Command.Derive(group))
			invited, err := v.inviteAnew(ctx, of, group, contacts)
			if err != nil && !isRefusal(err) {
				return err
			}
			if err != nil {
				done.Refused = append(done.Refused, v.refusedRow(strings.Join(contacts, ", "), err))
				continue
			}
			for _, row := range invited.Rows {
				if row.Refused == nil {
					done.Sent++
					continue
				}
				done.Refused = append(done.Refused, v.refusedRow(v.App.Spaced(row.Contact), row.Refused))
			}
			v.reflect(invited.Position)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.showInvited(&done, nil)
}

func (v *visit) inviteAnew(ctx context.Context, request commands.Request, group string, contacts []string) (commands.Invited, error) {
	all, err := url.ParseQuery(group)
	if err != nil {
		return commands.Invited{}, domain.Refuse(domain.InvalidRequest, "this form cannot be read")
	}
	if batch.Channel(all.Get("channel")) == batch.SMS {
		return v.App.InviteBySMS(ctx, request, commands.InviteBySMS{Phones: contacts, Confirmed: contacts})
	}
	department, err := idIf[domain.DepartmentID](all.Get("department"), "department")
	if err != nil {
		return commands.Invited{}, err
	}
	var workgroups []domain.WorkgroupID
	for _, text := range all["workgroup"] {
		var id domain.WorkgroupID
		if err := id.UnmarshalText([]byte(text)); err != nil {
			return commands.Invited{}, err
		}
		workgroups = append(workgroups, id)
	}
	return v.App.InviteByEmail(ctx, request, commands.InviteByEmail{Emails: contacts, Confirmed: contacts, Department: department, Workgroups: workgroups})
}

// correct is the page of a mistyped contact.
func (p *Pages) correct(v *visit) error {
	form, err := v.correctForm()
	if err != nil {
		return err
	}
	return v.page(v.t.InvitedCorrectTitle(), views.Correct(v.frame(v.t.InvitedCorrectTitle()), form))
}

func (v *visit) correctForm() (views.CorrectForm, error) {
	form := views.CorrectForm{}
	var err error
	if form.Person, err = v.pathPerson(); err != nil {
		return form, err
	}
	form.Invitation, _ = strconv.Atoi(v.FormValue("invitation")) // none is the last
	found, err := v.invitation(form.Person)
	if err == nil && found.Contact == "" {
		err = domain.Refuse(domain.NotFound, "")
	}
	form.Contact, form.Right = v.App.Spaced(found.Contact), found.Contact
	return form, err
}

func (p *Pages) sendCorrect(v *visit) error {
	form, err := v.correctForm()
	if err != nil {
		return err
	}
	form.Right = v.field("contact")
	var done commands.Registered
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		correction := commands.CorrectContact{InvitationOf: commands.InvitationOf{Person: form.Person, Invitation: form.Invitation}, Contact: form.Right}
		if v.field("confirm") == "1" {
			correction.Confirmed = []string{form.Right}
		}
		done, err = v.App.Correct(ctx, request, correction)
		return err
	})
	if form.Faults, err = v.wrong(err); err != nil {
		return err
	}
	form.Confirm = v.asksBack(form.Faults)
	if form.Faults == nil {
		return v.done(v.at("people", "invited"), done.Position)
	}
	return v.formPage(v.t.InvitedCorrectTitle(), form.Faults, func(f views.Frame) component { return views.Correct(f, form) })
}

// asksBack reports whether something is wrong that whoever sends it can say is meant.
func (v *visit) asksBack(faults views.Faults) bool {
	return slices.ContainsFunc(faults, func(one views.Fault) bool { return v.confirms(one.Code) })
}

// isRefusal reports whether an error is an answer to what was asked for, and no failure.
func isRefusal(err error) bool {
	_, refused := errors.AsType[*domain.Refusal](err)
	return refused
}
