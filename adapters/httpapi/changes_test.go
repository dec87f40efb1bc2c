package httpapi_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

// change is an event of the stream of changes.
type change struct{ id, view, position string }

// change is the next one; empty at the stream's end.
func (l *listener) change() (next change) {
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch name {
		case "id":
			next.id = value
		case "event":
			next.view = value
		case "data":
			next.position = value
			return next
		}
	}
	return change{}
}

// changed is which views are told of, up to one of them behind a position.
func (l *listener) changed(t *testing.T, view, behind string) (views []string, last change) {
	t.Helper()
	for {
		next := l.change()
		require.NotEmpty(t, next.view, "the stream ended after %v", views)
		views = append(views, next.view)
		if next.view == view && place(t, next.position).After(place(t, behind)) {
			return views, next
		}
	}
}

func place(t *testing.T, text string) domain.Position {
	t.Helper()
	position, err := domain.ParsePosition(text)
	require.NoError(t, err)
	return position
}

func TestChanges(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company, other := usher.Found(t, "acme"), usher.Found(t, "other")
	eve := company.Hire(t, "eve@acme.example", domain.RoleEmployee)
	usher.Settled(t)
	present := func() string {
		usher.Settled(t)
		return company.Admin.Get(t, "/history").Must(t, 200).Text(t, "position")
	}
	create := func(name string) (before string) {
		before = present()
		company.Admin.Post(t, "/departments", `{"name":"`+name+`"}`).Must(t, 201)
		return before
	}

	admins, employees := listenAt(t, company.Admin, "/changes", ""), listenAt(t, eve, "/changes", "")
	t.Run("say which lists have come further, to each of those that one may ask", func(t *testing.T) {
		other.Admin.Post(t, "/departments", `{"name":"Elsewhere"}`).Must(t, 201)
		before := create("Kitchen")
		told, _ := admins.changed(t, "structure", before)
		require.ElementsMatch(t, []string{"activity", "history", "structure"}, told)
		told, _ = employees.changed(t, "structure", before)
		require.ElementsMatch(t, []string{"activity", "structure"}, told)
	})
	t.Run("are asked for by the position of their data", func(t *testing.T) {
		create("Bar")
		next := admins.change()
		require.NotEmpty(t, company.Admin.Get(t, "/activity?position="+next.position).Must(t, 200).Items(t))
	})
	t.Run("are resumed behind an event, and begin behind a position", func(t *testing.T) {
		from := present()
		company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
		usher.Settled(t)
		told, last := listenAt(t, company.Admin, "/changes?position="+from, "").changed(t, "invited", from)
		require.NotContains(t, told, "structure")
		resumed := listenAt(t, company.Admin, "/changes?position="+from, last.id)
		told, _ = resumed.changed(t, "structure", create("Cellar"))
		require.NotContains(t, told, "invited", "which was told of")
		told, _ = listenAt(t, company.Admin, "/changes", from).changed(t, "structure", from)
		require.Contains(t, told, "invited")
	})
	t.Run("of whoever may see more from now on, are more", func(t *testing.T) {
		company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
		before := present()
		company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550101"]}`).Must(t, 200)
		employees.changed(t, "invited", before)
	})
	t.Run("are refused to who is not signed in, with what is no position, or none of this log", func(t *testing.T) {
		usher.Client("").Get(t, company.Path+"/changes").Refused(t, 401, "not_signed_in")
		company.Admin.With("Last-Event-ID", "x").Get(t, "/changes").Refused(t, 400, "invalid_position")
		company.Admin.Get(t, "/changes?position=x").Refused(t, 400, "invalid_position")
		company.Admin.With("Last-Event-ID", "999999").Get(t, "/changes").Refused(t, 409, "position_unknown")
	})
}

func TestChangesEnd(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	eve := company.Hire(t, "eve@acme.example", domain.RoleEmployee)
	again := company.SignIn(t, "eve@acme.example", httpapitest.Password)
	usher.Settled(t)
	first, second := listenAt(t, eve, "/changes", ""), listenAt(t, again, "/changes", "")
	t.Run("with the session", func(t *testing.T) {
		eve.Do(t, "DELETE", "/sessions/current", "").Must(t, 204)
		require.Empty(t, first.change())
		eve.Get(t, "/changes").Refused(t, 401, "not_signed_in")
	})
	t.Run("with the employment", func(t *testing.T) {
		who := again.Get(t, "/me").Must(t, 200).Text(t, "person")
		company.Admin.Post(t, "/employees/"+who+"/dismiss", `{}`).Must(t, 200)
		for second.change() != (change{}) {
			continue // there may be some before it ends
		}
		again.Get(t, "/changes").Refused(t, 401, "not_signed_in")
	})
	require.Eventually(t, func() bool { return figure(t, usher, "usher_streams_open") == 0 }, time.Minute, time.Millisecond)
}
