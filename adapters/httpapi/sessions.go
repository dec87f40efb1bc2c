package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type credentials struct {
	Login    string `json:"login" doc:"An e-mail address or a phone number." example:"ann@acme.example"`
	Password string `json:"password" example:"correct horse battery staple"`
	Device   string `json:"device,omitempty" doc:"What an earlier log-in of the same person has said of the device, so that nobody else's failures shut it out. Any other counts as none."`
}

type session struct {
	Token              string          `json:"token" doc:"To be sent as Authorization: Bearer; shown only now."`
	Device             string          `json:"device" doc:"To be kept where the person signed in, for 90 days, over log-outs, and sent with the next log-in or forgotten password. It signs nobody in."`
	Person             domain.PersonID `json:"person"`
	Role               domain.Role     `json:"role" enum:"administrator,employee,auditor"`
	ExpiresAt          time.Time       `json:"expires_at"`
	MustChangePassword bool            `json:"must_change_password" doc:"Whether the password was generated, and a chosen one must take its place before anything else."`
}

type me struct {
	Person             domain.PersonID `json:"person"`
	Login              string          `json:"login" example:"ann@acme.example"`
	FirstName          string          `json:"first_name" example:"Ann"`
	LastName           string          `json:"last_name" example:"Ace"`
	Role               domain.Role     `json:"role" enum:"administrator,employee,auditor"`
	MayInvite          bool            `json:"may_invite" doc:"Whether the account lets this person invite."`
	MustChangePassword bool            `json:"must_change_password"`
	Preferences        preferences     `json:"preferences"`
	Account            ownAccount      `json:"account"`
}

// ownAccount is the account of whoever asks, and how it speaks.
type ownAccount struct {
	ID       domain.AccountID `json:"id"`
	Slug     string           `json:"slug" example:"acme"`
	Name     string           `json:"name" example:"Acme Ltd"`
	Country  string           `json:"country,omitzero" doc:"Where phone numbers without a prefix are from." example:"DE"`
	Language string           `json:"language" doc:"Of messages, and of pages for those who have chosen none." example:"en"`
	TimeZone string           `json:"time_zone" doc:"Its name in the IANA database." example:"Europe/Berlin"`
}

type signedIn struct {
	Items []openSession `json:"items"`
}

type openSession struct {
	ID        domain.SessionID `json:"id"`
	Current   bool             `json:"current" doc:"Whether it is the one that asks."`
	Agent     string           `json:"agent" doc:"What the browser or program calls itself." example:"Mozilla/5.0"`
	CreatedAt time.Time        `json:"created_at"`
	UsedAt    time.Time        `json:"used_at" doc:"To within five minutes."`
	ExpiresAt time.Time        `json:"expires_at"`
}

type passwordChange struct {
	Current string `json:"current" doc:"The password so far."`
	New     string `json:"new" doc:"12 to 256 characters, or more where the account asks for more." example:"correct horse battery staple"`
}

func (a *api) sessionRoutes() {
	huma.Register(a.huma, a.operation(route{
		id: "log-in", method: http.MethodPost, path: "/v1/accounts/{account}/sessions", tag: "Sessions", public: true, guessable: true, status: http.StatusCreated,
		summary:     "Log in",
		description: "By e-mail address or phone number. A wrong login, a wrong password, no access yet and no such account are answered alike.",
		codes:       []domain.Code{domain.LoginFailed, domain.TooBusy},
	}), a.logIn)
	huma.Register(a.huma, a.operation(route{
		id: "log-out", method: http.MethodDelete, path: "/v1/accounts/{account}/sessions/current", tag: "Sessions", status: http.StatusNoContent,
		summary: "Log out",
	}), a.logOut)
	ask[accountInput](a, route{
		id: "me", method: http.MethodGet, path: "/v1/accounts/{account}/me", tag: "Sessions", summary: "Who is signed in",
	}, questions.Me(), plainly(showMe))
	ask[accountInput](a, route{
		id: "sessions", method: http.MethodGet, path: "/v1/accounts/{account}/me/sessions", tag: "Sessions",
		summary: "Where one is signed in", description: "The session used last first; how long ago is known to within five minutes.",
	}, questions.Sessions(), plainly(showSessions))
	huma.Register(a.huma, a.operation(route{
		id: "end-session", needs: commands.SeeOneself, method: http.MethodDelete, path: "/v1/accounts/{account}/me/sessions/{session}", tag: "Sessions", status: http.StatusNoContent,
		summary: "Sign out somewhere",
	}), a.endSession)
	huma.Register(a.huma, a.operation(route{
		id: "end-other-sessions", needs: commands.SeeOneself, method: http.MethodDelete, path: "/v1/accounts/{account}/me/sessions", tag: "Sessions", status: http.StatusNoContent,
		summary: "Sign out everywhere but here",
	}), a.endOtherSessions)
	command(a, route{
		id: "end-sessions-of", needs: commands.ChangeEmployees, method: http.MethodPost, path: "/v1/accounts/{account}/employees/{person}/end-sessions", tag: "Employees",
		summary: "Sign somebody out everywhere", description: "For administrators. The person stays an employee, and can sign in again. API tokens end, too.",
		codes: []domain.Code{domain.NotEmployed},
	}, a.endSessionsOf)
	command(a, route{
		id: "change-password", needs: commands.ChangeOwnPassword, method: http.MethodPut, path: "/v1/accounts/{account}/me/password", tag: "Sessions",
		summary:     "Change one's own password",
		description: "This session goes on; all others of the person end.",
		codes: []domain.Code{
			domain.PasswordWrong, domain.PasswordSame, domain.PasswordTooShort, domain.PasswordTooLong,
			domain.PasswordCommon, domain.PasswordOwnWords, domain.TooBusy,
		},
	}, a.changePassword)
}

func (a *api) logIn(ctx context.Context, in *struct {
	InAccount
	Body credentials
},
) (*result[session], error) {
	x := httpkit.ExchangeOf(ctx)
	loggedIn, err := a.App.LogIn(ctx, commands.LogIn{
		Slug: in.Account, Login: in.Body.Login, Password: in.Body.Password, Device: in.Body.Device, Agent: x.Request.UserAgent(), Network: x.Network,
	})
	if err != nil {
		a.failures.Log(ctx, x, "password", in.Body.Login, err)
		return nil, refuse(ctx, err)
	}
	x.Caller.Person = loggedIn.Person
	return &result[session]{Body: session{
		Token: loggedIn.Token, Device: loggedIn.Device, Person: loggedIn.Person, Role: loggedIn.Role,
		ExpiresAt: loggedIn.ExpiresAt.UTC(), MustChangePassword: loggedIn.MustChangePassword,
	}}, nil
}

func (a *api) logOut(ctx context.Context, _ *struct{ InAccount }) (*struct{}, error) {
	x := httpkit.ExchangeOf(ctx)
	if x.Caller.Account != x.Account {
		return nil, refuse(ctx, domain.Refuse(domain.NotFound, "there is no such account"))
	}
	if err := x.Caller.NeedSession(); err != nil {
		return nil, refuse(ctx, err)
	}
	if err := a.App.LogOut(ctx, x.Token); err != nil {
		return nil, refuse(ctx, err)
	}
	return nil, nil //nolint:nilnil // because that is how huma answers 204
}

func showSessions(open []questions.OpenSession) signedIn {
	answer := signedIn{Items: make([]openSession, len(open))}
	for i, s := range open {
		answer.Items[i] = openSession{
			ID: s.ID, Current: s.Current, Agent: s.Agent,
			CreatedAt: s.CreatedAt.UTC(), UsedAt: s.UsedAt.UTC(), ExpiresAt: s.ExpiresAt.UTC(),
		}
	}
	return answer
}

func (a *api) endSession(ctx context.Context, in *struct {
	InAccount
	Session string `path:"session" doc:"The session's id."`
},
) (*struct{}, error) {
	x := httpkit.ExchangeOf(ctx)
	var id domain.SessionID // of what is no id: nobody's
	_ = id.UnmarshalText([]byte(in.Session))
	if err := a.App.EndSession(ctx, x.Caller, x.Account, id); err != nil {
		return nil, refuse(ctx, err)
	}
	return nil, nil //nolint:nilnil // because that is how huma answers 204
}

func (a *api) endOtherSessions(ctx context.Context, _ *struct{ InAccount }) (*struct{}, error) {
	x := httpkit.ExchangeOf(ctx)
	if err := a.App.EndOtherSessions(ctx, x.Caller, x.Account, x.Token); err != nil {
		return nil, refuse(ctx, err)
	}
	return nil, nil //nolint:nilnil // because that is how huma answers 204
}

func (a *api) endSessionsOf(ctx context.Context, request commands.Request, in *OfEmployee) (done, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.EndSessionsOf(ctx, request, who))
}

func showMe(m questions.Myself) me {
	return me{
		Person: m.Person, Login: m.Login, FirstName: m.FirstName, LastName: m.LastName, Role: m.Role,
		MayInvite: m.MayInvite, MustChangePassword: m.MustChangePassword,
		Preferences: showPreferences(m.Preferences),
		Account: ownAccount{
			ID: m.Account, Slug: m.Slug, Name: m.Company, Country: m.Country, Language: m.Language, TimeZone: m.TimeZone,
		},
	}
}

func (a *api) changePassword(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body passwordChange
},
) (done, error) {
	return doneAt(a.App.ChangePassword(ctx, request, commands.ChangePassword{
		Token: httpkit.ExchangeOf(ctx).Token, Current: in.Body.Current, New: in.Body.New,
	}))
}

// doneAt is a command's answer where it has nothing else to say.
func doneAt(d commands.Done, err error) (done, error) {
	return done{Position: d.Position.String()}, err
}
