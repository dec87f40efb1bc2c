package policies

import (
	"context"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// Policy follows up on events: those of one stream in order, those of different
// streams perhaps at the same time.
type Policy struct {
	// Name finds how far the policy has come; it never changes.
	Name   string
	Handle func(ctx context.Context, event domain.Recorded) error
}

// All returns every policy there is. What one does belongs to the request whose event
// it follows.
func All(app *commands.App, messenger commands.Messenger) []Policy {
	all := []Policy{
		{Name: "complete_founding", Handle: completeFounding(app)},
		{Name: "keep_administrators", Handle: keepAdministrators(app)},
		{Name: "end_sessions", Handle: endSessions(app)},
		{Name: "deliver", Handle: deliver(app, messenger)},
		{Name: "release_logins", Handle: releaseLogins(app)},
		{Name: "follow_invitations", Handle: followInvitations(app)},
		{Name: "return_seats", Handle: returnSeats(app)},
		{Name: "vacate_heads", Handle: vacateHeads(app)},
		{Name: "tell_administrators", Handle: tellAdministrators(app, messenger)},
	}
	for i, policy := range all {
		all[i].Handle = func(ctx context.Context, event domain.Recorded) error {
			return policy.Handle(execution.Following(ctx, event), event)
		}
	}
	return all
}

// Due is what Usher does when its time has come, rather than because of an event.
// Several instances may do it at once: what is due once happens once.
type Due struct {
	Name string
	Do   func(ctx context.Context, now time.Time) error
}

// AllDue returns everything that falls due.
func AllDue(app *commands.App) []Due {
	return []Due{
		{Name: "expire_due", Do: app.ExpireDue},
		{Name: "forfeit_idle_seats", Do: app.ForfeitIdleSeats},
		{Name: "notice_approvals", Do: app.NoticeApprovals},
	}
}

// completeFounding registers the founder where a crash came between.
func completeFounding(app *commands.App) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		founded, ok := event.Event.(account.Founded)
		if !ok || event.Erased {
			return nil
		}
		_, err := app.RegisterFounder(ctx, event.ID, founded)
		return err
	}
}
