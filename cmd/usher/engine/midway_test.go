package engine_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// TestLosingARoleMidway lets an administrator be demoted while their own request is
// under way: what was invited stays invited, and the rest is refused row by row.
func TestLosingARoleMidway(t *testing.T) {
	usher := enginetest.Start(t)
	ctx := t.Context()
	company := found(ctx, t, usher, "acme")
	bob := request(usher, company, employ(ctx, t, usher, company, domain.RoleAdministrator))
	usher.Settle(t)
	another := usher.Another(t, func(base *composition.Base) {
		base.Store = &noticing{EventStore: base.Store, is: func(event domain.Event) bool {
			_, invited := event.(person.InvitedByEmail)
			return invited
		}, then: sync.OnceFunc(func() {
			ann := request(usher, company, employ(ctx, t, usher, company, domain.RoleAdministrator))
			_, err := usher.App.ChangeRole(ctx, ann, bob.Caller.Person, domain.RoleEmployee)
			require.NoError(t, err)
		})}
	})

	var emails []string
	for i := range 200 {
		emails = append(emails, fmt.Sprintf("b%d@mill.example", i))
	}
	result, err := another.InviteByEmail(ctx, bob, commands.InviteByEmail{Emails: emails})
	require.NoError(t, err)
	codes := map[domain.Code]int{}
	for _, row := range result.Rows {
		if row.Refused != nil {
			codes[domain.CodeOf(row.Refused)]++
		}
	}
	require.NotZero(t, codes[domain.NoLongerPermitted])
	require.Less(t, codes[domain.NoLongerPermitted], len(emails))
	usher.Settle(t)
	signedIn := signIn(t, usher, "acme", "founder@acme.example", "an unlikely passphrase")
	invited := 0
	for _, item := range signedIn.items("/invited?limit=500") {
		if strings.HasSuffix(fmt.Sprint(item["contact"]), "@mill.example") {
			invited++
		}
	}
	require.Equal(t, len(emails)-codes[domain.NoLongerPermitted]-codes[domain.NotPermitted], invited, "%v", codes)
}

// noticing is an event store that lets something happen when an event was appended.
type noticing struct {
	commands.EventStore
	is   func(domain.Event) bool
	then func()
}

func (n *noticing) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	appended, err := n.EventStore.Append(ctx, stream, expected, events)
	for _, event := range events {
		if err == nil && n.is(event.Event) {
			n.then()
		}
	}
	return appended, err
}

// TestConflictsWithoutEnd gives up on a stream that others change whenever it is
// read, and says so.
func TestConflictsWithoutEnd(t *testing.T) {
	usher := enginetest.Start(t)
	signUp(t, usher, "acme")
	request := annAt(t, usher)
	another := usher.Another(t, func(base *composition.Base) { base.Store = contested{base.Store} })
	_, _, err := another.CreateDepartment(t.Context(), anew(usher, request), commands.CreateDepartment{Name: "Kitchen"})
	require.Equal(t, domain.Contended, domain.CodeOf(err))
}

// contested is an event store in which others are always first.
type contested struct{ commands.EventStore }

func (c contested) Append(_ context.Context, stream domain.StreamName, expected domain.Expected, _ []commands.Uncommitted) (commands.Appended, error) {
	return commands.Appended{}, &domain.Conflict{Stream: stream, Expected: expected, Actual: domain.Revision(100)}
}
