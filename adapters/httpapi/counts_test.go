package httpapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

func TestCounts(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	usher.Found(t, "other")
	eve := company.Hire(t, "eve@acme.example", domain.RoleEmployee)
	company.Employee(t, "gone@acme.example")
	gone := company.Admin.Get(t, "/employees?search=gone").Must(t, 200).Text(t, "items.0.person")
	company.Admin.Post(t, "/employees/"+gone+"/dismiss", `{}`).Must(t, 200)
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100","+14155550101"]}`).Must(t, 200)
	company.Join(t, "joe@example.org").Must(t, 201)
	company.Settled(t)
	ask := func(t *testing.T, client httpapitest.Client, path string) any {
		t.Helper()
		return client.Get(t, "/counts").Must(t, 200).Value(t, path)
	}

	t.Run("an administrator sees all", func(t *testing.T) {
		require.Equal(t, map[string]any{"active": 2., "dismissed": 1.}, ask(t, company.Admin, "employees"))
		require.Equal(t, map[string]any{
			"total": 2., "open": 2., "pending": 2., "expired": 0., "declined": 0., "asked": 0., "correction_refused": 0.,
		}, ask(t, company.Admin, "invited"))
		require.Equal(t, map[string]any{"total": 1., "approval": 1., "proof": 0.}, ask(t, company.Admin, "approvals"))
	})
	t.Run("an employee sees what employees see", func(t *testing.T) {
		body := string(eve.Get(t, "/counts").Must(t, 200).Body)
		require.Contains(t, body, `"employees"`)
		require.NotContains(t, body, `"invited"`)
		require.NotContains(t, body, `"approvals"`)
		company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
		require.Eventually(t, func() bool { // for others than who changed it, within moments
			found := eve.Get(t, "/counts").Must(t, 200)
			return found.Value(t, "employees.active") == 2. && len(found.Body) > len(body)
		}, time.Minute, time.Millisecond)
	})
	t.Run("time alone makes pending ones expired", func(t *testing.T) {
		usher.Advance(15 * 24 * time.Hour)
		again := company.SignIn(t, "admin@acme.example", httpapitest.Password)
		require.Equal(t, []any{0., 2.}, []any{ask(t, again, "invited.pending"), ask(t, again, "invited.expired")})
	})
}
