package access_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// whoMay is the table once more, by hand: o the operator, a administrators, u auditors,
// e employees, i employees where everyone may invite, c the operator in a closed account,
// in which nobody else may anything. A star says that a generated password is enough.
const whoMay = `
	found_account        o
	change_plan          o
	see_accounts         o
	close_account        o
	operate              o
	see_outbox           o a
	see_settings           a u     c
	see_approvals          a u
	see_history            a u     c
	see_funnel             a
	change_settings        a
	change_join_link       a
	decide_registrations   a
	change_structure       a
	change_employees       a
	manage_invitations     a
	confirm_unknown_ranges a
	invite_people          a     i
	see_invited            a u   i
	see_colleagues         a u e
	change_own_login       a u e
	change_own_name        a u e
	change_own_preferences a u e
	manage_own_tokens      a u e
	see_oneself            a u e   *
	change_own_password    a u e   *
`

// scopes is what each scope of an API token allows.
const scopes = `
	read_lists   see_colleagues see_invited see_approvals see_funnel see_settings
	read_history see_history
	invite       invite_people confirm_unknown_ranges
`

func table(t *testing.T, text string) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			rows[words[0]] = words[1:]
		}
	}
	return rows
}

func employed(role domain.Role, kind person.CredentialKind) person.State {
	return person.State{
		Tenure: 1, Person: domain.PersonID{1}, Employment: person.Employment{Active: true, Epoch: 1, Began: 1, Role: role},
		Credential: person.Credential{Kind: kind, ID: domain.CredentialID{5}, Counter: 1, ExpiresAt: now.Add(time.Hour)},
	}
}

var acme = domain.AccountID{1}

// signedIn is somebody's session as it was given out.
func signedIn(as person.State) access.Caller {
	return access.Caller{Kind: domain.ActorPerson, Session: access.Session{
		Account: acme, Person: as.Person, Tenure: as.Tenure, Epoch: as.Employment.Epoch, Credential: as.SignsInWith(),
	}}
}

func TestTheWholeTableOfWhoMayDoWhat(t *testing.T) {
	rows := table(t, whoMay)
	require.Len(t, rows, len(access.Actions()))
	roles := map[domain.Role]string{domain.RoleAdministrator: "a", domain.RoleAuditor: "u", domain.RoleEmployee: "e"}
	for _, action := range access.Actions() {
		row, listed := rows[string(action)]
		require.True(t, listed, "%s is in the table", action)
		for role, letter := range roles {
			for _, everyone := range []bool{false, true} {
				for _, kind := range []person.CredentialKind{person.ChosenCredential, person.GeneratedCredential} {
					t.Run(fmt.Sprintf("%s by %s, everyone invites: %v, password %s", action, role, everyone, kind), func(t *testing.T) {
						company, actor := account.State{EveryoneMayInvite: everyone}, employed(role, kind)
						may := slices.Contains(row, letter) || role == domain.RoleEmployee && everyone && slices.Contains(row, "i")
						require.Equal(t, may, access.RoleMay(role, company, action))
						want := domain.Code("")
						switch {
						case kind == person.GeneratedCredential && !slices.Contains(row, "*"):
							want = domain.PasswordChangeRequired
						case !may:
							want = domain.NotPermitted
						}
						require.Equal(t, want, codeOf(access.Judge(now, signedIn(actor), acme, action, actor, company)))
						company.Closed = true
						require.Equal(t, domain.AccountClosed, codeOf(access.Judge(now, signedIn(actor), acme, action, actor, company)))
						stale := signedIn(actor)
						stale.Epoch++
						require.Equal(t, domain.NotSignedIn, codeOf(access.Judge(now, stale, acme, action, actor, company)))
					})
				}
			}
		}
		operator := codeOf(access.Judge(now, access.Operator(), acme, action, person.State{}, account.State{}))
		require.Equal(t, slices.Contains(row, "o"), operator == "", "%s by the operator: %s", action, operator)
		ofClosed := codeOf(access.Judge(now, access.Operator(), acme, action, person.State{}, account.State{Closed: true}))
		require.Equal(t, slices.Contains(row, "o") || slices.Contains(row, "c"), ofClosed == "", "%s by the operator while it is closed: %s", action, ofClosed)
		for _, caller := range []access.Caller{access.LinkHolder(), access.Policy(), {}} {
			require.Equal(t, domain.NotSignedIn, codeOf(access.Judge(now, caller, acme, action, person.State{}, account.State{})))
		}
	}
	require.False(t, access.RoleMay("", account.State{EveryoneMayInvite: true}, access.SeeOneself), "nobody has no role")
}

func codeOf(err error) domain.Code {
	if err == nil {
		return ""
	}
	return domain.CodeOf(err)
}

func TestEachScopeOfAnAPIToken(t *testing.T) {
	allowed := table(t, scopes)
	actor := employed(domain.RoleAdministrator, person.ChosenCredential)
	for name, actions := range allowed {
		scope := person.Scope(name)
		actor.Tokens = []person.Token{{ID: domain.TokenID{9}, Scopes: []person.Scope{scope}, ExpiresAt: now.Add(time.Hour)}}
		caller := signedIn(actor)
		caller.Token, caller.Credential = domain.TokenID{9}, domain.CredentialID{}
		for _, action := range access.Actions() {
			err := access.Judge(now, caller, acme, action, actor, account.State{})
			if slices.Contains(actions, string(action)) {
				require.NoError(t, err, "%s by a token for %s", action, scope)
				continue
			}
			require.Equal(t, domain.ScopeMissing, codeOf(err), "%s by a token for %s", action, scope)
		}
	}
}

func TestATokenLivesAsLongAsItsPersonAndItself(t *testing.T) {
	actor := employed(domain.RoleAdministrator, person.ChosenCredential)
	actor.Tokens = []person.Token{{ID: domain.TokenID{9}, Scopes: []person.Scope{person.InviteScope}, ExpiresAt: now.Add(time.Hour)}}
	caller := signedIn(actor)
	caller.Token = domain.TokenID{9}
	judge := func(at time.Time, actor person.State) domain.Code {
		return codeOf(access.Judge(at, caller, acme, access.InvitePeople, actor, account.State{}))
	}
	require.Empty(t, judge(now, actor))
	require.Equal(t, domain.NotSignedIn, judge(now.Add(time.Hour), actor))
	dismissed := actor
	dismissed.Employment.Active = false
	require.Equal(t, domain.NotSignedIn, judge(now, dismissed))
	revoked := actor
	revoked.Tokens = nil
	require.Equal(t, domain.NotSignedIn, judge(now, revoked))
	require.Equal(t, domain.ScopeMissing, codeOf(caller.NeedSession()))
	require.NoError(t, signedIn(actor).NeedSession())
}

func TestASessionEndsWithWhatItWasGivenFor(t *testing.T) {
	was := employed(domain.RoleEmployee, person.ChosenCredential)
	caller := signedIn(was)
	next := caller
	next.Credential, next.Next = domain.CredentialID{4}, domain.CredentialID{5}
	for name, c := range map[string]struct {
		caller access.Caller
		now    func(*person.State)
		code   domain.Code
	}{
		"as it was given":               {caller, func(*person.State) {}, ""},
		"kept through a change":         {next, func(*person.State) {}, ""},
		"dismissed":                     {caller, func(s *person.State) { s.Employment.Active = false }, domain.NotSignedIn},
		"signed out everywhere":         {caller, func(s *person.State) { s.Employment.Epoch = 2 }, domain.NotSignedIn},
		"somebody else by this contact": {caller, func(s *person.State) { s.Tenure = 2 }, domain.NotSignedIn},
		"with another password since":   {caller, func(s *person.State) { s.Credential.ID = domain.CredentialID{6} }, domain.NotSignedIn},
		"with no password":              {caller, func(s *person.State) { s.Credential = person.Credential{} }, domain.NotSignedIn},
	} {
		t.Run(name, func(t *testing.T) {
			state := was
			c.now(&state)
			require.Equal(t, c.code, codeOf(access.Judge(now, c.caller, acme, access.SeeOneself, state, account.State{})))
			require.Equal(t, c.code == "", c.caller.IsStill(state))
		})
	}
	require.Equal(t, domain.NotFound, codeOf(access.Judge(now, caller, domain.AccountID{2}, access.SeeOneself, was, account.State{})), "of another account nobody learns anything")
}

// guarding judges by states that can be changed.
type guarding struct {
	access.Guard
	actor  person.State
	loaded int
	broken error
	now    time.Time
}

func newGuarding(role domain.Role) *guarding {
	g := &guarding{actor: employed(role, person.ChosenCredential), now: now}
	g.Now = func() time.Time { return g.now }
	g.Certainly = func(ctx context.Context, judge func(context.Context) error) error { return judge(ctx) }
	g.Actor = func(context.Context, domain.Slot) (person.State, uint64, error) {
		g.loaded++
		return g.actor, 4, g.broken
	}
	g.Company = func(context.Context, domain.AccountID) (account.State, uint64, error) {
		return account.State{}, 7, nil
	}
	return g
}

func TestTheGuardSaysOnWhichRevisionsItJudged(t *testing.T) {
	g := newGuarding(domain.RoleAdministrator)
	judged, err := g.Permit(t.Context(), signedIn(g.actor), acme, access.InvitePeople)
	require.NoError(t, err)
	require.Equal(t, domain.Judged{Account: 7, Actor: 4}, judged)
}

func TestTheGuardLooksAtNothingOfOthers(t *testing.T) {
	g := newGuarding(domain.RoleAdministrator)
	_, err := g.Permit(t.Context(), access.Operator(), acme, access.FoundAnAccount)
	require.NoError(t, err)
	_, err = g.Permit(t.Context(), signedIn(g.actor), domain.AccountID{2}, access.InvitePeople)
	require.Equal(t, domain.NotFound, codeOf(err))
	require.Zero(t, g.loaded)
}

func TestWhetherSomebodyMayIsNotAnsweredByAFailure(t *testing.T) {
	g := newGuarding(domain.RoleEmployee)
	request := access.Request{Caller: signedIn(g.actor), Account: acme}
	may, err := g.May(t.Context(), request, access.SeeColleagues)
	require.NoError(t, err)
	require.True(t, may)
	may, err = g.May(t.Context(), request, access.DecideRegistrations)
	require.NoError(t, err)
	require.False(t, may)
	g.broken = errors.New("the disk is gone")
	_, err = g.May(t.Context(), request, access.DecideRegistrations)
	require.ErrorIs(t, err, g.broken)
}

func TestASharedJudgementIsGivenOnceAndWhileItIsFresh(t *testing.T) {
	g := newGuarding(domain.RoleAdministrator)
	again := g.Authorise(access.Request{Caller: signedIn(g.actor), Account: acme}, access.InvitePeople)
	judged, err := again(t.Context())
	require.NoError(t, err)
	require.Equal(t, now, judged.At)
	require.True(t, judged.IsFresh(now.Add(5*time.Second)))
	require.False(t, judged.IsFresh(now.Add(5*time.Second+1)))

	shared := g.Shared(judged, again)
	g.actor.Employment.Role = domain.RoleEmployee
	_, err = shared(t.Context())
	require.NoError(t, err, "as it was judged a moment ago")
	_, err = shared(t.Context())
	require.Equal(t, domain.NotPermitted, codeOf(err), "the second time it is judged anew")

	g.now = now.Add(6 * time.Second)
	_, err = g.Shared(judged, again)(t.Context())
	require.Equal(t, domain.NotPermitted, codeOf(err), "and when it is old")
}

func TestARequestIsJoinedByItsOwnIDUnlessItCarriesOneOn(t *testing.T) {
	request := access.Request{Command: domain.CommandID{1}}
	require.Equal(t, [16]byte(request.Command), [16]byte(request.Joined().Correlation))
	request.Correlation = [16]byte{2}
	require.Equal(t, request, request.Joined())
}
