package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/projections"
	joinlinkview "github.com/usher-engine/usher/projections/joinlink"
)

type joinLink struct {
	Link    string `json:"link" doc:"To be copied and sent by hand." example:"https://usher.example.com/join/AQEf..."`
	Enabled bool   `json:"enabled"`

	Generation uint64 `json:"generation" doc:"Rises with each rotation; lineage and approvals name it." example:"1"`

	Uses      int        `json:"uses" doc:"How many people registered by this link, whether or not they have been let in; those by links before it do not count."`
	MaxUses   *int       `json:"max_uses" doc:"null: as many as like."`
	Seats     *int       `json:"seats" doc:"How many of the uses are taken, since the link was limited; null: it is not limited."`
	ExpiresAt *time.Time `json:"expires_at" doc:"null: never."`

	DepartmentID domain.DepartmentID `json:"department_id,omitzero" doc:"Where people who come by this link will stand; absent: in the root of the company."`
}

type joinLinkLimits struct {
	MaxUses      *int       `json:"max_uses,omitempty" doc:"How many may register by the link, those included who hold seats already: 1 to 10,000; left out: as many as like." example:"30"`
	ExpiresAt    *time.Time `json:"expires_at,omitempty" doc:"Until when; left out: for ever."`
	DepartmentID string     `json:"department_id,omitzero" doc:"Where the people will stand; left out: in the root of the company."`
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
	command(a, route{
		id: "limit-join-link", method: http.MethodPut, path: path + "/limits", tag: tag,
		summary:     "Limit how often, until when and into where the join link lets in",
		description: "For administrators. All three are replaced. A rotation keeps how often and where, counts anew, and never expires.",
		codes:       []domain.Code{domain.InvalidLimit, domain.DepartmentNotFound, domain.InvalidID},
	}, a.limitJoinLink)
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
	shown := joinLink{
		Link: a.PublicURL + "/join/" + link.Token, Enabled: link.Enabled, Generation: link.Generation, Uses: uses,
		ExpiresAt: unlessZero(link.ExpiresAt), DepartmentID: link.Department,
	}
	if link.MaxUses > 0 {
		seats := len(link.Seats)
		shown.MaxUses, shown.Seats = &link.MaxUses, &seats
	}
	return shown, err
}

func (a *api) limitJoinLink(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body joinLinkLimits
},
) (done, error) {
	department, err := optionalID[domain.DepartmentID](in.Body.DepartmentID, "department_id")
	if err != nil {
		return done{}, err
	}
	limits := account.LimitJoinLink{Department: department}
	if in.Body.MaxUses != nil {
		if limits.MaxUses = *in.Body.MaxUses; limits.MaxUses == 0 { // which would be as many as like
			return done{}, account.ErrLinkUses()
		}
	}
	if in.Body.ExpiresAt != nil {
		limits.ExpiresAt = in.Body.ExpiresAt.UTC()
	}
	return doneAt(a.App.LimitJoinLink(ctx, request, limits))
}
