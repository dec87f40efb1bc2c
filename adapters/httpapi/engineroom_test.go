package httpapi_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// broken stands still, and falls over when it is asked to wait.
type broken struct{ httpapi.Projectors }

func (broken) Standings(context.Context) ([]messaging.Standing, error) {
	long := time.Now().Add(-90 * time.Second)
	poison := &projections.Poison{Position: domain.Position{Commit: 7, Prepare: 7}, Type: "person.employed", Reason: "unheard of"}
	filling := []projections.Edition{{View: "employees", Version: 2, Number: 1, State: projections.Filling, Position: domain.Position{Commit: 4, Prepare: 4}}}
	return []messaging.Standing{
		{Name: "employees", Position: domain.Position{Commit: 6, Prepare: 6}, BehindSince: long, StalledSince: long, Stopped: poison, Editions: filling},
		{Name: "notify", Policy: true, Position: domain.Position{Commit: 9, Prepare: 9}, Stopped: poison},
	}, errors.New("not all of it")
}

func (broken) Head(context.Context) (domain.Position, error) {
	return domain.Position{Commit: 9, Prepare: 9}, nil
}

func TestEngineRoom(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{
		Projectors: func(p httpapi.Projectors) httpapi.Projectors { return broken{p} },
	})
	usher.Found(t, "acme")
	public := usher.Client("")
	t.Run("is alive", func(t *testing.T) {
		require.Equal(t, "ok\n", string(public.Get(t, "/healthz").Must(t, 200).Body))
	})
	t.Run("says where each view stands, and why", func(t *testing.T) {
		answer := public.Get(t, "/readyz").Must(t, 200)
		require.Equal(t, "ready", answer.Text(t, "status"))
		require.Equal(t, "event person.employed at position 7 cannot be applied: unheard of", answer.Text(t, "views.0.stopped"))
		require.Equal(t, "notify", answer.Text(t, "policies.0.policy"))
		require.NotEmpty(t, answer.Text(t, "policies.0.stopped"))
	})
	t.Run("measures requests by route, and views", func(t *testing.T) {
		public.Get(t, "/v1/accounts/acme/me").Must(t, 401)
		figures := string(public.Get(t, "/metrics").Must(t, 200).Body)
		require.Contains(t, figures, `usher_http_request_duration_seconds_count{method="GET",route="/v1/accounts/{account}/me",status="4xx"} 1`)
		require.Contains(t, figures, `usher_http_request_duration_seconds_count{method="POST",route="/v1/accounts",status="2xx"} 1`)
		require.Contains(t, figures, `usher_view_stopped{view="employees"} 1`)
		require.Contains(t, figures, `usher_view_behind{view="employees"} 3`)
		require.Contains(t, figures, `usher_view_behind_seconds{view="employees"} 90.`)
		require.Contains(t, figures, `usher_view_edition_behind{edition="1",state="filling",version="2",view="employees"} 5`)
		require.Contains(t, figures, `usher_policy_stopped{policy="notify"} 1`)
		require.Contains(t, figures, `usher_policy_behind{policy="notify"} 0`)
		require.Contains(t, figures, `usher_view_stalled{view="employees"} 1`)
		require.NotContains(t, figures, "acme")
	})
}

// panicking falls over.
type panicking struct{ httpapi.Projectors }

func (panicking) Standings(context.Context) ([]messaging.Standing, error) { panic("canary") }

func TestPanics(t *testing.T) {
	t.Parallel()
	logged := &lines{}
	usher := httpapitest.Start(t, httpapitest.Options{
		Logger:     slog.New(slog.NewJSONHandler(logged, nil)),
		Projectors: func(p httpapi.Projectors) httpapi.Projectors { return panicking{p} },
	})
	answer := usher.Client("").Get(t, "/readyz").Refused(t, 500, "internal")
	require.NotContains(t, string(answer.Body), "canary")
	line := logged.requests(t)[0]
	require.Equal(t, "ERROR", line["level"])
	require.Equal(t, answer.Header.Get("X-Request-Id"), line["request_id"])
	require.Contains(t, line["error"], "canary")
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	for _, op := range operations(t, usher) {
		if op.id == "activity-stream" || op.id == "changes" {
			continue
		}
		for _, client := range []httpapitest.Client{usher.Client(""), {URL: usher.URL, Header: company.Admin.Header}} {
			answer := client.Do(t, op.method, op.in("acme"), "")
			for name, value := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			} {
				require.Equal(t, value, answer.Header.Get(name), op.id)
			}
			require.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'")
			require.NotEmpty(t, answer.Header.Get("X-Request-Id"))
			require.Empty(t, answer.Header.Get("Server"))
			require.Empty(t, answer.Header.Get("Set-Cookie"))
			require.Empty(t, answer.Header.Get("Access-Control-Allow-Origin"))
			if op.id == "log-out" {
				company.Admin = company.SignIn(t, "admin@acme.example", httpapitest.Password)
			}
		}
	}
}

func TestOtherSites(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	for _, op := range operations(t, usher) {
		if op.method == http.MethodGet {
			continue
		}
		client := httpapitest.Client{URL: usher.URL, Header: company.Admin.Header}
		client.With("Sec-Fetch-Site", "cross-site").Do(t, op.method, op.in("acme"), "{}").Refused(t, 403, "cross_origin")
		client.With("Sec-Fetch-Site", "same-site").Do(t, op.method, op.in("acme"), "{}").Refused(t, 403, "cross_origin")
		client.With("Origin", "https://evil.example").Do(t, op.method, op.in("acme"), "{}").Refused(t, 403, "cross_origin")
		client.With("Origin", "null").Do(t, op.method, op.in("acme"), "{}").Refused(t, 403, "cross_origin")
	}
	company.Admin.With("Sec-Fetch-Site", "same-origin").Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
}
