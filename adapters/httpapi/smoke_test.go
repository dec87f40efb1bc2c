package httpapi_test

import (
	"testing"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestSmoke(t *testing.T) {
	u := httpapitest.Start(t, httpapitest.Options{})
	c := u.Found(t, "acme")
	for _, path := range []string{"/me", "/settings", "/join-link", "/employees", "/invited", "/structure", "/activity", "/chat", "/approvals", "/history", "/outbox"} {
		t.Logf("%s %s", path, c.Admin.Get(t, path).Body)
	}
	t.Logf("%s", c.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100","x"]}`).Body)
	t.Logf("%s", c.Message(t, "+14155550100"))
	t.Logf("%s", c.Join(t, "joe@example.org").Body)
	c.Employee(t, "jane@example.org")
	for _, path := range []string{"/healthz", "/readyz", "/docs", "/docs/swagger-ui.css", "/join/x", "/nope", "/v1//accounts", "/"} {
		a := u.Client("").Get(t, path)
		t.Logf("%s %d %v %.200s", path, a.Status, a.Header, a.Body)
	}
}
