package limits_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var keys = limits.Keys("a key")

type counters = map[limits.Key]limits.Counter

func share(name string, most int, window time.Duration) limits.Share {
	return limits.Share{Key: keys.Of(name), Most: most, Window: window, Code: domain.Code(name), Reason: "no more " + name}
}

func until(used int, lasts time.Duration) limits.Counter {
	return limits.Counter{Used: used, Until: now.Add(lasts)}
}

func TestAdmit(t *testing.T) {
	a, b := share("a", 2, time.Hour), share("b", 1, 2*time.Hour)
	for name, c := range map[string]struct {
		before counters
		asked  []limits.Share
		after  counters
		code   domain.Code
		from   time.Time
	}{
		"begins a window with the first use": {counters{}, []limits.Share{a}, counters{a.Key: until(1, time.Hour)}, "", time.Time{}},
		"counts within the window":           {counters{a.Key: until(1, time.Minute)}, []limits.Share{a}, counters{a.Key: until(2, time.Minute)}, "", time.Time{}},
		"refuses when it is used up":         {counters{a.Key: until(2, time.Minute)}, []limits.Share{a}, counters{a.Key: until(2, time.Minute)}, "a", now.Add(time.Minute)},
		"begins anew when the window is over": {
			counters{a.Key: until(2, 0)}, []limits.Share{a}, counters{a.Key: until(1, time.Hour)}, "", time.Time{},
		},
		"takes nothing where one of several is used up": {
			counters{b.Key: until(1, time.Minute)}, []limits.Share{a, b}, counters{b.Key: until(1, time.Minute)}, "b", now.Add(time.Minute),
		},
		"names the one that clears last": {
			counters{a.Key: until(2, 3*time.Minute), b.Key: until(1, time.Minute)},
			[]limits.Share{a, b},
			counters{a.Key: until(2, 3*time.Minute), b.Key: until(1, time.Minute)},
			"a", now.Add(3 * time.Minute),
		},
		"takes what is asked for twice, twice": {counters{}, []limits.Share{a, a}, counters{a.Key: until(2, time.Hour)}, "", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			err := limits.Admit(c.before, c.asked, now)
			require.Equal(t, c.after, c.before)
			if c.code == "" {
				require.NoError(t, err)
				return
			}
			var refusal *domain.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, c.code, refusal.Code)
			require.Equal(t, c.from, refusal.Until)
		})
	}
}

func TestGivingBackAndForgetting(t *testing.T) {
	a, b := share("a", 2, time.Hour), share("b", 1, time.Hour)
	both := []limits.Share{a, b}
	held := counters{a.Key: until(2, time.Minute), b.Key: until(1, 0)}
	require.NoError(t, limits.GiveBack(held, both, now))
	require.Equal(t, counters{a.Key: until(1, time.Minute), b.Key: until(1, 0)}, held, "a window that is over has nothing to give back to")
	require.NoError(t, limits.GiveBack(held, []limits.Share{a, a, a}, now))
	require.Equal(t, until(0, time.Minute), held[a.Key], "nobody has less than nothing")

	held = counters{a.Key: until(2, time.Minute)}
	require.NoError(t, limits.Forget(held, both, now))
	require.Equal(t, counters{a.Key: until(0, time.Minute)}, held, "and what was not known stays so")
}

func TestAKeyIsOfItsPartsAndOfItsInstallation(t *testing.T) {
	require.Equal(t, keys.Of("a", "b"), keys.Of("a", "b"))
	require.NotEqual(t, keys.Of("a", "b"), keys.Of("ab"))
	require.NotEqual(t, keys.Of("a", "bc"), keys.Of("ab", "c"))
	require.NotEqual(t, keys.Of("a"), limits.Keys("another key").Of("a"))
}

func acme() account.State {
	return account.State{Account: domain.AccountID{1}, Country: "US", Limits: account.DefaultLimits()}
}

func phone(number, country string) domain.Contact {
	return domain.Contact{Kind: domain.ContactPhone, Address: number, Form: "v1:phone:" + number, Country: country}
}

func email(address string) domain.Contact {
	return domain.Contact{Kind: domain.ContactEmail, Address: address, Form: "v1:email:" + address}
}

func codes(shares []limits.Share) []domain.Code {
	all := make([]domain.Code, len(shares))
	for i, one := range shares {
		all[i] = one.Code
	}
	return all
}

func TestWhatAMessageTakes(t *testing.T) {
	inviter, home, abroad := domain.PersonID{2}, phone("+14155550100", "US"), phone("+4930123456789", "DE")
	for name, c := range map[string]struct {
		message limits.Message
		by      domain.PersonID
		want    []domain.Code
	}{
		"an invitation by e-mail":      {limits.Message{To: email("a@b.example")}, inviter, []domain.Code{domain.ContactLimit, domain.AccountLimit, domain.InviterLimit}},
		"a proof that somebody asks":   {limits.Message{To: email("a@b.example"), Asked: true}, domain.PersonID{}, []domain.Code{domain.ContactLimit, domain.AccountLimit}},
		"an SMS at home":               {limits.Message{To: home}, inviter, []domain.Code{domain.ContactLimit, domain.AccountLimit, domain.InstallationLimit, domain.InviterLimit}},
		"an SMS to a territory":        {limits.Message{To: phone("+17875550100", "PR")}, inviter, []domain.Code{domain.ContactLimit, domain.AccountLimit, domain.InstallationLimit, domain.InviterLimit}},
		"an SMS abroad":                {limits.Message{To: abroad}, inviter, []domain.Code{domain.ContactLimit, domain.NumberBlockLimit, domain.CountryLimit, domain.AccountLimit, domain.InstallationLimit, domain.InviterLimit}},
		"a login that somebody claims": {limits.Message{To: email("a@b.example"), Asked: true, Login: inviter}, inviter, []domain.Code{domain.ContactLimit, domain.AccountLimit, domain.TooManyAttempts}},
		"an administrator's link":      {limits.Message{To: email("a@b.example"), Link: true}, inviter, []domain.Code{domain.ContactLimit, domain.AccountLimit}},
		"a code at home":               {limits.Message{To: home, Code: true}, domain.PersonID{}, []domain.Code{domain.AccountLimit, domain.InstallationLimit}},
		"a code abroad, who came long ago": {
			limits.Message{To: abroad, Code: true},
			domain.PersonID{},
			[]domain.Code{domain.NumberBlockLimit, domain.CountryLimit, "", domain.AccountLimit, domain.InstallationLimit},
		},
	} {
		t.Run(name, func(t *testing.T) {
			shares := c.message.Shares(keys, acme(), c.by, 100)
			require.Equal(t, c.want, codes(shares))
			require.NoError(t, limits.Admit(counters{}, shares, now))
		})
	}
}

func TestANoticeCountsAndIsNeverRefused(t *testing.T) {
	for _, one := range (limits.Message{To: phone("+14155550100", "US"), Notice: true}).Shares(keys, acme(), domain.PersonID{}, 0) {
		require.Equal(t, math.MaxInt, one.Most)
	}
}

func TestEachAddressOfAMailboxIsTheSameContact(t *testing.T) {
	of := func(address string) limits.Key {
		return limits.Message{To: email(address)}.Shares(keys, acme(), domain.PersonID{2}, 0)[0].Key
	}
	require.Equal(t, of("ben@mill.example"), of("ben+one@mill.example"))
	require.NotEqual(t, of("ben@mill.example"), of("bob@mill.example"))
}

func TestWhichEventsLeadToAMessageThatCounts(t *testing.T) {
	ben := person.State{Contact: email("ben@mill.example")}
	byPhone := person.State{Contact: phone("+14155550100", "US")}
	other := email("right@mill.example")
	for name, c := range map[string]struct {
		event person.Event
		after person.State
		want  limits.Message
		sends bool
	}{
		"an invitation":                      {person.InvitedByEmail{}, ben, limits.Message{To: ben.Contact}, true},
		"an invitation by SMS":               {person.InvitedBySMS{}, byPhone, limits.Message{To: byPhone.Contact}, true},
		"a generated password":               {person.PasswordGenerated{}, ben, limits.Message{To: ben.Contact}, true},
		"a link for a password":              {person.PasswordLinkIssued{}, ben, limits.Message{To: ben.Contact}, true},
		"a corrected contact, the right one": {person.ContactCorrected{Personal: person.Invitee{Contact: other}}, ben, limits.Message{To: other}, true},
		"a registration to prove":            {person.Registered{Awaits: person.Proof}, ben, limits.Message{To: ben.Contact, Asked: true}, true},
		"a registration to approve":          {person.Registered{Awaits: person.Approval}, ben, limits.Message{To: ben.Contact, Asked: true}, false},
		"a proof sent again":                 {person.ProofSentAgain{}, ben, limits.Message{To: ben.Contact, Asked: true}, true},
		"a forgotten password, by e-mail":    {person.PasswordResetAsked{}, ben, limits.Message{To: ben.Contact, Code: true}, false},
		"a forgotten password, by SMS":       {person.PasswordResetAsked{}, byPhone, limits.Message{To: byPhone.Contact, Code: true}, true},
		"an administrator's link":            {person.PasswordResetAsked{By: domain.PersonID{1}}, ben, limits.Message{To: ben.Contact, Link: true}, true},
		"an approval, told by SMS":           {person.RegistrationApproved{}, byPhone, limits.Message{To: byPhone.Contact, Notice: true}, true},
		"an approval, told by e-mail":        {person.RegistrationApproved{}, ben, limits.Message{To: ben.Contact, Notice: true}, false},
		"a claimed login":                    {person.LoginClaimed{By: domain.PersonID{1}, Personal: person.Invitee{Contact: other}}, ben, limits.Message{To: other, Asked: true, Login: domain.PersonID{1}}, true},
		"a dismissal":                        {person.Dismissed{}, ben, limits.Message{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			message, sends := limits.MessageOf(c.event, c.after)
			require.Equal(t, c.sends, sends)
			require.Equal(t, c.want, message)
		})
	}
}

func TestWhatGoesUnansweredIsFoundEachFiftySMS(t *testing.T) {
	shares := limits.Message{To: phone("+4930123456789", "DE")}.Shares(keys, acme(), domain.PersonID{2}, 100)
	country := shares[2]
	for _, c := range []struct {
		sent, came int
		found      bool
	}{{49, 0, false}, {50, 0, true}, {50, 9, true}, {50, 10, false}, {51, 0, false}, {100, 19, true}, {100, 20, false}} {
		held := counters{country.Key: until(c.sent, time.Hour), country.Answers: until(c.came, time.Hour)}
		found := limits.FindUnanswered(held, shares, now)
		if !c.found {
			require.Empty(t, found, "%+v", c)
			continue
		}
		require.Equal(t, []limits.Unanswered{{Country: "DE", Sent: c.sent, Answered: c.came}}, found)
	}
	late := counters{country.Key: until(50, time.Hour), country.Answers: until(50, 0)}
	require.Len(t, limits.FindUnanswered(late, shares, now), 1, "who came long ago is no answer")
}
