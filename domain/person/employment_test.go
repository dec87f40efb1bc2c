package person_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func dismissed(epoch int) person.Event {
	return person.Dismissed{Person: anna, By: carla, Epoch: epoch}
}

func dismiss() person.Command { return person.Dismiss{By: carla} }

// dismissOnceUncounted is dismiss for an administrator of whom the account has
// uncounted this appointment.
func dismissOnceUncounted(n int) person.Command { return person.Dismiss{By: carla, Uncounted: n} }

func rehire() person.Command {
	return person.Rehire{By: carla, Department: sales, LinkExpiresAt: week}
}

// rehired is what rehire leads to for somebody dismissed once, whose last mailed
// link or password had this number.
func rehired(counter int) []person.Event {
	employed := employed(person.Basis{Kind: person.Rehiring, Approver: carla})
	employed.Epoch, employed.Department = 3, sales
	return one(person.Rehired{Person: anna, By: carla}, employed,
		person.PasswordLinkIssued{Person: anna, Counter: counter + 1, ExpiresAt: week})
}

// left is somebody who was dismissed.
func left() []person.Event { return with(employedByPublicLink(), one(dismissed(2))) }

func TestChangeJobTitle(t *testing.T) {
	changed := person.JobTitleChanged{Person: anna, Personal: person.Title{JobTitle: "Head clerk"}}
	t.Run("an employee gets another title", func(t *testing.T) {
		given(t, generatedPassword()...).When(person.ChangeJobTitle{JobTitle: "Head clerk"}).Then(changed)
	})
	t.Run("or none", func(t *testing.T) {
		given(t, generatedPassword()...).When(person.ChangeJobTitle{}).Then(person.JobTitleChanged{Person: anna})
	})
	t.Run("the same title changes nothing", func(t *testing.T) {
		given(t, generatedPassword()...).When(person.ChangeJobTitle{JobTitle: colleague.JobTitle}).ThenNothing()
		given(t, with(generatedPassword(), one(changed))...).When(person.ChangeJobTitle{JobTitle: "Head clerk"}).ThenNothing()
	})
	t.Run("who has no access is refused", func(t *testing.T) {
		given(t, left()...).When(person.ChangeJobTitle{JobTitle: "Ghost"}).ThenRefused(domain.NotEmployed)
	})
}

func TestDismiss(t *testing.T) {
	t.Run("an employee is dismissed, and the epoch rises", func(t *testing.T) {
		given(t, employedByPublicLink()...).When(dismiss()).Then(dismissed(2))
	})
	t.Run("nothing works any more", func(t *testing.T) {
		state := after(left()...)
		require.Equal(t, person.Employment{Dismissed: true, Epoch: 2}, state.Employment)
		require.Equal(t, person.NoCredential, state.Credential.Kind)
		require.Zero(t, state.Credential.ID)
	})
	t.Run("an administrator is, once uncounted", func(t *testing.T) {
		given(t, founder()...).When(dismiss()).ThenRefused(domain.RoleChanged)
		given(t, founder()...).When(person.Dismiss{By: carla, Uncounted: 1}).Then(dismissed(2))
	})
	t.Run("nobody dismisses themselves", func(t *testing.T) {
		given(t, founder()...).When(person.Dismiss{By: anna, Uncounted: 1}).ThenRefused(domain.NotOneself)
	})
	t.Run("who is dismissed already is not again", func(t *testing.T) { given(t, left()...).When(dismiss()).ThenNothing() })
	t.Run("who never had access is refused", func(t *testing.T) {
		given(t, invitedBySMS(1, open)).When(dismiss()).ThenRefused(domain.NotEmployed)
	})
	t.Run("the link for choosing a password is dead", func(t *testing.T) {
		given(t, with(passwordLink(), one(dismissed(2)))...).When(setPassword(1, 3)).ThenRefused(domain.LinkRevoked)
	})
	t.Run("a dismissed founder is not registered again", func(t *testing.T) {
		given(t, with(founder(), one(dismissed(2)))...).
			When(person.RegisterFounder{Slot: slot, Credential: credential(3), Details: registrant(3)}).ThenNothing()
	})
}

func TestRehire(t *testing.T) {
	t.Run("a dismissed person comes back as a plain employee, and gets a link", func(t *testing.T) {
		given(t, left()...).When(rehire()).Then(rehired(0)...)
		given(t, with(founder(), one(dismissed(2)))...).When(rehire()).Then(rehired(0)...)
	})
	t.Run("the link is newer than all before", func(t *testing.T) {
		given(t, with(passwordLink(), one(dismissed(2)))...).When(rehire()).Then(rehired(1)...)
		given(t, with(passwordLink(), one(dismissed(2)), rehired(1))...).When(setPassword(1, 3)).ThenRefused(domain.LinkSuperseded)
	})
	t.Run("the old password is gone, and the title stays", func(t *testing.T) {
		state := after(with(generatedPassword(), one(passwordChanged(1), dismissed(2)), rehired(1))...)
		require.Equal(t, person.Credential{Kind: person.LinkPending, Counter: 2, ExpiresAt: week}, state.Credential)
		require.Equal(t, colleague.JobTitle, state.JobTitle)
		require.Equal(t, person.Employment{Active: true, Epoch: 3, Began: 3, Role: domain.RoleEmployee, Department: sales}, state.Employment)
	})
	t.Run("it replaces an invitation and registrations that wait", func(t *testing.T) {
		given(t, with(left(), one(invitedByEmail(1, open)))...).When(rehire()).Then(with(one(invitationSuperseded(1)), rehired(0))...)
		given(t, with(left(), one(joined(2, person.Approval, public)))...).When(rehire()).Then(with(one(superseded(2)), rehired(0))...)
	})
	t.Run("who is employed stays so", func(t *testing.T) { given(t, employedByPublicLink()...).When(rehire()).ThenNothing() })
	t.Run("whose contact is another's login by now is refused", func(t *testing.T) {
		given(t, with(left(), one(loginClaimed(carla, 1, 1)))...).When(rehire()).ThenRefused(domain.ContactHeld)
	})
	t.Run("who never had access is refused", func(t *testing.T) {
		given(t, invitedBySMS(1, open)).When(rehire()).ThenRefused(domain.NotDismissed)
	})
}

func TestWhoIsRehiredKeepsTheChangedLogin(t *testing.T) {
	for name, meanwhile := range map[string][]person.Command{
		"at once":                          nil,
		"though the old contact was tried": {invite(email)},
	} {
		t.Run(name, func(t *testing.T) {
			state := after(founder()...)
			for _, command := range slices.Concat([]person.Command{changeLogin(1), dismissOnceUncounted(1)}, meanwhile, []person.Command{rehire()}) {
				state = person.Decider().Fold(state, decided(t, state, command)...)
			}
			require.True(t, state.Employment.Active)
			require.Equal(t, newEmail, state.Contact, "messages go to the changed login")
			require.Equal(t, elsewhere, state.LoginSlot(slot), "the changed login is where the person signs in")
			require.Empty(t, state.Login.Ended, "no contact is to be released")
			given(t, with(founder(), one(loginChanged(1), dismissed(2)), rehired(0))...).
				When(person.AbandonLoginChange{Claim: claim(1), Slot: elsewhere}).ThenNothing()
		})
	}
}

func TestADismissedPersonReturns(t *testing.T) {
	back := func(event person.Event, department domain.DepartmentID) person.Event {
		employed, _ := event.(person.Employed)
		employed.Epoch, employed.Department = 3, department
		return employed
	}
	t.Run("invited again, the same person is", func(t *testing.T) {
		given(t, left()...).When(invite(email)).Then(person.InvitedByEmail{
			Person: anna, Tenure: 1, Invitation: 1, Inviter: boris, Batch: mailing, ExpiresAt: week,
			Department: sales, Workgroups: []domain.WorkgroupID{chess, choir}, Personal: person.Invitee{Contact: email},
		})
	})
	t.Run("and redeems, as a plain employee with a new password", func(t *testing.T) {
		given(t, with(left(), one(invitedByEmail(1, open)))...).When(redeem(1, 2)).Then(
			cameByInvitation(2, 1, email, person.Nothing), invitationRedeemed(1, 2), back(employedInSales(throughEmail(1, 2)), sales))
	})
	t.Run("whoever signed in by another contact signs in by the invited one again", func(t *testing.T) {
		story := with(founder(), one(loginChanged(1), dismissed(2), invitedByEmail(1, open),
			cameByInvitation(1, 1, email, person.Nothing), invitationRedeemed(1, 1), employed(throughEmail(1, 1))))
		state := after(story...)
		require.Equal(t, slot, state.LoginSlot(slot))
		require.Equal(t, email, state.Contact)
		require.Equal(t, []person.HeldContact{{Slot: elsewhere, Claim: claim(1)}}, state.Login.Ended, "which is to be released")
	})
	t.Run("while the invitation is open, the person is dismissed as before", func(t *testing.T) {
		state := after(with(left(), one(invitedByEmail(1, over), invitationExpired(1)))...)
		require.Equal(t, after(left()...).Employment, state.Employment)
	})
	t.Run("registered directly, the same person is employed", func(t *testing.T) {
		events := registeredDirectly(true)
		given(t, left()...).When(registerDirectly(true)).Then(
			events[0], back(events[1], domain.DepartmentID{}), person.PasswordGenerated{Person: anna, Counter: 1, ExpiresAt: open})
	})
	for name, judged := range map[string]person.InForce{"public": public, "of a trusted domain": ruled, "moderated": moderated} {
		t.Run("by the join link, though "+name+", the person waits for approval", func(t *testing.T) {
			given(t, left()...).When(join(2, judged)).Then(because(person.DismissedBefore, joined(2, person.Approval, judged)))
		})
	}
	t.Run("and is approved", func(t *testing.T) {
		given(t, with(left(), one(joined(2, person.Approval, public)))...).When(approve(2)).Then(
			approved(2), back(employed(throughApproval(2)), domain.DepartmentID{}))
	})
	t.Run("or rejected, and dismissed as before", func(t *testing.T) {
		state := after(with(left(), one(joined(2, person.Approval, public), rejected(2)))...)
		require.Equal(t, after(left()...).Employment, state.Employment)
	})
	t.Run("a proof given after the dismissal waits, too", func(t *testing.T) {
		story := with(left(), one(invitedByEmail(1, over), joinedWhileInvited(2, 1, ruled)))
		given(t, story...).When(prove(2)).Then(invitationExpired(1), proved(2, person.DismissedBefore))
	})
}
