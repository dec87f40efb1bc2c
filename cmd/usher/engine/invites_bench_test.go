package engine_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// BenchmarkInvitationsAndRawAppends invites over HTTP with the log in a node, beside
// what the official client does on another: one event of 500 bytes to a new stream. By one
// writer it reports in how many raw appends' time somebody is invited; by sixteen, how
// many are for each raw append.
func BenchmarkInvitationsAndRawAppends(b *testing.B) {
	usher := enginetest.StartOnEventStoreDB(b)
	status, answer := usher.Do(b, http.MethodPost, "/v1/accounts", http.Header{"Authorization": {"Bearer " + enginetest.OperatorToken}},
		fmt.Sprintf(`{"slug":"acme","name":"Acme","administrator":{"email":"ann@example.com","first_name":"Ann","last_name":"Admin","password":%q}}`, adminPassword))
	require.Equal(b, http.StatusCreated, status, "%s", answer)
	header := http.Header{"Authorization": {"Bearer " + logIn(b, usher, "/v1/accounts/acme", "ann@example.com", adminPassword)}}
	status, answer = usher.Do(b, http.MethodPut, "/v1/accounts/acme/settings/limits", header, `{"invitations_per_inviter":100000,"emails":100000}`)
	require.Equal(b, http.StatusOK, status, "%s", answer)

	raw := nodetest.Start(b).RawAppends(b)
	appendRaw := func() error { return raw(b.Context()) }
	var number atomic.Int64
	invite := func() error {
		status, answer := usher.Do(b, http.MethodPost, "/v1/accounts/acme/invitations/email", header, fmt.Sprintf(`{"emails":["guest%d@example.org"]}`, number.Add(1)))
		if status != http.StatusOK {
			return fmt.Errorf("%d: %s", status, answer)
		}
		return nil
	}
	for range b.N {
		rates := map[string]float64{}
		for _, writers := range []int{1, 16} {
			for name, do := range map[string]func() error{"raw": appendRaw, "invited": invite} {
				rates[fmt.Sprint(name, writers)] = rate(b, writers, do)
				usher.Settle(b)
			}
		}
		b.ReportMetric(rates["raw1"]/rates["invited1"], "raw-appends'-time/invitation")
		b.ReportMetric(rates["invited16"]/rates["raw16"], "invitations/raw-append-of-16")
	}
}

// rate is how often a second something is done by so many at the same time.
func rate(b *testing.B, at int, do func() error) float64 {
	b.Helper()
	const lasts = 5 * time.Second
	began, count := time.Now(), atomic.Int64{}
	var group sync.WaitGroup
	for range at {
		group.Go(func() {
			for time.Since(began) < lasts {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
				count.Add(1)
			}
		})
	}
	group.Wait()
	return float64(count.Load()) / time.Since(began).Seconds()
}
