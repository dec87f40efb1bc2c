package commands

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// Action is something that not everybody may do.
type Action string

const (
	FoundAnAccount      Action = "found_account"
	ChangeThePlan       Action = "change_plan"
	Operate             Action = "operate"
	SeeSettings         Action = "see_settings"
	ChangeSettings      Action = "change_settings"
	ChangeTheJoinLink   Action = "change_join_link"
	DecideRegistrations Action = "decide_registrations"
	SeeApprovals        Action = "see_approvals"
	SeeHistory          Action = "see_history"
	SeeOutbox           Action = "see_outbox"
	ChangeStructure     Action = "change_structure"
	ChangeEmployees     Action = "change_employees" // move, title, role, dismiss, rehire
	InvitePeople        Action = "invite_people"    // also: register directly, see the join link
	SeeInvited          Action = "see_invited"
	ManageInvitations   Action = "manage_invitations" // also those that others sent
	SeeColleagues       Action = "see_colleagues"     // employees, structure, activity, chat
	SeeOneself          Action = "see_oneself"
	ChangeOwnPassword   Action = "change_own_password"
	ChangeOwnLogin      Action = "change_own_login"
	ManageOwnTokens     Action = "manage_own_tokens"
)

// Actions is every action there is.
func Actions() []Action {
	return []Action{
		FoundAnAccount, ChangeThePlan, Operate, SeeSettings, ChangeSettings, ChangeTheJoinLink, DecideRegistrations, SeeApprovals,
		SeeHistory, SeeOutbox, ChangeStructure, ChangeEmployees, InvitePeople, SeeInvited, ManageInvitations, SeeColleagues, SeeOneself, ChangeOwnPassword, ChangeOwnLogin,
		ManageOwnTokens,
	}
}

// who is a set of those who may.
type who struct {
	operator               bool
	administrator          bool
	auditor                bool
	employee               bool
	employeeWhenAllInvite  bool // where "allow everyone to invite" is on
	beforePasswordIsChosen bool // also with a generated password not yet changed
}

// permitted is the one table of who may do what; scopeOf is that of what API
// tokens do. Auditors read, and change nothing but what they sign in with.
func permitted(action Action) who {
	switch action {
	case FoundAnAccount, ChangeThePlan, Operate:
		return who{operator: true}
	case ChangeSettings, ChangeTheJoinLink, DecideRegistrations, ChangeStructure, ChangeEmployees, ManageInvitations:
		return who{administrator: true}
	case SeeOutbox:
		return who{operator: true, administrator: true}
	case SeeSettings, SeeApprovals, SeeHistory:
		return who{administrator: true, auditor: true}
	case InvitePeople:
		return who{administrator: true, employeeWhenAllInvite: true}
	case SeeInvited:
		return who{administrator: true, auditor: true, employeeWhenAllInvite: true}
	case SeeColleagues, ChangeOwnLogin, ManageOwnTokens:
		return who{administrator: true, auditor: true, employee: true}
	case SeeOneself, ChangeOwnPassword:
		return who{administrator: true, auditor: true, employee: true, beforePasswordIsChosen: true}
	}
	return who{}
}

// Caller is who gives a command or asks a question.
type Caller struct {
	Kind domain.ActorKind
	Session
	// Token is the API token that the caller comes by; zero for a session.
	Token domain.TokenID
}

// Operator is the caller who holds the operator token.
func Operator() Caller { return Caller{Kind: domain.ActorOperator} }

// Policy is Usher itself as a caller.
func Policy() Caller { return Caller{Kind: domain.ActorPolicy} }

// LinkHolder is the caller who is known by a link alone.
func LinkHolder() Caller { return Caller{Kind: domain.ActorLink} }

// Permit judges on the ends of the account's and the caller's own streams,
// never on a read model, whether the caller may do this in the account.
func (a *App) Permit(ctx context.Context, caller Caller, in domain.AccountID, action Action) (domain.Judged, error) {
	may := permitted(action)
	switch caller.Kind {
	case domain.ActorOperator:
		if may.operator {
			return domain.Judged{}, nil
		}
		return domain.Judged{}, domain.Refuse(domain.NotPermitted, "the operator token does not do this; sign in as somebody of the account")
	case domain.ActorPerson:
		return a.permitPerson(ctx, caller, in, action)
	case domain.ActorLink, domain.ActorPolicy:
	}
	return domain.Judged{}, errNotSignedIn()
}

func (a *App) permitPerson(ctx context.Context, caller Caller, in domain.AccountID, action Action) (domain.Judged, error) {
	may := permitted(action)
	if caller.Account != in {
		return domain.Judged{}, errNoAccount()
	}
	actor, err := a.people.load(ctx, a.Store, domain.PersonStream(caller.Slot))
	if err != nil {
		return domain.Judged{}, err
	}
	company, err := a.accounts.load(ctx, a.Store, domain.AccountStream(in))
	if err != nil {
		return domain.Judged{}, err
	}
	judged := domain.Judged{Account: company.next, Actor: actor.next}
	if err := caller.check(actor.state, a.Now(), action); err != nil {
		return judged, err
	}
	if actor.state.Credential.Kind == person.GeneratedCredential && !may.beforePasswordIsChosen {
		return judged, domain.Refuse(domain.PasswordChangeRequired, "choose a password of your own first")
	}
	if !may.role(actor.state.Employment.Role, company.state) {
		return judged, domain.Refuse(domain.NotPermitted, "your role does not allow this; ask an administrator")
	}
	return judged, nil
}

// isStill reports whether the session's bearer is who the session was given to,
// and signs in with what opened it.
func (s Session) isStill(now person.State) bool {
	credential := now.SignsInWith()
	return s.isOf(now) && !credential.IsZero() && (credential == s.Credential || credential == s.Next)
}

// isOf reports whether the person has been in the account, without a break, since
// the session was given out.
func (s Session) isOf(now person.State) bool {
	return now.Employment.Active && now.Tenure == s.Tenure && now.Employment.Epoch == s.Epoch
}

func (w who) role(role domain.Role, company account.State) bool {
	switch role {
	case domain.RoleAdministrator:
		return w.administrator
	case domain.RoleAuditor:
		return w.auditor
	case domain.RoleEmployee:
		return w.employee || w.employeeWhenAllInvite && company.EveryoneMayInvite
	}
	return false
}

// judgementLasts is how old a permission may be when its events are appended.
const judgementLasts = 5 * time.Second

// judgement is a permission, and when it was judged.
type judgement struct {
	domain.Judged
	at time.Time
}

func (a *App) isFresh(judged judgement) bool { return a.Now().Sub(judged.at) <= judgementLasts }

// authorise is Permit as the path of commands wants it.
type authorise func(context.Context) (judgement, error)

func (a *App) permit(request Request, action Action) authorise {
	return func(ctx context.Context) (judgement, error) {
		at := a.Now()
		judged, err := a.Permit(ctx, request.Caller, request.Account, action)
		return judgement{judged, at}, err
	}
}

// may reports whether the caller may also do something else.
func (a *App) may(ctx context.Context, request Request, action Action) (bool, error) {
	_, err := a.Permit(ctx, request.Caller, request.Account, action)
	if code := domain.CodeOf(err); code == domain.NotPermitted || code == domain.ScopeMissing {
		return false, nil
	}
	return err == nil, err
}

// first gives a judgement that was made before, once and while it is fresh, and
// then makes new ones.
func (a *App) first(judged judgement, again authorise) authorise {
	given := false
	return func(ctx context.Context) (judgement, error) {
		if !given && a.isFresh(judged) {
			given = true
			return judged, nil
		}
		return again(ctx)
	}
}

func errNotSignedIn() error {
	return domain.Refuse(domain.NotSignedIn, "sign in first")
}

func errNoAccount() error {
	return domain.Refuse(domain.NotFound, "there is no such account")
}
