package access

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// Judge refuses a caller who may not do this in an account. Of somebody signed in
// it looks at the ends of two streams, the person's own and the account's; of the
// operator at the account's alone, and of others at neither. Refusals: not_signed_in,
// not_found, account_closed, password_change_required, scope_missing, not_permitted.
func Judge(now time.Time, caller Caller, in domain.AccountID, action Action, actor person.State, company account.State) error {
	switch caller.Kind {
	case domain.ActorOperator:
		if may := permitted(action); may.operator || may.operatorWhileClosed && company.Closed {
			return nil
		}
		return domain.Refuse(domain.NotPermitted, "the operator token does not do this; sign in as somebody of the account")
	case domain.ActorPerson:
		return judgePerson(now, caller, in, action, actor, company)
	case domain.ActorLink, domain.ActorPolicy:
	}
	return ErrNotSignedIn()
}

func judgePerson(now time.Time, caller Caller, in domain.AccountID, action Action, actor person.State, company account.State) error {
	may := permitted(action)
	if caller.Account != in {
		return ErrNoAccount()
	}
	if err := caller.check(actor, now, action); err != nil {
		return err
	}
	if company.Closed {
		return account.ErrClosed()
	}
	if actor.Credential.Kind == person.GeneratedCredential && !may.beforePasswordIsChosen {
		return domain.Refuse(domain.PasswordChangeRequired, "choose a password of your own first")
	}
	if !may.role(actor.Employment.Role, company) {
		return domain.Refuse(domain.NotPermitted, "your role does not allow this; ask an administrator")
	}
	return nil
}

// Guard judges on streams, never on a read model. What permits may lag behind their
// ends by seconds, see execution.Lagging; what refuses never does.
type Guard struct {
	Now func() time.Time
	// Actor is a person's state, and Company an account's, each with the revision
	// of its stream's next event.
	Actor   func(context.Context, domain.Slot) (person.State, uint64, error)
	Company func(context.Context, domain.AccountID) (account.State, uint64, error)
	// Certainly judges on states that may lag, and once more on the streams' ends
	// where that refuses.
	Certainly func(ctx context.Context, judge func(context.Context) error) error
}

// Permit returns what was judged on where the caller may do this in the account;
// otherwise it refuses as Judge does.
func (g *Guard) Permit(ctx context.Context, caller Caller, in domain.AccountID, action Action) (judged domain.Judged, err error) {
	err = g.Certainly(ctx, func(ctx context.Context) (err error) {
		judged, err = g.permit(ctx, caller, in, action)
		return err
	})
	return judged, err
}

func (g *Guard) permit(ctx context.Context, caller Caller, in domain.AccountID, action Action) (judged domain.Judged, err error) {
	var actor person.State
	var company account.State
	if caller.Kind == domain.ActorPerson && caller.Account == in { // of others nothing is looked at
		if actor, judged.Actor, err = g.Actor(ctx, caller.Slot); err != nil {
			return domain.Judged{}, err
		}
		if company, judged.Account, err = g.Company(ctx, in); err != nil {
			return domain.Judged{}, err
		}
	}
	if caller.Kind == domain.ActorOperator && permitted(action).operatorWhileClosed {
		if company, _, err = g.Company(ctx, in); err != nil {
			return domain.Judged{}, err
		}
	}
	return judged, Judge(g.Now(), caller, in, action, actor, company)
}

// Among returns those of some actions that the caller may do, as far as the states tell
// that may lag: for what is shown, and never for a refusal.
func (g *Guard) Among(ctx context.Context, caller Caller, in domain.AccountID, actions ...Action) (may []Action, err error) {
	if caller.Kind != domain.ActorPerson || caller.Account != in {
		return nil, nil
	}
	actor, _, err := g.Actor(ctx, caller.Slot)
	if err != nil {
		return nil, err
	}
	company, _, err := g.Company(ctx, in)
	if err != nil {
		return nil, err
	}
	now := g.Now()
	for _, action := range actions {
		if Judge(now, caller, in, action, actor, company) == nil {
			may = append(may, action)
		}
	}
	return may, nil
}

// May reports whether the caller may also do something else.
func (g *Guard) May(ctx context.Context, request Request, action Action) (bool, error) {
	_, err := g.Permit(ctx, request.Caller, request.Account, action)
	if code := domain.CodeOf(err); code == domain.NotPermitted || code == domain.ScopeMissing {
		return false, nil
	}
	return err == nil, err
}

// judgementLasts is how old a permission may be when its events are appended.
const judgementLasts = 5 * time.Second

// Judgement is a permission, and when it was judged.
type Judgement struct {
	domain.Judged
	At time.Time
}

// IsFresh reports whether events may still be appended on the judgement.
func (j Judgement) IsFresh(now time.Time) bool { return now.Sub(j.At) <= judgementLasts }

// Authorise is Permit as the path of commands wants it: it may be asked again.
type Authorise func(context.Context) (Judgement, error)

// Authorise returns the caller's permission for this.
func (g *Guard) Authorise(request Request, action Action) Authorise {
	return func(ctx context.Context) (Judgement, error) {
		at := g.Now()
		judged, err := g.Permit(ctx, request.Caller, request.Account, action)
		return Judgement{judged, at}, err
	}
}

// Shared gives a judgement that was made before, once and while it is fresh, and
// then makes new ones.
func (g *Guard) Shared(judged Judgement, again Authorise) Authorise {
	given := false
	return func(ctx context.Context) (Judgement, error) {
		if !given && judged.IsFresh(g.Now()) {
			given = true
			return judged, nil
		}
		return again(ctx)
	}
}
