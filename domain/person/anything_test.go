package person_test

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

// commands draws commands, each with a credential of its own, as each
// request has.
func commands() func(*rapid.T, person.State) person.Command {
	made := uint32(0)
	fresh := func() domain.CredentialID {
		made++
		return domain.CredentialID{0xf, byte(made >> 8), byte(made)}
	}
	return func(t *rapid.T, s person.State) person.Command {
		concern := rapid.SampledFrom([]person.Concern{person.NoConcern, person.InvitedWait, person.InviterGone}).Draw(t, "concern")
		invitation, registration := domaintest.AnyNumber(t, len(s.Invitations)), domaintest.AnyNumber(t, len(s.Registrations))
		// What lets in at once is rare, so that most stories go on for a while.
		switch kind := rapid.SampledFrom(commandKinds).Draw(t, "command"); kind {
		case "invite":
			return person.Invite{
				Slot: slot, Contact: anyContact(t), Inviter: boris, Batch: mailing, Department: sales,
				Workgroups: []domain.WorkgroupID{chess}, ExpiresAt: anyEnd(t),
			}
		case "join":
			return person.RegisterByJoinLink{
				Slot: slot, Generation: 8, Seat: rapid.IntRange(0, 3).Draw(t, "seat"), Department: sales, InForce: anyJudged(t), ProveBy: anyEnd(t), Credential: fresh(), Details: registrant(1),
			}
		case "redeem":
			return person.Redeem{
				Invitation: invitation, InForce: anyJudged(t), Concern: concern, Credential: fresh(), FirstName: "Anna", LastName: "Cooper",
			}
		case "prove":
			return person.Prove{Registration: registration, Concern: concern}
		case "approve":
			return person.Approve{Registration: registration, By: carla}
		case "reject":
			return person.Reject{Registration: registration, By: carla}
		case "register directly":
			return person.RegisterDirectly{
				MayApprove: rapid.Bool().Draw(t, "may approve"),
				Slot:       slot, Inviter: boris, WithoutConfirmation: rapid.Bool().Draw(t, "without confirmation"),
				PasswordExpiresAt: anyEnd(t), LinkExpiresAt: anyEnd(t), Details: colleague,
			}
		case "found":
			return person.RegisterFounder{Slot: slot, Credential: fresh(), Details: registrant(1)}
		case "set password":
			return person.SetPassword{Counter: domaintest.AnyNumber(t, s.Credential.Counter), Credential: fresh()}
		case "change password":
			return person.ChangePassword{Credential: fresh()}
		case "ask reset":
			return person.AskPasswordReset{By: rapid.SampledFrom([]domain.PersonID{{}, carla}).Draw(t, "by"), ExpiresAt: anyEnd(t)}
		case "reset":
			return person.ResetPassword{Number: domaintest.AnyNumber(t, s.Reset.Number), Credential: fresh()}
		case "make token":
			return makeToken(rapid.IntRange(1, 3).Draw(t, "token"))
		case "revoke token":
			return revokeToken(rapid.IntRange(1, 3).Draw(t, "token"))
		case "join workgroup":
			return person.JoinWorkgroup{Workgroup: rapid.SampledFrom([]domain.WorkgroupID{chess, choir}).Draw(t, "workgroup")}
		case "leave workgroup":
			return person.LeaveWorkgroup{Workgroup: rapid.SampledFrom([]domain.WorkgroupID{chess, choir}).Draw(t, "workgroup")}
		case "forfeit":
			return person.ForfeitSeat{Slot: slot, Seat: rapid.IntRange(1, 3).Draw(t, "seat")}
		case "prove again":
			return person.ProveAgain{Registration: registration, ProveBy: anyEnd(t)}
		case "open":
			return person.OpenInvitation{Invitation: invitation}
		case "expire":
			return person.Expire{Invitation: invitation}
		case "resend":
			return person.Resend{Invitation: invitation, ExpiresAt: anyEnd(t)}
		case "revoke":
			return person.Revoke{Invitation: invitation, By: carla, Why: person.RevokedAlone}
		case "decline":
			return person.Decline{Invitation: invitation}
		case "ask":
			return person.AskAgain{Invitation: invitation}
		case "correct":
			return person.Correct{Invitation: invitation, To: boris, By: carla, Contact: newEmail}
		case "refuse correction":
			return person.RefuseCorrection{Invitation: invitation, Code: domain.AlreadyEmployed}
		case "claim login":
			return claimLogin(rapid.SampledFrom([]domain.PersonID{anna, boris, carla}).Draw(t, "by"), rapid.IntRange(1, 3).Draw(t, "claim"))
		case "change login":
			return changeLogin(rapid.IntRange(1, 3).Draw(t, "claim"))
		case "abandon":
			return person.AbandonLoginChange{Claim: claim(rapid.IntRange(1, 3).Draw(t, "claim")), Slot: elsewhere}
		case "release":
			return person.ReleaseLogin{Claim: s.Claim.ID}
		case "move":
			return person.Move{Department: anyDepartment(t)}
		case "change title":
			if rapid.Bool().Draw(t, "name") {
				if rapid.Bool().Draw(t, "preferences") {
					return person.ChangePreferences{Preferences: anyPreferences(t)}
				}
				return person.ChangeName{FirstName: rapid.SampledFrom([]string{"Anna", "Anne"}).Draw(t, "first"), LastName: rapid.SampledFrom([]string{"", "Archer"}).Draw(t, "last")}
			}
			return person.ChangeJobTitle{JobTitle: rapid.SampledFrom([]string{"", "Clerk", "Baker"}).Draw(t, "title")}
		case "change role":
			return person.ChangeRole{Role: anyRole(t), By: carla, Uncounted: domaintest.AnyNumber(t, s.Appointments)}
		case "dismiss":
			return person.Dismiss{By: carla, Uncounted: domaintest.AnyNumber(t, s.Appointments)}
		case "log in":
			return noteLogin(domaintest.AnyNumber(t, s.Employment.Epoch))
		case "end sessions":
			return person.EndSessions{By: carla, Epoch: domaintest.AnyNumber(t, s.Employment.Epoch)}
		case "rehire":
			return person.Rehire{By: carla, Department: anyDepartment(t), LinkExpiresAt: anyEnd(t)}
		default:
			panic(kind)
		}
	}
}

var commandKinds = strings.Split("join,prove,join,invite,join,prove,reject,redeem,register directly,prove,approve,invite,redeem,reject,found,"+
	"change password,set password,prove,invite,reject,join,claim login,release,change login,abandon,"+
	"move,change role,dismiss,change title,rehire,log in,dismiss,change role,end sessions,log in,"+
	"invite,open,resend,expire,ask,resend,revoke,invite,decline,correct,refuse correction,forfeit,prove again,join workgroup,leave workgroup,ask reset,reset,ask reset,reset,make token,revoke token,make token", ",")

// anyEvent draws events that no decider would make, too.
func anyEvent(t *rapid.T) person.Event {
	n := func() int { return domaintest.AnyNumber(t, 4) }
	judged, ends := anyJudged(t), anyEnd(t)
	awaits := rapid.SampledFrom([]person.Awaits{person.Nothing, person.Proof, person.Approval, "rain"}).Draw(t, "awaits")
	id := domain.CredentialID{byte(rapid.IntRange(0, 9).Draw(t, "credential"))}
	invitee := person.Invitee{Contact: anyContact(t)}
	switch rapid.SampledFrom(numbersTo(44)).Draw(t, "event") {
	case 0:
		return person.InvitedBySMS{Person: anna, Tenure: n(), Invitation: n(), ExpiresAt: ends, Personal: invitee}
	case 1:
		return person.InvitedByEmail{
			Person: anna, Tenure: n(), Invitation: n(), ExpiresAt: ends, Personal: invitee, Department: sales,
			Workgroups: []domain.WorkgroupID{chess, choir},
		}
	case 2:
		return invitationRedeemed(n(), n())
	case 3:
		return invitationSuperseded(n())
	case 4:
		return invitationExpired(n())
	case 5, 6:
		return person.Registered{
			Person: anna, Tenure: n(), Registration: n(), Invitation: n(), Awaits: awaits, ProveBy: ends, InForce: judged,
			Credential: id, Personal: registrant(1), Proved: rapid.Bool().Draw(t, "proved"),
		}
	case 7:
		return person.AddressProved{Person: anna, Registration: n(), Awaits: awaits}
	case 8:
		return approved(n())
	case 9:
		return rejected(n())
	case 10:
		return superseded(n())
	case 11:
		return person.RegisteredDirectly{Person: anna, Tenure: n(), Personal: colleague}
	case 12:
		return person.FounderRegistered{Person: anna, Tenure: n(), Personal: registrant(2)}
	case 13:
		return person.Employed{Person: anna, Tenure: n(), Epoch: n(), Basis: person.Basis{Registration: n(), Invitation: n()}}
	case 14:
		return person.PasswordSet{Person: anna, Credential: id}
	case 15:
		return person.PasswordGenerated{Person: anna, Counter: n(), ExpiresAt: ends}
	case 34:
		return person.WorkgroupJoined{Person: anna, Workgroup: chess}
	case 35:
		return person.WorkgroupLeft{Person: anna, Workgroup: chess}
	case 36:
		return person.PasswordResetAsked{Person: anna, Number: n(), ExpiresAt: ends}
	case 37:
		return person.PasswordReset{Person: anna, Number: n(), Credential: id}
	case 40:
		return person.APITokenMade{Person: anna, Token: domain.TokenID{byte(n())}, Scopes: []person.Scope{"everything"}, ExpiresAt: ends}
	case 41:
		return person.APITokenRevoked{Person: anna, Token: domain.TokenID{byte(n())}, By: anna}
	case 32:
		return person.SeatForfeited{Person: anna, Seat: n()}
	case 33:
		return person.ProofSentAgain{Person: anna, Registration: n(), ProveBy: ends}
	case 27:
		return revoked(n())
	case 28:
		return declined(n())
	case 29:
		return asked(n())
	case 30:
		return corrected(n())
	case 31:
		return person.CorrectionRefused{Person: anna, Invitation: n(), Code: string(domain.AlreadyEmployed)}
	case 16:
		return loginClaimed(carla, n(), n())
	case 17:
		return loginReleased(carla, n())
	case 18:
		return loginChanged(n())
	case 19:
		return person.LoginChangeAbandoned{Person: anna, Claim: claim(n()), Slot: elsewhere}
	case 20:
		return person.Moved{Person: anna, Department: anyDepartment(t)}
	case 21:
		if rapid.Bool().Draw(t, "preferences") {
			return person.PreferencesChanged{Person: anna, Personal: anyPreferences(t)}
		}
		if rapid.Bool().Draw(t, "name") {
			return person.NameChanged{Person: anna, Personal: person.Called{FirstName: "Anne"}}
		}
		return person.JobTitleChanged{Person: anna, Personal: person.Title{JobTitle: "Baker"}}
	case 22:
		return madeAdministrator(n())
	case 23:
		return person.MadeAuditor{Person: anna, By: carla}
	case 24:
		return person.MadeEmployee{Person: anna, By: carla}
	case 25:
		return dismissed(n())
	case 39:
		return sessionsEnded(n())
	case 42:
		return opened(n())
	case 43:
		return firstLogin()
	case 26:
		return person.Rehired{Person: anna, By: carla}
	}
	return person.PasswordLinkIssued{Person: anna, Counter: n(), ExpiresAt: ends}
}

func anyPreferences(t *rapid.T) person.Preferences {
	return person.Preferences{
		Language: rapid.SampledFrom([]string{"", "de"}).Draw(t, "language"), TimeZone: rapid.SampledFrom([]string{"", "Europe/Berlin"}).Draw(t, "zone"),
		Theme: rapid.SampledFrom(append(person.Themes(), "", "blue")).Draw(t, "theme"), Shortcuts: rapid.Bool().Draw(t, "shortcuts"),
	}
}

func anyContact(t *rapid.T) domain.Contact {
	return rapid.SampledFrom([]domain.Contact{email, phone, {}}).Draw(t, "contact")
}

func anyDepartment(t *rapid.T) domain.DepartmentID {
	return rapid.SampledFrom([]domain.DepartmentID{{}, sales, {8}}).Draw(t, "department")
}

func anyRole(t *rapid.T) domain.Role {
	return rapid.SampledFrom([]domain.Role{domain.RoleAdministrator, domain.RoleAuditor, domain.RoleEmployee, "owner"}).Draw(t, "role")
}

func anyJudged(t *rapid.T) person.InForce {
	return rapid.SampledFrom([]person.InForce{ruled, {}, moderated, public, ruled}).Draw(t, "judged")
}

func anyEnd(t *rapid.T) time.Time {
	return rapid.SampledFrom([]time.Time{week.AddDate(9, 0, 0), over, {}, week, week.AddDate(0, 1, 0)}).Draw(t, "ends")
}

// numbersTo is the numbers below count: a sample of them does not lean to zero.
func numbersTo(count int) []int {
	numbers := make([]int, count)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}
