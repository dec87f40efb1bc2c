package person_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

type told = domaintest.Told[person.State, person.Command, person.Event]

func tell(t *rapid.T) []told { return domaintest.Tell(t, person.Decider(), commands()) }

func TestLaws(t *testing.T) {
	domaintest.Laws[person.State, person.Command, person.Event]{
		Decider: person.Decider(), Command: commands(), Event: anyEvent,
		// Whoever sends the form of the join link twice registers twice, and the
		// first proof counts; that one request registers once is for its command id to
		// tell. An invitation that was over when it was sent can be sent again.
		Again: func(told told) bool {
			invite, invites := told.Command.(person.Invite)
			_, joins := told.Command.(person.RegisterByJoinLink)
			return joins || invites && !told.Now.Before(invite.ExpiresAt)
		},
	}.Hold(t)
}

func TestWhatIsTrueOfEachState(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range tell(t) {
			s := told.After
			live := 0
			for i, invitation := range s.Invitations {
				if invitation.Status == person.Live {
					live++
				}
				if invitation.Status == person.Live && i != len(s.Invitations)-1 {
					t.Fatalf("invitation %d is live behind a later one: %+v", i+1, s.Invitations)
				}
			}
			if live > 1 {
				t.Fatalf("%d live invitations: %+v", live, s.Invitations)
			}
			if s.Employment.Active && (live != 0 || len(s.Waiting()) != 0) {
				t.Fatalf("an employee has an invitation or a registration left: %+v", s)
			}
			if s.Employment.Active == (s.Credential.Kind == person.NoCredential) {
				t.Fatalf("access without a way to sign in, or the other way round: %+v", s)
			}
		}
	})
}

func TestWhoIsEmployed(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		hasAccess, epoch := false, 0
		for _, told := range tell(t) {
			for _, event := range told.Events {
				switch e := event.(type) {
				case person.Employed:
					if hasAccess || e.Person != anna || e.Epoch <= epoch {
						t.Fatalf("%+v employs somebody else, or the same person again, or in an epoch that has passed", told.Command)
					}
					if told.Before.Employment.Dismissed && e.Role != domain.RoleEmployee {
						t.Fatalf("%+v brings somebody back as more than a plain employee", told.Command)
					}
					requireBasis(t, told, e.Basis)
					hasAccess, epoch = true, e.Epoch
				case person.Dismissed:
					if !hasAccess || e.Epoch <= epoch || told.Before.CountsAs() > told.Command.(person.Dismiss).Uncounted {
						t.Fatalf("%+v dismisses %+v", told.Command, told.Before)
					}
					hasAccess, epoch = false, e.Epoch
				}
			}
			if told.After.Employment.Active != hasAccess {
				t.Fatalf("%+v has access and nobody employed it", told.After)
			}
		}
	})
}

// requireBasis holds a basis against what was true before the command.
func requireBasis(t *rapid.T, told told, basis person.Basis) {
	before, registration, invitation := told.Before, person.Registration{}, person.Invitation{}
	if basis.Registration != 0 {
		registration = told.After.Registrations[basis.Registration-1]
	}
	if basis.Invitation != 0 {
		invitation = before.Invitations[basis.Invitation-1]
	}
	saidNo := before.Employment.Dismissed // either way an administrator said no
	for _, r := range before.Registrations {
		saidNo = saidNo || r.Status == person.Rejected
	}
	invitationWasOpen := invitation.Status == person.Live && told.Now.Before(invitation.ExpiresAt)
	holds := false
	switch basis.Kind {
	case person.Founding:
		holds = !before.Employment.Active && !before.Employment.Dismissed
	case person.Rehiring:
		holds = before.Employment.Dismissed && basis.Approver == carla
	case person.DirectRegistration:
		holds = basis.Inviter == boris
	case person.SMSInvitation:
		holds = invitationWasOpen && invitation.Channel == domain.ContactPhone && basis.Inviter == boris && registration.Proved
	case person.EmailInvitation:
		holds = invitationWasOpen && invitation.Channel != domain.ContactPhone && basis.Inviter == boris && registration.Proved
	case person.ApprovedByAdmin:
		holds = basis.Approver == carla && before.Registrations[basis.Registration-1].Status != person.Rejected
	case person.PublicLink:
		holds = registration.InForce.Mode == "public" && !saidNo
	case person.DomainRule:
		holds = registration.InForce.Rule == basis.Rule && registration.Proved && !saidNo
	}
	if basis.Registration != 0 && registration.Status != person.Admitted {
		holds = false
	}
	if !holds {
		t.Fatalf("%+v\nlets in by %+v\nfrom %+v", told.Command, basis, before)
	}
}

func TestNumbersOnlyRise(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		invitations, registrations, counters, appointments := 0, 0, 0, 0
		rises := func(last *int, number int) {
			if *last++; number != *last {
				t.Fatalf("number %d where %d was due", number, *last)
			}
		}
		for _, told := range tell(t) {
			for _, event := range told.Events {
				switch e := event.(type) {
				case person.InvitedBySMS:
					rises(&invitations, e.Invitation)
				case person.InvitedByEmail:
					rises(&invitations, e.Invitation)
				case person.Registered:
					rises(&registrations, e.Registration)
				case person.PasswordGenerated:
					rises(&counters, e.Counter)
				case person.PasswordLinkIssued:
					rises(&counters, e.Counter)
				case person.FounderRegistered:
					appointments = 1
				case person.MadeAdministrator:
					rises(&appointments, e.N)
				}
			}
		}
	})
}

func TestWhatHasEndedStaysEnded(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range tell(t) {
			for i, before := range told.Before.Invitations {
				now := told.After.Invitations[i].Status
				tidied := (now == person.StatusRevoked || now == person.StatusCorrected) && before.Status != person.StatusRedeemed
				if before.Status != person.Live && now != before.Status && !tidied {
					t.Fatalf("%+v turns a %s invitation into a %s one", told.Command, before.Status, now)
				}
			}
			for i, before := range told.Before.Registrations {
				now := told.After.Registrations[i].Status
				waited := before.Status == person.AwaitingProof || before.Status == person.AwaitingApproval
				if !waited && now != before.Status || before.Status == person.AwaitingApproval && now == person.AwaitingProof {
					t.Fatalf("%+v turns a registration that is %s into one that is %s", told.Command, before.Status, now)
				}
			}
		}
	})
}

func TestThePasswordIsNeverOneOfARegistrationThatEnded(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range tell(t) {
			s := told.After
			for i, registration := range s.Registrations {
				mine := s.Credential.Kind == person.ChosenCredential && s.Credential.ID == registration.Credential
				if mine && registration.Status != person.Admitted {
					t.Fatalf("%+v leaves the password of registration %d, which is %s", told.Command, i+1, registration.Status)
				}
			}
		}
	})
}

func TestAnUnprovedAddressTakesNothingFromTheInvited(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range tell(t) {
			before := told.Before
			live := before.LiveInvitation()
			if _, joins := told.Command.(person.RegisterByJoinLink); !joins || live == 0 || !told.Now.Before(before.Invitations[live-1].ExpiresAt) {
				continue
			}
			after := told.After
			if after.LiveInvitation() != live || after.Employment.Active || after.Contact != before.Contact ||
				after.LastName != before.LastName || after.Credential != before.Credential {
				t.Fatalf("%+v changes what belongs to the invited:\nbefore %+v\nafter  %+v", told.Command, before, after)
			}
		}
	})
}
