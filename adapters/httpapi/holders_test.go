package httpapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestHoldersOfAJoinLinkAreLimitedByNetwork(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company, other := usher.Found(t, "acme"), usher.Found(t, "other")
	company.Join(t, "joe@example.org").Must(t, 201)
	register := func(at httpapitest.Company, from, email string) httpapitest.Answer {
		return usher.Client("").From(from).Post(t, "/v1/join/"+at.JoinToken(t), httpapitest.Form(email))
	}
	for range 300 {
		register(company, stranger, "joe@example.org") // be it refused
	}
	refused := register(company, stranger, "ann@example.org").Refused(t, 429, "too_many_attempts")
	require.Contains(t, refused.Text(t, "detail"), "from one network")
	require.Equal(t, "2026-03-02T10:00:00Z", refused.Text(t, "clears_at"))
	register(other, stranger, "ann@example.org").Refused(t, 429, "too_many_attempts")
	register(company, home, "ann@example.org").Must(t, 201)
	usher.Advance(time.Hour)
	register(company, stranger, "eve@example.org").Must(t, 201)
}

func TestHoldersOfAJoinLinkAreLimitedByLink(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company, other := usher.Found(t, "acme"), usher.Found(t, "other")
	company.Join(t, "joe@example.org").Must(t, 201)
	before := company.JoinToken(t)
	for network := range 4 {
		for range 250 {
			usher.Client("").From(fmt.Sprintf("203.0.113.%d", network)).Post(t, "/v1/join/"+before, httpapitest.Form("joe@example.org")) // be it refused
		}
	}
	refused := usher.Client("").From(home).Post(t, "/v1/join/"+before, httpapitest.Form("ann@example.org")).Refused(t, 429, "account_limit")
	require.Contains(t, refused.Text(t, "detail"), "by one join link")
	require.Equal(t, "2026-03-02T10:00:00Z", refused.Text(t, "clears_at"))
	require.Equal(t, "Mon, 02 Mar 2026 10:00:00 GMT", refused.Header.Get("Retry-After"))
	usher.Client("").From(home).Get(t, "/v1/join/"+before).Must(t, 200) // it is shown all the same
	other.Join(t, "ann@example.org").Must(t, 201)
	company.Admin.Post(t, "/join-link/rotate", "").Must(t, 200)
	company.Join(t, "ann@example.org").Must(t, 201) // by the company's next link
	usher.Advance(time.Hour)
	usher.Client("").Post(t, "/v1/join/"+before, httpapitest.Form("eve@example.org")).Refused(t, 410, "link_superseded") // which the limit does not hide
}

func TestWhoeverHoldsAPersonalLinkAnswersItSoManyTimes(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Post(t, "/invitations/email", `{"emails":["ben@example.org"]}`).Must(t, 200)
	link := "/v1/join/" + company.TokenSentTo(t, "ben@example.org")
	for n := range 20 {
		usher.Client("").From(fmt.Sprintf("203.0.113.%d", n)).With("Idempotency-Key", fmt.Sprint(n)).Post(t, link+"/decline", "")
	}
	for _, answer := range []string{"/decline", "/ask"} {
		usher.Client("").Post(t, link+answer, "").Refused(t, 429, "too_many_attempts")
	}
}

func TestProofsAreLimitedByContact(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	join := func(slug string) httpapitest.Answer {
		company := usher.Found(t, slug)
		company.Admin.Put(t, "/settings/registration", `{"domains":["example.org"]}`).Must(t, 200)
		return company.Join(t, "joe@example.org")
	}
	for n := range 10 {
		join(fmt.Sprintf("company-%d", n)).Must(t, 201)
	}
	join("one-more").Refused(t, 429, "contact_limit")
}

func TestARefusedPublicRequestIsJudgedAnewWhenItComesAgain(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	who := company.Join(t, "joe@example.org").Must(t, 201).Text(t, "person")
	again := func() httpapitest.Answer {
		return usher.Client("").With("Idempotency-Key", "monday").Post(t, "/v1/join/"+company.JoinToken(t), httpapitest.Form("joe@example.org"))
	}
	again().Refused(t, 409, "already_registered")
	company.Admin.Post(t, "/approvals/"+who+"/reject", `{}`).Must(t, 200)
	registered := again().Must(t, 201)
	require.Empty(t, registered.Header.Get("Idempotency-Replayed"))
	require.Equal(t, "true", again().Must(t, 201).Header.Get("Idempotency-Replayed"))
}
