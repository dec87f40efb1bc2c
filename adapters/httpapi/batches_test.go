package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestABatchTellsWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company, others := usher.Found(t, "acme"), usher.Found(t, "others")
	admin := company.Admin.Get(t, "/me").Text(t, "person")
	path := "/batches/" + company.Admin.Post(t, "/invitations/email", `{"emails":["ben@example.org","nonsense"]}`).Must(t, 200).Text(t, "batch")

	closed := company.Admin.Get(t, path).Must(t, 200)
	require.Equal(t, "email", closed.Text(t, "channel"))
	require.Equal(t, admin, closed.Text(t, "invited_by"))
	require.Equal(t, "2026-03-02T09:00:00Z", closed.Text(t, "opened_at"))
	require.Equal(t, true, closed.Value(t, "closed"))
	require.InDelta(t, 1, closed.Value(t, "invited"), 0)
	require.Nil(t, closed.Value(t, "revoked_at"))

	company.Admin.Post(t, path+"/revoke", "").Must(t, 200)
	revoked := company.Admin.Get(t, path).Must(t, 200)
	require.Equal(t, admin, revoked.Text(t, "revoked_by"))
	require.Equal(t, "2026-03-02T09:00:00Z", revoked.Text(t, "revoked_at"))

	others.Admin.Get(t, path).Refused(t, 404, "not_found")
	company.Admin.Get(t, "/batches/nonsense").Refused(t, 404, "not_found")
}

func TestALimitOfNoUsesIsNoLimitAtAll(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	company.Admin.Put(t, "/join-link/limits", `{"max_uses":3}`).Must(t, 200)
	company.Admin.Put(t, "/join-link/limits", `{"max_uses":0}`).Refused(t, 422, "invalid_limit")
	link := company.Admin.Get(t, "/join-link").Must(t, 200)
	require.InDelta(t, 3, link.Value(t, "max_uses"), 0)
	require.InDelta(t, 1, link.Value(t, "generation"), 0)
	company.Admin.Post(t, "/join-link/rotate", "").Must(t, 200)
	require.InDelta(t, 2, company.Admin.Get(t, "/join-link").Must(t, 200).Value(t, "generation"), 0)
}

func TestInvitationsOfNobodyAreNotRevoked(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	company.Admin.Post(t, "/employees/00000000-0000-4000-8000-000000000000/revoke-invitations", "").Refused(t, 404, "not_found")
}

func TestArchivedWorkgroupsAreListedApart(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	id := company.Admin.Post(t, "/workgroups", `{"name":"Early shift"}`).Must(t, 201).Text(t, "id")
	company.Admin.Post(t, "/workgroups/"+id+"/archive", "").Must(t, 200)
	structure := company.Admin.Get(t, "/structure").Must(t, 200)
	require.Empty(t, structure.Value(t, "workgroups"))
	require.Equal(t, []any{map[string]any{"id": id, "name": "Early shift", "people": []any{}}}, structure.Value(t, "archived"))
}
