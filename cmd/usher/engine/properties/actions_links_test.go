package properties_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// anyLink draws a link that was sent, one of the last mostly; for a purpose, where
// there is one.
func (l *life) anyLink(t *rapid.T, purpose links.Purpose) (commands.Message, bool) {
	sent := slices.DeleteFunc(slices.Clone(l.sent), func(m commands.Message) bool {
		return m.Link.Purpose == "" || purpose != 0 && m.Link.Purpose != purpose.String()
	})
	if len(sent) == 0 {
		return commands.Message{}, false
	}
	if undermined := l.undermined; purpose == 0 && undermined.Link.Purpose != "" {
		l.undermined = commands.Message{}
		return undermined, true
	}
	fresh := slices.DeleteFunc(slices.Clone(sent), func(m commands.Message) bool { return l.used[m.ID] })
	if len(fresh) > 0 && pick(t, "nobody has used it", true, true, false) {
		sent = fresh
	}
	return sent[len(sent)-1-min(len(sent)-1, pick(t, "link", 0, 0, 0, 1, 1, 2, 3, 5, 8))], true
}

func (l *life) byLink(purpose links.Purpose, command func(string) giving) func(*rapid.T) asked {
	return func(t *rapid.T) asked {
		message, ok := l.anyLink(t, purpose)
		if !ok {
			return asked{}
		}
		l.used[message.ID] = true
		line := fmt.Sprintf("%s's %s %d in %d", short(message.To.Address), message.Link.Purpose, message.Link.Counter, slices.Index(l.accounts, message.Account))
		return asked{line, commands.Request{Command: l.app.NewCommand(), Caller: commands.LinkHolder()}, command(l.link(message))}
	}
}

func (l *life) useLink(t *rapid.T) asked {
	return l.byLink(0, func(token string) giving {
		return of((*commands.App).UseLink)(commands.UseLink{Token: token, FirstName: "Guest", LastName: "Person", Password: password})
	})(t)
}

// undermine takes from a link that invites what it stands on; it is the next that
// somebody uses.
func (l *life) undermine(t *rapid.T) asked {
	message, ok := l.anyLink(t, links.Invitation)
	if !ok {
		return asked{}
	}
	at := slices.Index(l.accounts, message.Account)
	one := l.truth.companies[message.Account].somebody(domain.PersonStream(message.Slot)).invitations[message.Link.Counter-1]
	what := pick(t, "what", "dismiss the inviter", "dismiss the inviter", "revoke the batch", "moderate")
	if one.inviter == l.person(at, ann) && what == "dismiss the inviter" {
		what = "revoke the batch"
	}
	l.undermined = message
	line := fmt.Sprintf("%s's invitation %d in %d: %s", short(message.To.Address), message.Link.Counter, at, what)
	give := l.setting("moderated", true)
	switch what {
	case "dismiss the inviter":
		give = of((*commands.App).Dismiss)(one.inviter)
	case "revoke the batch":
		give = of((*commands.App).RevokeBatch)(one.batch)
	}
	return asked{line, commands.Request{Command: l.app.NewCommand(), Account: message.Account, Caller: l.caller(at, ann)}, give}
}

// join uses the join link that everybody knows, or the one before it.
func (l *life) join(t *rapid.T) asked {
	at, who := pick(t, "account", 0, 0, 0, 1), l.anybody(t)
	token := l.joinToken(at, pick(t, "rotations ago", uint64(0), 0, 0, 0, 1))
	request := commands.Request{Command: l.app.NewCommand(), Caller: commands.LinkHolder()}
	return asked{fmt.Sprintf("in %d: %s", at, short(l.contacts[who])), request, func(ctx context.Context, app *commands.App, r commands.Request) (string, error) {
		used, err := app.UseLink(ctx, r, commands.UseLink{Token: token, Email: l.contacts[who], FirstName: "Guest", LastName: "Person", Password: password})
		return string(used.Status), err
	}}
}

func (l *life) changeLogin(t *rapid.T) asked {
	request, _, line := l.by(t)
	to := l.contacts[l.anybody(t)]
	return asked{fmt.Sprintf("%s: to %s", line, short(to)), request, of((*commands.App).ChangeLogin)(commands.ChangeLogin{Login: to, Current: password})}
}

// changePassword is of whoever was mailed one last.
func (l *life) changePassword(t *rapid.T) asked {
	for _, message := range slices.Backward(l.sent) {
		if message.PasswordCounter == 0 {
			continue
		}
		at, who := slices.Index(l.accounts, message.Account), slices.Index(l.contacts, message.To.Address)
		filled, err := commands.Secrets{Keyring: l.vault}.Fill(context.Background(), message)
		require.NoError(t, err)
		request := commands.Request{Command: l.app.NewCommand(), Account: l.accounts[at], Caller: l.signIn(at, who, filled.Password)}
		return asked{fmt.Sprintf("%s in %d", short(l.contacts[who]), at), request, of((*commands.App).ChangePassword)(commands.ChangePassword{
			Token: l.tokens[session{at, who}].token, Current: filled.Password, New: password,
		})}
	}
	return asked{}
}

func (l *life) forgetPassword(t *rapid.T) asked {
	at, who := pick(t, "account", 0, 0, 1), l.anybody(t)
	request := commands.Request{Command: l.app.NewCommand(), Account: l.accounts[at]}
	return asked{fmt.Sprintf("%s in %d", short(l.contacts[who]), at), request, func(ctx context.Context, app *commands.App, r commands.Request) (string, error) {
		return "", app.ForgotPassword(ctx, r, commands.ForgotPassword{Login: l.contacts[who]})
	}}
}

func (l *life) changeSettings(t *rapid.T) asked {
	request, _, line := l.by(t)
	what, on := pick(t, "what", "public", "domains", "everyone may invite", "moderated"), pick(t, "on", true, false)
	return asked{fmt.Sprintf("%s: %s %v", line, what, on), request, l.setting(what, on)}
}

// setting turns something on or off.
func (l *life) setting(what string, on bool) giving {
	mode, domains := account.Moderated, []string{}
	if on {
		mode, domains = account.Public, []string{fmt.Sprintf("w%d.example", l.worlds)}
	}
	change := of((*commands.App).ChangeRegistration)
	switch what {
	case "public":
		return change(commands.ChangeRegistration{Mode: &mode})
	case "domains":
		return change(commands.ChangeRegistration{Domains: &domains})
	case "moderated":
		return change(commands.ChangeRegistration{ModerateInvited: &on})
	}
	return of((*commands.App).ChangeInviting)(account.ChangeInviting{EveryoneMayInvite: on})
}

func (l *life) changeJoinLink(t *rapid.T) asked {
	request, _, line := l.by(t)
	what := pick(t, "what", "rotate", "disable", "enable", "enable", "limit")
	return asked{fmt.Sprintf("%s: %s", line, what), request, func(ctx context.Context, app *commands.App, r commands.Request) (_ string, err error) {
		switch what {
		case "rotate":
			_, err = app.RotateJoinLink(ctx, r)
		case "disable":
			_, err = app.DisableJoinLink(ctx, r)
		case "enable":
			_, err = app.EnableJoinLink(ctx, r)
		case "limit":
			_, err = app.LimitJoinLink(ctx, r, account.LimitJoinLink{MaxUses: new(1)})
		}
		return "", err
	}}
}

func (l *life) wait(t *rapid.T) asked {
	long := pick(t, "for", time.Minute, 25*time.Hour, 24*time.Hour, 8*24*time.Hour, 15*24*time.Hour, 6*time.Minute)
	l.goesOn(long)
	l.story = append(l.story, "wait "+long.String())
	return asked{}
}

func (l *life) beSwept(*rapid.T) asked {
	return asked{give: func(ctx context.Context, _ *commands.App, _ commands.Request) (string, error) {
		return "", l.sweep(ctx)
	}}
}

// goOn lets one policy take in a few events, and stop in the middle of one perhaps.
func (l *life) goOn(t *rapid.T) asked {
	policy, most := pick(t, "policy", l.policies...), pick(t, "events", 1, 2, 4)
	return asked{line: policy.Name, give: func(ctx context.Context, _ *commands.App, _ commands.Request) (string, error) {
		for range most {
			if more, err := l.follow(ctx, policy); err != nil || !more {
				return "", err
			}
		}
		return "", nil
	}}
}

// askAgain gives a command again that a crash left without an answer.
func (l *life) askAgain(t *rapid.T) asked {
	if len(l.waiting) == 0 {
		return asked{}
	}
	return pick(t, "what", l.waiting...)
}
