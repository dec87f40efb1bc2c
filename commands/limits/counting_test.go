package limits_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// asTyped reads contacts as they are.
type asTyped struct{}

func (asTyped) Contact(text, _ string) (domain.Contact, error) {
	if strings.Contains(text, "@") {
		return email(text), nil
	}
	return phone(text, "DE"), nil
}

// fixture is limits over a vault in memory, for a company whose own can be changed.
type fixture struct {
	*limits.Limits
	vault      *commandstest.Vault
	company    account.State
	now        time.Time
	unanswered []limits.Unanswered
}

func newFixture() *fixture {
	f := &fixture{vault: commandstest.NewVault(), company: acme(), now: now}
	f.Limits = limits.New(limits.Ports{
		Vault: f.vault, Texts: asTyped{}, SMSPerDay: 1000, Now: func() time.Time { return f.now },
		Company:    func(context.Context, domain.AccountID) (account.State, error) { return f.company, nil },
		Unanswered: func(_ context.Context, one limits.Unanswered) { f.unanswered = append(f.unanswered, one) },
	})
	return f
}

func byInviter() access.Request {
	return access.Request{Account: domain.AccountID{1}, Caller: access.Caller{Kind: domain.ActorPerson, Session: access.Session{Person: domain.PersonID{2}}}}
}

func invited(contact domain.Contact) ([]domain.Event, person.State) {
	return []domain.Event{person.InvitedByEmail{}}, person.State{Contact: contact}
}

func TestABillIsChargedOnceForTheSameMessages(t *testing.T) {
	f := newFixture()
	bill := f.Open(byInviter())
	events, ben := invited(email("ben@mill.example"))
	require.NoError(t, bill.Charge(t.Context(), events, ben))
	used := f.vault.Used()
	require.Equal(t, 3, used)
	require.NoError(t, bill.Charge(t.Context(), events, ben))
	require.Equal(t, used, f.vault.Used())

	_, eva := invited(email("eva@mill.example"))
	require.NoError(t, bill.Charge(t.Context(), events, eva))
	require.Equal(t, used, f.vault.Used(), "what was taken for others is given back")
	require.NoError(t, bill.Charge(t.Context(), nil, eva))
	require.Zero(t, f.vault.Used(), "no message costs nothing")
}

func TestWhatIsGivenBackIsGivenBackOnceAndWhenNobodyWaitsAnyMore(t *testing.T) {
	f := newFixture()
	bill := f.Open(byInviter())
	events, ben := invited(email("ben@mill.example"))
	require.NoError(t, bill.Charge(t.Context(), events, ben))
	require.NoError(t, f.Open(byInviter()).Charge(t.Context(), events, ben))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, bill.GiveBack(gone))
	require.NoError(t, bill.GiveBack(gone))
	require.Equal(t, 3, f.vault.Used())
}

func TestOneContactIsInvitedThriceADay(t *testing.T) {
	f := newFixture()
	events, ben := invited(email("ben@mill.example"))
	for range 3 {
		require.NoError(t, f.Open(byInviter()).Charge(t.Context(), events, ben))
	}
	require.Equal(t, domain.ContactLimit, domain.CodeOf(f.Open(byInviter()).Charge(t.Context(), events, ben)))
	f.now = now.Add(24 * time.Hour)
	require.NoError(t, f.Open(byInviter()).Charge(t.Context(), events, ben))
}

func TestWhatUsherFollowsUpWithWasCountedBefore(t *testing.T) {
	f := newFixture()
	events, ben := invited(email("ben@mill.example"))
	require.NoError(t, f.Open(access.Request{Caller: access.Policy()}).Charge(t.Context(), events, ben))
	require.NoError(t, f.Open(byInviter()).Charge(t.Context(), events, account.State{}), "nor are other streams about anybody's contact")
	require.Zero(t, f.vault.Used())
}

func TestNoSMSGoesWhereTheAccountSendsNone(t *testing.T) {
	f := newFixture()
	f.company.Limits.SMSCountries = []string{"US"}
	events, ben := invited(phone("+4930123456789", "DE"))
	require.Equal(t, domain.CountryNotAllowed, domain.CodeOf(f.Open(byInviter()).Charge(t.Context(), events, ben)))
	require.Zero(t, f.vault.Used())
}

func TestManyAtOnceTakeNoMoreThanThereIs(t *testing.T) {
	f := newFixture()
	f.company.Limits.Emails = 30
	var group sync.WaitGroup
	admitted := make(chan bool, 100)
	for i := range 100 {
		group.Go(func() {
			events, somebody := invited(email(string(rune('a'+i/26)) + string(rune('a'+i%26)) + "@mill.example"))
			admitted <- f.Open(byInviter()).Charge(t.Context(), events, somebody) == nil
		})
	}
	group.Wait()
	close(admitted)
	count := 0
	for ok := range admitted {
		if ok {
			count++
		}
	}
	require.Equal(t, 30, count)
	require.Equal(t, 90, f.vault.Used())
}

func TestWhatGoesUnansweredIsTold(t *testing.T) {
	f := newFixture()
	f.company.Limits.SMSPerBlockAbroad = 1000
	for i := range 50 {
		events, somebody := invited(phone("+49301234567"+string(rune('0'+i/10))+string(rune('0'+i%10)), "DE"))
		require.NoError(t, f.Open(byInviter()).Charge(t.Context(), events, somebody))
	}
	require.Equal(t, []limits.Unanswered{{Account: domain.AccountID{1}, Country: "DE", Sent: 50}}, f.unanswered)
}

func ben() limits.Guesser {
	return limits.Guesser{Account: domain.AccountID{1}, Login: email("ben@mill.example"), Network: "192.0.2.1"}
}

func TestAWrongPasswordCountsAndARightOneForgets(t *testing.T) {
	f := newFixture()
	guess := func(right bool) error {
		_, err := f.Guess(t.Context(), ben(), func() (bool, error) { return right, nil })
		return err
	}
	for range 9 {
		require.NoError(t, guess(false))
	}
	require.NoError(t, guess(true))
	for range 10 {
		require.NoError(t, guess(false))
	}
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(guess(true)), "the right one is not looked at")
	require.NoError(t, f.MayTryAgain(t.Context(), domain.AccountID{1}, ben().Login, ben().Network))
	require.NoError(t, guess(true))
}

func TestDevicesHaveTriesOfTheirOwnAndSoManyTogether(t *testing.T) {
	f := newFixture()
	guess := func(device string, right bool) error {
		who := ben()
		who.Device, who.Known = device, device != ""
		_, err := f.Guess(t.Context(), who, func() (bool, error) { return right, nil })
		return err
	}
	for range 10 {
		require.NoError(t, guess("", false))
	}
	for n := range 5 {
		device := strconv.Itoa(n)
		for range 10 {
			require.NoError(t, guess(device, false))
		}
	}
	require.Equal(t, 10+10+10+50+50, f.vault.Used(), "a stranger's count for the network and the login, too, a device's for all devices")
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(guess("0", true)))
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(guess("5", true)), "however many there are")
	require.Equal(t, 130, f.vault.Used(), "what is refused counts nowhere")
	require.NoError(t, f.MayTryAgain(t.Context(), domain.AccountID{1}, ben().Login, ben().Network))
	require.NoError(t, guess("5", true))
}

func TestNobodyKnowsWhetherAFailureWasWrong(t *testing.T) {
	f := newFixture()
	broken := errors.New("the disk is gone")
	for range 20 {
		_, err := f.Guess(t.Context(), ben(), func() (bool, error) { return false, broken })
		require.ErrorIs(t, err, broken)
	}
	require.Zero(t, f.vault.Used())
}

func TestACodeIsGuessedFiveTimes(t *testing.T) {
	f := newFixture()
	caller := limits.Guesser{Account: domain.AccountID{1}, Login: phone("+4930123456789", "DE"), Network: "192.0.2.1"}
	guess := func() error {
		_, err := f.GuessCode(t.Context(), caller, func() (bool, error) { return false, nil })
		return err
	}
	for range 5 {
		require.NoError(t, guess())
	}
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(guess()))
	sends, err := f.Asked(t.Context(), caller)
	require.NoError(t, err)
	require.True(t, sends)
	require.NoError(t, guess(), "what is sent anew can be guessed anew")
}

func TestWhatWasJustAskedForIsNotSentTwice(t *testing.T) {
	f := newFixture()
	asked := func() (bool, error) { return f.Asked(t.Context(), ben()) }
	for range 10 {
		sends, err := asked()
		require.NoError(t, err)
		require.True(t, sends)
		used := f.vault.Used()
		sends, err = asked()
		require.NoError(t, err)
		require.False(t, sends)
		require.Equal(t, used+1, f.vault.Used(), "it counts for the network alone")
		f.now = f.now.Add(person.BetweenResets)
	}
	_, err := asked()
	require.Equal(t, domain.ContactLimit, domain.CodeOf(err))
}

func TestAnAddressThatGuessesWrongHasToWait(t *testing.T) {
	f := newFixture()
	attempt := func(wrong bool) error {
		return f.Attempt(t.Context(), "192.0.2.1", func() bool { return wrong })
	}
	for range 99 {
		require.NoError(t, attempt(true))
	}
	for range 3 {
		require.NoError(t, attempt(false))
	}
	require.NoError(t, attempt(true))
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(attempt(false)))
	f.now = now.Add(15 * time.Minute)
	require.NoError(t, attempt(false))
}

func TestAPseudonymIsAlwaysTheSameAndSaysNothing(t *testing.T) {
	f := newFixture()
	one, err := f.Pseudonym(t.Context(), "192.0.2.1")
	require.NoError(t, err)
	again, err := f.Pseudonym(t.Context(), "192.0.2.1")
	require.NoError(t, err)
	other, err := f.Pseudonym(t.Context(), "192.0.2.2")
	require.NoError(t, err)
	require.Equal(t, one, again)
	require.NotEqual(t, one, other)
	require.NotContains(t, one, "192")
}

func TestAVaultThatFailsIsNoRefusal(t *testing.T) {
	f := newFixture()
	f.vault.Fails = errors.New("the disk is gone")
	events, ben := invited(email("ben@mill.example"))
	require.ErrorIs(t, f.Open(byInviter()).Charge(t.Context(), events, ben), f.vault.Fails)
}
