package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

type joinLink struct {
	Link    string `json:"link" doc:"To be copied and sent by hand." example:"https://usher.example.com/join/AQEf..."`
	Enabled bool   `json:"enabled"`

	Generation uint64 `json:"generation" doc:"Rises with each rotation; lineage and approvals name it." example:"1"`

	Uses      int      `json:"uses" doc:"How many people registered by this link, whether or not they have been let in; those by links before it do not count."`
	MaxUses   useLimit `json:"max_uses" doc:"How many may register by the link, or \"unlimited\"."`
	Seats     *int     `json:"seats" doc:"How many of the uses are taken, since the link was limited; null: it is not limited."`
	ExpiresAt string   `json:"expires_at" doc:"A time, or \"never\"." example:"2026-12-24T18:00:00Z"`

	DepartmentID string `json:"department_id" doc:"Where people who come by this link will stand; empty: in the root of the company."`
}

type joinLinkLimits struct {
	MaxUses      *useLimit `json:"max_uses,omitempty" doc:"How many may register by the link, those included who hold seats already: 1 to 10,000, or \"unlimited\"." example:"30"`
	ExpiresAt    *string   `json:"expires_at,omitempty" doc:"Until when: a time (RFC 3339), a date alone for its midnight in UTC, or \"never\"." example:"2026-12-24T18:00:00Z"`
	DepartmentID *string   `json:"department_id,omitempty" doc:"Where the people will stand; empty: in the root of the company."`
}

// unlimited is written, and shown, where as many as like may use a link.
const unlimited = "unlimited"

// useLimit is a number of uses, or a word that should be unlimited.
type useLimit struct {
	most int
	word string
}

// MarshalJSON returns the number, or the word.
func (l useLimit) MarshalJSON() ([]byte, error) {
	if l.word != "" {
		return json.Marshal(l.word)
	}
	return json.Marshal(l.most)
}

// UnmarshalJSON reads either.
func (l *useLimit) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &l.word)
	}
	return json.Unmarshal(text, &l.most)
}

// Schema implements huma.SchemaProvider. Which numbers and words are good is the domain's to say.
func (useLimit) Schema(huma.Registry) *huma.Schema {
	number, word := &huma.Schema{Type: huma.TypeInteger}, &huma.Schema{Type: huma.TypeString}
	documented(word, unlimited)
	return &huma.Schema{AnyOf: []*huma.Schema{number, word}}
}

// uses returns how many; zero for as many as like.
func (l *useLimit) uses() (*int, error) {
	switch {
	case l == nil:
		return nil, nil
	case l.word == unlimited:
		return new(0), nil
	case l.word != "" || l.most == 0:
		return nil, account.ErrLinkUses()
	}
	return &l.most, nil
}

// plainCommand is the input of a command that has nothing to say but itself.
type plainCommand struct {
	InAccount
	Keyed
	Body *struct{}
}

func (a *api) joinLinkRoutes() {
	const tag, path = "Join link", "/v1/accounts/{account}/join-link"
	ask[accountInput](a, route{
		id: "join-link", method: http.MethodGet, path: path, tag: tag,
		summary: "The shared link of quick registration", description: "For whoever may invite.",
	}, questions.JoinLink(), plainly(a.showJoinLink))
	command(a, route{
		id: "limit-join-link", needs: commands.ChangeTheJoinLink, method: http.MethodPut, path: path + "/limits", tag: tag,
		summary:     "Limit how often, until when and into where the join link lets in",
		description: "For administrators. What is left out stays as it is. A rotation keeps how often and where, counts anew, and never expires.",
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
			id: change.verb + "-join-link", needs: commands.ChangeTheJoinLink, method: http.MethodPost, path: path + "/" + change.verb, tag: tag,
			summary: change.summary, description: "For administrators.",
		}, func(ctx context.Context, request commands.Request, _ *plainCommand) (done, error) {
			return doneAt(change.run(ctx, request))
		})
	}
}

func (a *api) showJoinLink(link questions.SharedLink) joinLink {
	shown := joinLink{
		Link: a.PublicURL + "/join/" + link.Token, Enabled: link.Enabled, Generation: link.Generation, Uses: link.Uses,
		MaxUses: useLimit{word: unlimited}, ExpiresAt: endOf(link.ExpiresAt),
	}
	if link.MaxUses > 0 {
		shown.MaxUses, shown.Seats = useLimit{most: link.MaxUses}, new(len(link.Seats))
	}
	if !link.Department.IsZero() {
		shown.DepartmentID = link.Department.String()
	}
	return shown
}

func (a *api) limitJoinLink(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body joinLinkLimits
},
) (done, error) {
	uses, err1 := in.Body.MaxUses.uses()
	end, err2 := where(in.Body.ExpiresAt, func(text string) (time.Time, error) { return readEnd(text, "expires_at") })
	department, err3 := where(in.Body.DepartmentID, func(text string) (domain.DepartmentID, error) {
		return optionalID[domain.DepartmentID](text, "department_id")
	})
	if err := cmp.Or(err1, err2, err3); err != nil {
		return done{}, err
	}
	limits := account.LimitJoinLink{ExpiresAt: end, MaxUses: uses, Department: department}
	return doneAt(a.App.LimitJoinLink(ctx, request, limits))
}
