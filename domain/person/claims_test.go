package person_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

func claimLogin(by domain.PersonID, number int) person.Command {
	return person.ClaimLogin{Claim: claim(number), By: by, Slot: elsewhere, Tenure: 1, Epoch: 1, Credential: credential(1), Contact: email, ExpiresAt: open}
}

func loginClaimed(by domain.PersonID, number, link int) person.LoginClaimed {
	return person.LoginClaimed{
		By: by, Slot: elsewhere, Tenure: 1, Epoch: 1, Credential: credential(1), Claim: claim(number), Asked: claim(number), Number: link, ExpiresAt: open, Personal: person.Invitee{Contact: email},
	}
}

func loginReleased(by domain.PersonID, number int) person.Event {
	return person.LoginReleased{By: by, Claim: claim(number)}
}

func TestClaimingAContactAsALogin(t *testing.T) {
	t.Run("given a contact that nobody has, it is held", func(t *testing.T) {
		given(t).When(claimLogin(carla, 1)).Then(loginClaimed(carla, 1, 1))
	})
	t.Run("given a claim, the same person gets another link for it", func(t *testing.T) {
		again := loginClaimed(carla, 1, 2)
		again.Asked = claim(2)
		given(t, loginClaimed(carla, 1, 1)).When(claimLogin(carla, 2)).Then(again)
		given(t, loginClaimed(carla, 1, 1), again).When(claimLogin(carla, 2)).Then()
	})
	t.Run("given a claim, another is refused", func(t *testing.T) {
		given(t, loginClaimed(carla, 1, 1)).When(claimLogin(boris, 2)).ThenRefused(domain.ContactHeld)
	})
	t.Run("given a claim that ran out, its person must wait until it is ended", func(t *testing.T) {
		lapsed := loginClaimed(carla, 1, 1)
		lapsed.ExpiresAt = over
		given(t, lapsed).When(claimLogin(carla, 2)).ThenRefused(domain.ContactHeld)
		given(t, lapsed).When(claimLogin(carla, 1)).Then()
	})
	t.Run("given a claim that was released, another may", func(t *testing.T) {
		given(t, loginClaimed(carla, 1, 1), loginReleased(carla, 1)).When(claimLogin(boris, 2)).Then(loginClaimed(boris, 2, 2))
	})
	t.Run("given an invitation that ran out, it is ended first", func(t *testing.T) {
		given(t, invitedByEmail(1, over)).When(claimLogin(carla, 1)).Then(invitationExpired(1), loginClaimed(carla, 1, 1))
	})
	t.Run("given registrations whose address is not proved, they do not matter", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled)).When(claimLogin(carla, 1)).Then(loginClaimed(carla, 1, 1))
	})
	for name, story := range map[string][]person.Event{
		"an open invitation":                  one(invitedByEmail(1, open)),
		"somebody who waits for approval":     one(joined(1, person.Approval, moderated)),
		"somebody employed":                   founder(),
		"an employee who signs in by another": with(founder(), one(loginChanged(1))),
	} {
		t.Run("given "+name+", it refuses", func(t *testing.T) {
			given(t, story...).When(claimLogin(carla, 2)).ThenRefused(domain.ContactHeld)
		})
	}
	t.Run("given somebody who signs in by another contact, they may return to their own", func(t *testing.T) {
		given(t, with(founder(), one(loginChanged(1)))...).When(claimLogin(anna, 2)).Then(loginClaimed(anna, 2, 1))
	})
}

func TestAHeldContactLetsNobodyIn(t *testing.T) {
	held := one(joined(1, person.Proof, ruled), loginClaimed(carla, 1, 1))
	for name, command := range map[string]person.Command{
		"invite": invite(email), "join": join(2, public), "prove": prove(1), "approve": approve(1), "register directly": registerDirectly(true),
	} {
		t.Run("given a claim, it refuses to "+name, func(t *testing.T) {
			given(t, held...).When(command).ThenRefused(domain.ContactHeld)
		})
	}
	t.Run("given its release, all goes on", func(t *testing.T) {
		given(t, with(held, one(loginReleased(carla, 1)))...).When(prove(1)).Then(proved(1, person.NoConcern), employed(throughRule(1)))
	})
}

func TestProvingAClaimedContact(t *testing.T) {
	held, nobody := after(loginClaimed(carla, 1, 1), loginClaimed(carla, 1, 2)), person.State{}
	for name, c := range map[string]struct {
		number  int
		claimer person.State
		at      time.Time
		code    domain.Code
	}{
		"the newest link":       {2, nobody, domaintest.Now(), ""},
		"an older one":          {1, nobody, domaintest.Now(), domain.LinkSuperseded},
		"one that was used":     {2, after(with(founder(), one(loginChanged(1)))...), domaintest.Now(), domain.LinkUsed},
		"one whose time is out": {2, nobody, open, domain.LinkExpired},
		"one never sent":        {3, nobody, domaintest.Now(), domain.NotFound},
	} {
		t.Run("given "+name, func(t *testing.T) {
			require.Equal(t, c.code, domain.CodeOf(held.CheckClaim(c.at, c.number, c.claimer)))
		})
	}
}
