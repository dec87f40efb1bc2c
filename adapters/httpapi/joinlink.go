package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	joinlinkview "github.com/usher-engine/usher/projections/joinlink"
)

type joinLink struct {
	Link      string     `json:"link" doc:"To be copied and sent by hand." example:"https://usher.example.com/join/AQEf..."`
	Enabled   bool       `json:"enabled"`
	Uses      int        `json:"uses" doc:"How many registered by this link; those by links before it do not count."`
	MaxUses   *int       `json:"max_uses" doc:"null: as many as like."`
	ExpiresAt *time.Time `json:"expires_at" doc:"null: never."`
}

type joinLinkInput struct {
	InAccount
	Reflecting
}

// plainCommand is the input of a command that has nothing to say but itself.
type plainCommand struct {
	InAccount
	Keyed
	Body *struct{}
}

func (a *api) joinLinkRoutes() {
	const tag, path = "Join link", "/v1/accounts/{account}/join-link"
	list(a, route{
		id: "join-link", method: http.MethodGet, path: path, tag: tag,
		summary: "The shared link of quick registration", description: "For whoever may invite.",
	}, commands.InvitePeople, []projections.View{joinlinkview.View()}, a.joinLink)
	for _, change := range []struct {
		verb, summary string
		run           func(context.Context, commands.Request) (commands.Done, error)
	}{
		{"rotate", "Make a new join link; the old one is dead at once", a.App.RotateJoinLink},
		{"disable", "Close the join link", a.App.DisableJoinLink},
		{"enable", "Open the join link again", a.App.EnableJoinLink},
	} {
		command(a, route{
			id: change.verb + "-join-link", method: http.MethodPost, path: path + "/" + change.verb, tag: tag,
			summary: change.summary, description: "For administrators.",
		}, func(ctx context.Context, request commands.Request, _ *plainCommand) (done, error) {
			return doneAt(change.run(ctx, request))
		})
	}
}

func (a *api) joinLink(ctx context.Context, id domain.AccountID, _ *joinLinkInput) (joinLink, error) {
	link, err := a.App.JoinLink(ctx, exchangeOf(ctx).caller, id)
	if err != nil {
		return joinLink{}, err
	}
	uses, err := joinlinkview.Uses(ctx, a.Reader, id, link.Generation)
	return joinLink{Link: a.PublicURL + "/join/" + link.Token, Enabled: link.Enabled, Uses: uses}, err
}
