package person_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

func makeToken(number int) person.MakeAPIToken {
	return person.MakeAPIToken{Token: domain.TokenID{0xa, byte(number)}, Name: "Nightly list", Scopes: []person.Scope{person.ReadLists}, ExpiresAt: week}
}

func tokenMade(number int) person.APITokenMade {
	c := makeToken(number)
	return person.APITokenMade{Person: anna, Token: c.Token, Scopes: c.Scopes, ExpiresAt: c.ExpiresAt, Personal: person.TokenName{Name: c.Name}}
}

func revokeToken(number int) person.RevokeAPIToken {
	return person.RevokeAPIToken{Token: makeToken(number).Token, By: anna}
}

func tokenRevoked(number int) person.APITokenRevoked {
	return person.APITokenRevoked{Person: anna, Token: makeToken(number).Token, By: anna}
}

func tokens(count int) (made []person.Event) {
	for number := range count {
		made = append(made, tokenMade(number+1))
	}
	return made
}

func TestAPITokens(t *testing.T) {
	late := tokenMade(1)
	late.ExpiresAt = over

	t.Run("given an employee, a token is made", func(t *testing.T) {
		given(t, founder()...).When(makeToken(1)).Then(tokenMade(1))
		live, there := after(with(founder(), tokens(1))...).LiveToken(over, makeToken(1).Token)
		require.True(t, there)
		require.True(t, live.Allows(person.ReadLists))
		require.False(t, live.Allows(person.InviteScope))
	})
	t.Run("given that it is made already, nothing happens", func(t *testing.T) {
		given(t, with(founder(), tokens(1))...).When(makeToken(1)).Then()
	})
	t.Run("given nobody employed, it refuses", func(t *testing.T) {
		given(t).When(makeToken(1)).ThenRefused(domain.NotEmployed)
	})
	t.Run("given no scope, one twice, or one that there is not, it refuses", func(t *testing.T) {
		for _, scopes := range [][]person.Scope{nil, {person.ReadLists, person.ReadLists}, {"write_lists"}} {
			c := makeToken(1)
			c.Scopes = scopes
			given(t, founder()...).When(c).ThenRefused(domain.InvalidScope)
		}
	})
	t.Run("given less than now or more than a year, it refuses", func(t *testing.T) {
		for _, ends := range []time.Time{over, over.AddDate(0, 0, 365).Add(time.Second)} {
			c := makeToken(1)
			c.ExpiresAt = ends
			given(t, founder()...).When(c).ThenRefused(domain.InvalidDays)
		}
	})
	t.Run("given 20 that live, it refuses; those that ran out or were revoked do not count", func(t *testing.T) {
		given(t, with(founder(), tokens(20))...).When(makeToken(21)).ThenRefused(domain.TokenLimit)
		given(t, with(founder(), tokens(20), one(tokenRevoked(7)))...).When(makeToken(21)).Then(tokenMade(21))
		given(t, with(founder(), one(late), tokens(20)[1:])...).When(makeToken(21)).Then(tokenMade(21))
	})
	t.Run("given a live token, it is revoked once", func(t *testing.T) {
		given(t, with(founder(), tokens(2))...).When(revokeToken(1)).Then(tokenRevoked(1))
		given(t, with(founder(), tokens(2), one(tokenRevoked(1)))...).When(revokeToken(1)).ThenRefused(domain.NotFound)
		given(t, with(founder(), one(late))...).When(revokeToken(1)).ThenRefused(domain.NotFound)
		given(t, founder()...).When(revokeToken(1)).ThenRefused(domain.NotFound)
	})
	t.Run("given a changed password or another role, tokens live on", func(t *testing.T) {
		for _, event := range one(passwordChanged(3), loginChanged(1), person.MadeEmployee{Person: anna, By: carla}) {
			require.Len(t, after(with(founder(), tokens(2), one(event))...).LiveTokens(over), 2, event.Type())
		}
	})
	t.Run("given another password than the one changed by its bearer, a dismissal, or an end of all sessions, none lives on", func(t *testing.T) {
		for _, event := range one(
			person.PasswordReset{Person: anna, Number: 1, Credential: credential(4)}, passwordSet(1),
			person.PasswordLinkIssued{Person: anna, Counter: 1, ExpiresAt: week}, person.PasswordGenerated{Person: anna, Counter: 1, ExpiresAt: week},
			dismissed(2), sessionsEnded(2), employed(throughApproval(1)),
		) {
			require.Empty(t, after(with(founder(), tokens(2), one(event))...).Tokens, event.Type())
		}
	})
}

func TestOnlyEmployeesHaveTokensAndNotTooMany(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range tell(t) {
			s := told.After
			if len(s.Tokens) > 0 && !s.Employment.Active {
				t.Fatalf("%+v leaves a token to somebody without access", told.Command)
			}
			if len(s.LiveTokens(told.Now)) > person.MaxTokens {
				t.Fatalf("%+v makes one token too many", told.Command)
			}
		}
	})
}
