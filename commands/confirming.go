package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
)

// asking settles what is asked back within one request: what looks wrong goes through
// where whoever asks has confirmed it, as they typed it or in its normal form.
type asking struct {
	app       *App
	request   Request
	confirmed map[string]bool
	// openly says that whoever asks may learn who is in the account already: they are
	// not asked about contacts that were accepted before.
	openly bool
	// settled is why what was confirmed looked wrong, for the record.
	settled []domain.Doubt
	ranges  *bool // whether whoever asks confirms unknown ranges, once that was looked up
}

func (a *App) asks(request Request, confirmed []string) *asking {
	set := make(map[string]bool, len(confirmed))
	for _, text := range confirmed {
		set[domain.TrimPasted(text)] = true
	}
	return &asking{app: a, request: request, confirmed: set}
}

func (a *App) asksOpenly(request Request, confirmed []string) *asking {
	q := a.asks(request, confirmed)
	q.openly = true
	return q
}

// contact reads a contact at which somebody is to be reached from now on.
func (q *asking) contact(ctx context.Context, typed string, read func(string) (domain.Contact, error)) (domain.Contact, error) {
	contact, doubt, err := q.row(ctx, typed, read)
	q.note(doubt)
	return contact, err
}

// row is contact for one of many, which are on record each for itself.
func (q *asking) row(ctx context.Context, typed string, read func(string) (domain.Contact, error)) (domain.Contact, domain.Doubt, error) {
	contact, asked := read(typed)
	doubt, err := q.settle(ctx, asked, typed, contact.Address)
	if err == nil || !q.openly || !isAskedBack(asked) {
		return contact, doubt, err
	}
	if known, failed := q.isKnown(ctx, contact); known || failed != nil {
		return contact, "", failed
	}
	return contact, doubt, err
}

// name reads the name of a person or a company.
func (q *asking) name(ctx context.Context, typed string, read func(string) (string, error)) (string, error) {
	name, err := read(typed)
	doubt, err := q.settle(ctx, err, typed, name)
	q.note(doubt)
	return name, err
}

// person reads what somebody in a company is called, typed into first_name and last_name
// below a place.
func (q *asking) person(ctx context.Context, place, typedFirst, typedLast string, readLast func(string) (string, error), company string) (first, last string, err error) {
	if q.confirmed[domain.TrimPasted(typedFirst+" "+typedLast)] { // and so are its parts
		q.confirmed[domain.TrimPasted(typedFirst)], q.confirmed[domain.TrimPasted(typedLast)] = true, true
	}
	first, err1 := q.name(ctx, typedFirst, q.app.ports.Texts.PersonName)
	last, err2 := q.name(ctx, typedLast, readLast)
	if err1 == nil && err2 == nil {
		err2 = q.whole(ctx, first, last, company)
	}
	return first, last, errors.Join(in(place+"first_name", err1), in(place+"last_name", err2))
}

// whole asks back a name whose parts are no name of the system's alone, and may be one
// together, or are the company's. A part may be empty.
func (q *asking) whole(ctx context.Context, first, last, company string) error {
	whole := strings.TrimSpace(first + " " + last)
	if slices.Contains(q.settled, domain.SystemName) || !q.app.ports.Texts.PassesFor(whole, company) {
		return nil
	}
	_, err := q.name(ctx, whole, func(string) (string, error) {
		return last, domain.AskBack(domain.SystemName, "this name could pass for the company's or the system's own: write the person's name, or confirm it")
	})
	return err
}

// original asks whether a company's name or an e-mail domain is meant that begins as
// another's does, in letters of another script.
func (q *asking) original(ctx context.Context, typed, normal string, known func(string) bool) error {
	if q.app.ports.Texts.Imitates(normal, known) == "" {
		return nil
	}
	_, err := q.name(ctx, typed, func(string) (string, error) {
		return normal, domain.AskBack(domain.OtherScript, "this begins like a name of somebody else's, in letters of another script: check it, or confirm it")
	})
	return err
}

// named is name for who is read later.
func (q *asking) named(ctx context.Context, read func(string) (string, error)) func(string) (string, error) {
	return func(typed string) (string, error) { return q.name(ctx, typed, read) }
}

// settle is an error's doubt instead of the error, where that was confirmed by somebody
// who may.
func (q *asking) settle(ctx context.Context, err error, typed, normal string) (domain.Doubt, error) {
	asked, ok := errors.AsType[*domain.Refusal](err)
	if !ok || asked.Doubt == "" || !q.confirmed[domain.TrimPasted(typed)] && !q.confirmed[normal] {
		return "", err
	}
	switch asked.Doubt {
	case domain.UnknownRange:
		err = q.mayConfirmRanges(ctx)
	case domain.SystemName:
		err = q.mayConfirmNames(ctx)
	case domain.OtherReading, domain.LandlineForm, domain.UnknownEnding, domain.NearProvider, domain.OtherScript:
		err = nil
	}
	if err != nil {
		return "", err
	}
	return asked.Doubt, nil
}

// mayConfirmNames refuses strangers, and colleagues who may not invite: nobody calls
// themselves by the system's name.
func (q *asking) mayConfirmNames(ctx context.Context) error {
	if q.request.Caller.Kind == domain.ActorOperator {
		return nil
	}
	may, err := q.app.guard.May(ctx, q.request, InvitePeople)
	if err == nil && !may || domain.CodeOf(err) == domain.NotSignedIn {
		err = domain.Refuse(domain.ConfirmName, "a name that could pass for the system's or the company's is confirmed by somebody who may invite: write your own, or ask them")
	}
	return err
}

func (q *asking) mayConfirmRanges(ctx context.Context) error {
	if q.ranges == nil {
		may, err := q.app.guard.May(ctx, q.request, ConfirmUnknownRanges)
		if err != nil {
			return err
		}
		q.ranges = &may
	}
	if !*q.ranges {
		return domain.Refuse(domain.NotPermitted, "only an administrator confirms a number in a range that Usher does not know; ask one to send it")
	}
	return nil
}

// isKnown reports whether somebody is or was in the account by a contact.
func (q *asking) isKnown(ctx context.Context, contact domain.Contact) (bool, error) {
	slot, err := q.app.SlotOf(ctx, q.request.Account, contact)
	if err != nil {
		return false, err
	}
	somebody, err := q.app.people.Load(ctx, domain.PersonStream(slot))
	return somebody.State.Tenure > 0, err
}

func (q *asking) note(doubt domain.Doubt) {
	if doubt != "" {
		q.settled = append(q.settled, doubt)
	}
}

func isAskedBack(err error) bool {
	refusal, ok := errors.AsType[*domain.Refusal](err)
	return ok && refusal.Doubt != ""
}
