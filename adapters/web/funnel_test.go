package web_test

import (
	"net/http"
	"testing"
)

func TestTheFunnel(t *testing.T) {
	t.Parallel()
	company := sunrise(t)
	company.Admin.Post(t, "/invitations/email", `{"emails":["ben@mill.example","cleo@mill.example"]}`).Must(t, http.StatusOK)
	b := administrator(t, company)
	b.Open(t, "/at/"+company.Slug+"/funnel").Must(t, http.StatusOK).Says(t, "Invited 2", "E-mail")
	b.Open(t, "/at/"+company.Slug+"/funnel?by=inviter").Must(t, http.StatusOK).Says(t, "Ada Archer")
	b.Open(t, "/at/"+company.Slug+"/funnel?from=nonsense").Must(t, http.StatusUnprocessableEntity).Says(t, "2026-W05")
}
