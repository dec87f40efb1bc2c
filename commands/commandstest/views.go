package commandstest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// views answers what read models answer, by going through the whole log each time.
type views struct{ log *Log }

// pageSize is small, so that there is more than one page.
const pageSize = 3

// somebody is a person's stream as it stands now.
type somebody struct {
	person.State
	slot    domain.Slot
	account domain.AccountID
}

// everybody is all people of an account, or of all accounts where it is zero.
func (v views) everybody(id domain.AccountID) []somebody {
	var all []somebody
	places := map[domain.StreamName]int{}
	for _, recorded := range v.log.All() {
		event, ok := recorded.Event.(person.Event)
		if !ok || !id.IsZero() && recorded.Metadata.Account != id {
			continue
		}
		place, known := places[recorded.Stream]
		if !known {
			place = len(all)
			places[recorded.Stream] = place
			all = append(all, somebody{slot: domain.SlotOf(recorded.Stream), account: recorded.Metadata.Account})
		}
		all[place].State = person.Evolve(all[place].State, event)
	}
	return all
}

// SlotOf implements commands.Directory.
func (v views) SlotOf(ctx context.Context, id domain.AccountID, who domain.PersonID, least domain.Position) (domain.Slot, bool, error) {
	slots, err := v.SlotsOf(ctx, id, []domain.PersonID{who}, least)
	slot, found := slots[who]
	return slot, found, err
}

// SlotsOf implements commands.Directory: it knows whoever has registered.
func (v views) SlotsOf(_ context.Context, id domain.AccountID, people []domain.PersonID, _ domain.Position) (map[domain.PersonID]domain.Slot, error) {
	slots := map[domain.PersonID]domain.Slot{}
	for _, one := range v.everybody(id) {
		if slices.Contains(people, one.Person) && (len(one.Registrations) > 0 || one.Employment.Epoch > 0) {
			slots[one.Person] = one.slot
		}
	}
	return slots, nil
}

// InvitationOf implements commands.Invitees.
func (v views) InvitationOf(_ context.Context, id domain.AccountID, who domain.PersonID, _ domain.Position) (commands.Invitee, bool, error) {
	for _, one := range v.everybody(id) {
		if one.Person == who && one.isKnown() {
			return one.invitee(), true, nil
		}
	}
	return commands.Invitee{}, false, nil
}

// OpenInvitations implements commands.Invitees.
func (v views) OpenInvitations(_ context.Context, id domain.AccountID, of commands.Sent, cursor string, _ domain.Position) (page commands.OpenInvitations, err error) {
	if all := v.log.All(); len(all) > 0 {
		page.Position = all[len(all)-1].Position
	}
	everybody := v.everybody(id)
	slices.SortFunc(everybody, func(a, b somebody) int { return strings.Compare(a.slot.String(), b.slot.String()) })
	for _, one := range everybody {
		if !one.isListed() || one.slot.String() <= cursor {
			continue
		}
		last := one.Invitations[len(one.Invitations)-1]
		if !of.Batch.IsZero() && last.Batch != of.Batch || !of.Inviter.IsZero() && last.Inviter != of.Inviter {
			continue
		}
		if len(page.Invitees) == pageSize {
			page.Next = page.Invitees[pageSize-1].Slot.String()
			return page, nil
		}
		page.Invitees = append(page.Invitees, one.invitee())
	}
	return page, nil
}

// isKnown reports whether somebody was invited, and has not come.
func (s somebody) isKnown() bool {
	if len(s.Invitations) == 0 || s.Employment.Active {
		return false
	}
	status := s.Invitations[len(s.Invitations)-1].Status
	return status != person.StatusRedeemed && status != person.StatusSuperseded
}

// isListed reports whether administrators still see the invitation.
func (s somebody) isListed() bool {
	if !s.isKnown() {
		return false
	}
	last := s.Invitations[len(s.Invitations)-1]
	return last.Asked || last.Refused != "" || last.Status != person.StatusRevoked && last.Status != person.StatusCorrected
}

func (s somebody) invitee() commands.Invitee {
	return commands.Invitee{Account: s.account, Person: s.Person, Slot: s.slot, Invitation: len(s.Invitations)}
}

// Overdue implements commands.Deadlines.
func (v views) Overdue(_ context.Context, now time.Time, limit int) ([]commands.Deadline, error) {
	type dated struct {
		commands.Deadline
		at time.Time
	}
	var due []dated
	for _, one := range v.everybody(domain.AccountID{}) {
		if live := one.LiveInvitation(); live > 0 {
			due = append(due, dated{commands.Deadline{Account: one.account, Slot: one.slot, Invitation: live}, one.Invitations[live-1].ExpiresAt})
		}
		if one.Claim.Open {
			due = append(due, dated{commands.Deadline{Account: one.account, Slot: one.slot}, one.Claim.ExpiresAt})
		}
	}
	due = slices.DeleteFunc(due, func(d dated) bool { return now.Before(d.at) })
	slices.SortStableFunc(due, func(a, b dated) int { return a.at.Compare(b.at) })
	deadlines := make([]commands.Deadline, min(limit, len(due)))
	for i := range deadlines {
		deadlines[i] = due[i].Deadline
	}
	return deadlines, nil
}

// ReflectDeadlines implements commands.Deadlines.
func (views) ReflectDeadlines(context.Context, domain.Position) error { return nil }

// IdleSeats implements commands.Seats.
func (v views) IdleSeats(_ context.Context, before time.Time, limit int) ([]commands.IdleSeat, error) {
	companies := map[domain.AccountID]account.State{}
	for _, recorded := range v.log.All() {
		if event, ok := recorded.Event.(account.Event); ok {
			companies[recorded.Metadata.Account] = account.Evolve(companies[recorded.Metadata.Account], event)
		}
	}
	people := map[domain.Slot]person.State{}
	for _, one := range v.everybody(domain.AccountID{}) {
		people[one.slot] = one.State
	}
	var idle []commands.IdleSeat
	for id, company := range companies {
		for _, seat := range company.JoinLink.Seats {
			taken := slices.ContainsFunc(people[seat.Slot].Registrations, func(r person.Registration) bool { return r.Seat == seat.Number })
			if !taken && seat.TakenAt.Before(before) && !slices.Contains(people[seat.Slot].Forfeited, seat.Number) {
				idle = append(idle, commands.IdleSeat{Account: id, Slot: seat.Slot, Seat: seat.Number})
			}
		}
	}
	slices.SortFunc(idle, func(a, b commands.IdleSeat) int {
		return cmp.Or(strings.Compare(a.Account.String(), b.Account.String()), cmp.Compare(a.Seat, b.Seat))
	})
	return idle[:min(limit, len(idle))], nil
}

// News implements commands.Notices.
func (v views) News(_ context.Context, now time.Time, limit int) (news []commands.News, err error) {
	companies, all := map[domain.AccountID]account.State{}, map[domain.AccountID]commands.News{}
	for _, recorded := range v.log.All() {
		id := recorded.Metadata.Account
		arrives := false
		switch e := recorded.Event.(type) {
		case account.Event:
			companies[id] = account.Evolve(companies[id], e)
		case person.Registered:
			arrives = e.Awaits == person.Approval
		case person.AddressProved:
			arrives = e.Awaits == person.Approval
		}
		if arrives {
			all[id] = commands.News{Account: id, Arrivals: all[id].Arrivals + 1, Position: recorded.Position}
		}
	}
	for id, one := range all {
		company := companies[id]
		if one.Arrivals > company.Notice.Arrivals && !company.Closed && !now.Before(company.Notice.Next()) && len(news) < limit {
			news = append(news, one)
		}
	}
	return news, nil
}

// Waiting implements commands.Notices.
func (v views) Waiting(_ context.Context, id domain.AccountID, _ domain.Position) (count int, err error) {
	for _, one := range v.everybody(id) {
		if slices.ContainsFunc(one.Registrations, func(r person.Registration) bool { return r.Status == person.AwaitingApproval }) {
			count++
		}
	}
	return min(count, commands.MostCounted), nil
}
