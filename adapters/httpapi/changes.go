package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/questions/changes"
	"github.com/usher-engine/usher/domain"
)

func (a *api) changesRoute() {
	streamRoute(a, route{
		id: "changes", method: http.MethodGet, path: "/v1/accounts/{account}/changes", tag: "Activity",
		summary: "When to ask again",
		description: "Server-sent events, one each time that what a list is answered from has come further and shows something else of the account: " +
			"`event` is its name (" + strings.Join(namesOfViews(), ", ") + "), `data` the position that it has come to. " +
			"It says nothing of what happened: ask the list anew, with that position. What comes in a second comes together; " +
			"of what one may not ask nothing is said. With the position that the lists on a page reflect, or Last-Event-ID, it begins behind that. For everybody of the account.",
		codes: []domain.Code{domain.InvalidPosition, domain.PositionUnknown},
	}, questions.Changes(), "The event is a list's name, its data a position, its id the place behind which to resume.", a.beginChanges)
}

func namesOfViews() (names []string) {
	for _, view := range questions.Shown() {
		names = append(names, view.Name())
	}
	return names
}

func (a *api) beginChanges(ctx context.Context, in *streamInput) (*stream, error) {
	from, err := a.changesFrom(ctx, in)
	if err != nil {
		return nil, err
	}
	var follower *changes.Follower
	account, s := httpkit.ExchangeOf(ctx).Account, &stream{}
	s.follow = func(ctx context.Context) (<-chan struct{}, func()) {
		follower = a.changes.Follow(ctx, account, from)
		return follower.News(), follower.Close
	}
	s.tell = func(ctx context.Context) error {
		sees, err := a.asker(ctx).Sees(ctx)
		if err != nil {
			return err
		}
		var text strings.Builder
		for _, one := range follower.Changes(sees) {
			fmt.Fprintf(&text, "id: %s\nevent: %s\ndata: %s\n\n", one.Resume, one.View, one.Position)
		}
		if text.Len() == 0 {
			return nil
		}
		return s.say(text.String())
	}
	return s, nil
}

// changesFrom is the position behind which everything is new.
func (a *api) changesFrom(ctx context.Context, in *streamInput) (domain.Position, error) {
	if err := a.asker(ctx).Permit(ctx, questions.Changes()); err != nil {
		return domain.Position{}, err
	}
	from, err := in.Least()
	if err == nil && in.LastEventID != "" {
		from, err = domain.ParsePosition(in.LastEventID)
	}
	switch {
	case err != nil:
		return from, err
	case in.LastEventID == "" && in.InHeader == "" && in.InQuery == "":
		return a.changes.Present(ctx)
	}
	return from, a.reaches(ctx, from)
}
