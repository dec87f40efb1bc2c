package properties_test

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
)

func soak() int {
	factor, _ := strconv.Atoi(os.Getenv("USHER_SOAK")) // unset or no number means once
	return max(1, factor)
}

// action is something that people do.
type action struct {
	name string
	draw func(*rapid.T) asked
}

// actions is what people do; what stands here twice they do more often.
func (l *life) actions() []action {
	type app = commands.App
	hadAccess := func(s *somebody) bool { return s.ended }
	resend, revoke := l.toInvitee(of((*app).Resend)), l.toInvitee(of((*app).Revoke))
	dismiss, rehire := l.toPerson(hasAccess, of((*app).Dismiss)), l.toPerson(hadAccess, of(rehireAtTheTop))
	endSessions, revokeAllBy := l.toPerson(hasAccess, of((*app).EndSessionsOf)), l.toPerson(hasAccess, of((*app).RevokeAllBy))
	decline, ask := l.byLink(links.Invitation, of((*app).DeclineLink)), l.byLink(links.Invitation, of((*app).AskForLink))
	return []action{
		{"invite", l.invite},
		{"invite", l.invite},
		{"invite", l.invite},
		{"invite", l.invite},
		{"register directly", l.registerDirectly},
		{"undermine", l.undermine},
		{"undermine", l.undermine},
		{"resend", resend},
		{"revoke", revoke},
		{"correct", l.correct},
		{"revoke a batch", l.revokeBatch},
		{"revoke all by", revokeAllBy},
		{"use", l.useLink},
		{"use", l.useLink},
		{"use", l.useLink},
		{"use", l.useLink},
		{"use", l.useLink},
		{"use", l.useLink},
		{"decline", decline},
		{"ask for", ask},
		{"ask for the proof", l.byLink(links.Proof, of((*app).AskForProof))},
		{"join", l.join},
		{"join", l.join},
		{"join", l.join},
		{"approve", l.approve},
		{"approve", l.approve},
		{"reject", l.reject},
		{"dismiss", dismiss},
		{"dismiss", dismiss},
		{"dismiss", dismiss},
		{"rehire", rehire},
		{"end sessions of", endSessions},
		{"change role of", l.changeRole},
		{"change role of", l.changeRole},
		{"change login", l.changeLogin},
		{"change login", l.changeLogin},
		{"change password of", l.changePassword},
		{"forget password of", l.forgetPassword},
		{"set", l.changeSettings},
		{"set", l.changeSettings},
		{"change the join link", l.changeJoinLink},
		{"wait", l.wait},
		{"wait", l.wait},
		{"wait", l.wait},
		{"sweep", l.beSwept},
		{"go on with", l.goOn},
		{"again", l.askAgain},
		{"again", l.askAgain},
	}
}

func rehireAtTheTop(app *commands.App, ctx context.Context, r commands.Request, id domain.PersonID) (commands.Done, error) { //nolint:revive // because it is as the methods are
	return app.Rehire(ctx, r, id, domain.DepartmentID{})
}

// giving gives a command, and says in a word what it led to.
type giving func(context.Context, *commands.App, commands.Request) (string, error)

// of is a command about something.
func of[About, Answer any](command func(*commands.App, context.Context, commands.Request, About) (Answer, error)) func(About) giving {
	return func(about About) giving {
		return func(ctx context.Context, app *commands.App, r commands.Request) (string, error) {
			_, err := command(app, ctx, r, about)
			return "", err
		}
	}
}

// anybody draws a contact, and the founder's rarely.
func (l *life) anybody(t *rapid.T) int {
	return pick(t, "who", bob, cid, dan, eve, l.hero, l.hero, l.hero, ann)
}

func hasAccess(s *somebody) bool  { return s.access }
func wasInvited(s *somebody) bool { return len(s.invitations) > 0 && !s.access }

func (l *life) person(account, who int) domain.PersonID {
	return domain.PersonIDFor(l.slot(account, who), 1)
}

func (l *life) invite(t *rapid.T) asked {
	request, account, line := l.by(t)
	who := l.mostly(t, "who", account, func(s *somebody) bool { return !s.access && s.openInvitations() == 0 })
	return asked{fmt.Sprintf("%s: %s", line, short(l.contacts[who])), request, func(ctx context.Context, app *commands.App, r commands.Request) (string, error) {
		var invited commands.Invited
		var err error
		if who == 3 {
			invited, err = app.InviteBySMS(ctx, r, commands.InviteBySMS{Phones: []string{l.contacts[who]}})
		} else {
			invited, err = app.InviteByEmail(ctx, r, commands.InviteByEmail{Emails: []string{l.contacts[who]}})
		}
		if err == nil && invited.Rows[0].Refused != nil {
			return string(domain.CodeOf(invited.Rows[0].Refused)), nil
		}
		return "", err
	}}
}

func (l *life) registerDirectly(t *rapid.T) asked {
	request, account, line := l.by(t)
	who := l.mostly(t, "who", account, (*somebody).awaits)
	return asked{fmt.Sprintf("%s: %s", line, short(l.contacts[who])), request, of((*commands.App).RegisterDirectly)(commands.RegisterDirectly{
		Email: l.contacts[who], FirstName: "Di", LastName: "Rect", JobTitle: "Baker", WithoutConfirmation: pick(t, "by a mailed password", false, true),
	})}
}

func (l *life) toInvitee(command func(commands.InvitationOf) giving) func(*rapid.T) asked {
	return func(t *rapid.T) asked {
		request, account, line := l.by(t)
		who, number := l.mostly(t, "who", account, wasInvited), pick(t, "invitation", 0, 0, 0, 1, 2)
		return asked{
			fmt.Sprintf("%s: %s's %d", line, short(l.contacts[who]), number), request,
			command(commands.InvitationOf{Person: l.person(account, who), Invitation: number}),
		}
	}
}

func (l *life) correct(t *rapid.T) asked {
	request, account, line := l.by(t)
	who, right := l.mostly(t, "who", account, wasInvited), l.anybody(t)
	return asked{fmt.Sprintf("%s: %s to %s", line, short(l.contacts[who]), short(l.contacts[right])), request, of((*commands.App).Correct)(commands.CorrectContact{
		InvitationOf: commands.InvitationOf{Person: l.person(account, who)}, Contact: l.contacts[right],
	})}
}

func (l *life) revokeBatch(t *rapid.T) asked {
	request, account, line := l.by(t)
	batches := l.truth.companies[l.accounts[account]].opened
	if len(batches) == 0 {
		return asked{}
	}
	ago := min(pick(t, "batch", 0, 0, 1, 2, 4), len(batches)-1)
	return asked{fmt.Sprintf("%s: the last but %d", line, ago), request, of((*commands.App).RevokeBatch)(batches[len(batches)-1-ago])}
}

func (l *life) toPerson(holds func(*somebody) bool, command func(domain.PersonID) giving) func(*rapid.T) asked {
	return func(t *rapid.T) asked {
		request, account, line := l.by(t)
		who := l.mostly(t, "who", account, func(s *somebody) bool { return holds(s) && s.id != request.Caller.Person })
		return asked{fmt.Sprintf("%s: %s", line, short(l.contacts[who])), request, command(l.person(account, who))}
	}
}

func (l *life) approve(t *rapid.T) asked {
	number := pick(t, "registration", 0, 0, 0, 1, 2)
	return l.toPerson((*somebody).awaits, func(id domain.PersonID) giving {
		return of((*commands.App).Approve)(commands.Approve{Person: id, Registration: number})
	})(t)
}

func (l *life) reject(t *rapid.T) asked {
	number := pick(t, "registration", 0, 0, 0, 1, 2)
	return l.toPerson((*somebody).awaits, func(id domain.PersonID) giving {
		return of((*commands.App).Reject)(commands.Reject{Person: id, Registration: number})
	})(t)
}

func (l *life) changeRole(t *rapid.T) asked {
	role := pick(t, "role", domain.RoleAdministrator, domain.RoleAuditor, domain.RoleEmployee, domain.RoleAdministrator)
	next := l.toPerson(hasAccess, func(id domain.PersonID) giving {
		return func(ctx context.Context, app *commands.App, r commands.Request) (string, error) {
			_, err := app.ChangeRole(ctx, r, id, role)
			return "", err
		}
	})(t)
	next.line += " to " + string(role)
	return next
}
