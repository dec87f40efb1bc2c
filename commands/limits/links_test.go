package limits_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
)

func TestRegistrationsAreLimitedByNetworkLinkAndAccount(t *testing.T) {
	type form struct {
		account domain.AccountID
		link    uint64
		network string
	}
	for by, c := range map[string]struct {
		most   int
		window time.Duration
		of     func(n int) form // different ones that count together
		code   domain.Code
		others []form
	}{
		"network": {
			300, time.Hour, func(n int) form { return form{domain.AccountID{byte(n)}, uint64(n), "192.0.2.1"} }, domain.TooManyAttempts,
			[]form{{domain.AccountID{1}, 1, "192.0.2.2"}},
		},
		"link": {
			1000, time.Hour, func(n int) form { return form{domain.AccountID{1}, 7, fmt.Sprint(n)} }, domain.AccountLimit,
			[]form{{domain.AccountID{1}, 8, "192.0.2.1"}, {domain.AccountID{2}, 7, "192.0.2.1"}},
		},
		"account": {
			5000, 24 * time.Hour, func(n int) form { return form{domain.AccountID{1}, uint64(n), fmt.Sprint(n)} }, domain.AccountLimit,
			[]form{{domain.AccountID{2}, 1, "192.0.2.1"}},
		},
	} {
		t.Run("by "+by, func(t *testing.T) {
			f := newFixture()
			fill := func(one form) error { return f.Registers(t.Context(), one.account, one.link, one.network) }
			for n := range c.most {
				require.NoError(t, fill(c.of(n)))
			}
			used := f.vault.Used()
			err := fill(c.of(c.most))
			require.Equal(t, c.code, domain.CodeOf(err))
			refusal, _ := errors.AsType[*domain.Refusal](err)
			require.Equal(t, now.Add(c.window), refusal.Until)
			require.Equal(t, used, f.vault.Used(), "what is refused counts nowhere")
			for _, other := range c.others {
				require.NoError(t, fill(other))
			}
			f.now = now.Add(c.window)
			require.NoError(t, fill(c.of(c.most)))
		})
	}
}

func TestAnswersAreLimitedByLinkAndNetwork(t *testing.T) {
	f := newFixture()
	for n := range 20 {
		require.NoError(t, f.Answers(t.Context(), fmt.Sprint(n), "one"))
	}
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(f.Answers(t.Context(), "192.0.2.1", "one")))
	for n := range 300 {
		require.NoError(t, f.Answers(t.Context(), "192.0.2.1", fmt.Sprint(n)))
	}
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(f.Answers(t.Context(), "192.0.2.1", "another")))
	require.NoError(t, f.Answers(t.Context(), "192.0.2.2", "another"))
	require.NoError(t, f.Answers(t.Context(), "", "another"), "what Usher does is on no network")
}
