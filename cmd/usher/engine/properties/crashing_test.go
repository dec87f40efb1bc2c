package properties_test

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// whyUnfinished is, for each command, and after how many of its appends, why
// policies alone do not bring it to its end: the log does not say what was meant.
// Whatever is not named here they finish, such as a correction, a promotion or a
// dismissal that is half on record.
var whyUnfinished = map[string]map[int]string{
	"inviting two": {
		1: "a batch does not name whom it is for",
		2: "a batch does not name whom it is for, so that the second is not known",
		3: "nobody but the request knows that all have had their turn, so the batch stays open",
	},
	"inviting anew whose batch was revoked": {
		1: "a batch does not name whom it is for",
		2: "a batch does not name whom it is for, so that it stays open; its first invitation only ended what was revoked",
	},
	"correcting to a contact that was claimed once": {
		1: "a claim that is given up does not say who needed the contact",
		2: "a claim that is released does not say who needed the contact",
	},
	"registering by a limited link": {
		1: "a seat does not say name and password of who takes it, and comes back in time",
	},
	"registering directly whose contact was claimed once": {
		1: "a claim that is given up does not say who needed the contact",
		2: "a claim that is released does not say who needed the contact",
	},
	"asking for a login that was claimed once": {
		1: "a claim that is given up does not say who needed the contact",
		2: "a claim that is released does not say who needed the contact",
	},
}

// commandsThatCrash is every command that touches two streams, or ends first what
// stands in its way, and those by which somebody comes to have access.
func commandsThatCrash() []crashing {
	by := func(who int, command func(*life) giving) func(*life) (commands.Request, giving) {
		return func(l *life) (commands.Request, giving) { return l.request(who), command(l) }
	}
	byLink := func(command func(*life) giving) func(*life) (commands.Request, giving) {
		return func(l *life) (commands.Request, giving) {
			return commands.Request{Command: l.app.NewCommand(), Caller: commands.LinkHolder()}, command(l)
		}
	}
	nothing := func(*life) {}
	bobIsEmployed := func(l *life) { l.employs(bob) }
	bobIsInvited := func(l *life) { l.does(ann, l.inviting(bob)) }
	public := func(l *life) { l.does(ann, l.setting("public", true)) }
	onlyOne := func(l *life) {
		public(l)
		l.does(ann, of((*commands.App).LimitJoinLink)(account.LimitJoinLink{MaxUses: new(1)}))
	}
	bobSignsInByCid := func(l *life) {
		l.employs(bob)
		l.does(bob, l.changingLogin(cid))
		l.uses(cid)
	}
	bobIsAdministrator := func(l *life) {
		l.employs(bob)
		l.does(ann, l.changingRole(bob, domain.RoleAdministrator))
	}
	bobsClaimOnCidLapsed := func(l *life) {
		l.employs(bob)
		l.does(bob, l.changingLogin(cid))
		l.goesOn(25 * time.Hour)
	}
	bobsBatchIsRevoked := func(l *life) { // and nothing has followed yet
		l.does(ann, l.inviting(bob))
		l.revokesTheBatch()
	}
	return []crashing{
		{"founding an account", nothing, func(l *life) (commands.Request, giving) {
			found := commands.FoundAccount{Slug: "second-" + l.slugs[0], Name: "Second", Email: l.contacts[bob], FirstName: "Bob", LastName: "Baker", Password: password}
			return commands.Request{Command: l.app.NewCommand(), Caller: commands.Operator()}, of((*commands.App).FoundAccount)(found)
		}},
		{"inviting two", nothing, by(ann, func(l *life) giving { return l.inviting(bob, cid) })},
		{"inviting anew whose batch was revoked", bobsBatchIsRevoked, by(ann, func(l *life) giving { return l.inviting(bob) })},
		{"revoking a batch", bobIsInvited, by(ann, func(l *life) giving { return of((*commands.App).RevokeBatch)(l.lastBatch()) })},
		{"revoking all of somebody", bobIsInvited, by(ann, func(l *life) giving { return of((*commands.App).RevokeAllBy)(l.person(0, ann)) })},
		{"correcting a contact", bobIsInvited, by(ann, func(l *life) giving { return l.correcting(bob, cid) })},
		{"correcting to a contact that was claimed once", func(l *life) {
			bobsClaimOnCidLapsed(l)
			l.does(ann, l.inviting(eve))
		}, by(ann, func(l *life) giving { return l.correcting(eve, cid) })},
		{"using an invitation", bobIsInvited, byLink(func(l *life) giving { return l.using(bob) })},
		{"using an invitation that waits for approval", func(l *life) {
			l.does(ann, l.setting("moderated", true))
			bobIsInvited(l)
		}, byLink(func(l *life) giving { return l.using(bob) })},
		{"registering by the public link", public, byLink(func(l *life) giving { return l.joining(bob) })},
		{"registering by a limited link", onlyOne, byLink(func(l *life) giving { return l.joining(bob) })},
		{"registering by a link, being invited", bobIsInvited, byLink(func(l *life) giving { return l.joining(bob) })},
		{"proving an address, being invited", func(l *life) {
			bobIsInvited(l)
			l.joins(bob)
		}, byLink(func(l *life) giving { return l.using(bob) })},
		{"registering directly", nothing, by(ann, func(l *life) giving { return l.registering(bob) })},
		{"registering directly whose contact was claimed once", bobsClaimOnCidLapsed, by(ann, func(l *life) giving { return l.registering(cid) })},
		{"approving", func(l *life) { l.joins(bob) }, by(ann, func(l *life) giving {
			return of((*commands.App).Approve)(commands.Approve{Person: l.person(0, bob)})
		})},
		{"choosing a password", func(l *life) { l.does(ann, l.registering(bob)) }, byLink(func(l *life) giving { return l.using(bob) })},
		{"promoting", bobIsEmployed, by(ann, func(l *life) giving { return l.changingRole(bob, domain.RoleAdministrator) })},
		{"demoting", bobIsAdministrator, by(ann, func(l *life) giving { return l.changingRole(bob, domain.RoleEmployee) })},
		{"stepping down", bobIsAdministrator, by(bob, func(l *life) giving { return l.changingRole(bob, domain.RoleAuditor) })},
		{"dismissing an administrator", bobIsAdministrator, by(ann, func(l *life) giving { return of((*commands.App).Dismiss)(l.person(0, bob)) })},
		{"dismissing who signs in by another contact", bobSignsInByCid, by(ann, func(l *life) giving { return of((*commands.App).Dismiss)(l.person(0, bob)) })},
		{"rehiring", func(l *life) {
			l.employs(bob)
			l.does(ann, of((*commands.App).Dismiss)(l.person(0, bob)))
		}, by(ann, func(l *life) giving { return of(rehireAtTheTop)(l.person(0, bob)) })},
		{"rehiring who signs in by another contact", func(l *life) {
			bobSignsInByCid(l)
			l.does(ann, of((*commands.App).Dismiss)(l.person(0, bob)))
		}, by(ann, func(l *life) giving { return of(rehireAtTheTop)(l.person(0, bob)) })},
		{"asking for another login", bobIsEmployed, by(bob, func(l *life) giving { return l.changingLogin(cid) })},
		{"asking for a login that was claimed once", func(l *life) {
			bobsClaimOnCidLapsed(l)
			l.employs(eve)
		}, by(eve, func(l *life) giving { return l.changingLogin(cid) })},
		{"proving another login", func(l *life) {
			l.employs(bob)
			l.does(bob, l.changingLogin(cid))
		}, byLink(func(l *life) giving { return l.using(cid) })},
		{"proving the login that one came by", func(l *life) {
			bobSignsInByCid(l)
			l.does(cid, l.changingLogin(bob))
		}, byLink(func(l *life) giving { return l.using(bob) })},
	}
}

func (l *life) correcting(who, right int) giving {
	return of((*commands.App).Correct)(commands.CorrectContact{InvitationOf: commands.InvitationOf{Person: l.person(0, who)}, Contact: l.contacts[right]})
}

func (l *life) lastBatch() domain.BatchID {
	opened := l.truth.companies[l.accounts[0]].opened
	return opened[len(opened)-1]
}

// revokesTheBatch kills the links of the batch sent last, and lets no policy go on.
func (l *life) revokesTheBatch() {
	_, err := of((*commands.App).RevokeBatch)(l.lastBatch())(context.Background(), l.app, l.request(ann))
	require.NoError(l.t, err)
}

// joins has somebody register by the join link.
func (l *life) joins(who int) {
	_, err := l.joining(who)(context.Background(), l.app, commands.Request{Command: l.app.NewCommand(), Caller: commands.LinkHolder()})
	require.NoError(l.t, err)
	l.settle()
	l.learn()
}
