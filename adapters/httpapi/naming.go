package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type nameChange struct {
	FirstName *string `json:"first_name,omitempty" doc:"1 to 100 characters; without it, it stays." example:"Dora"`
	LastName  *string `json:"last_name,omitempty" doc:"Up to 100 characters; without it, it stays, and \"\" is that of people with one name." example:"Evans"`
	Confirming
}

func (n nameChange) asked() commands.ChangeName {
	return commands.ChangeName{FirstName: n.FirstName, LastName: n.LastName, Confirmed: n.Confirmed}
}

func (a *api) namingRoutes() {
	const what = "Older entries of Activity and chat show the name of their time."
	command(a, route{
		id: "change-name", needs: commands.ChangeOwnName, method: http.MethodPut, path: "/v1/accounts/{account}/me/name", tag: "Sessions",
		summary: "Correct one's own name", description: what, codes: []domain.Code{domain.InvalidName, domain.ConfirmName},
	}, a.changeOwnName)
	command(a, route{
		id: "change-name-of", needs: commands.ChangeEmployees, method: http.MethodPut, path: "/v1/accounts/{account}/employees/{person}/name", tag: "Employees",
		summary: "Correct somebody's name", description: "For administrators. " + what, codes: []domain.Code{domain.InvalidName, domain.ConfirmName, domain.NotEmployed},
	}, a.changeNameOf)
}

func (a *api) changeOwnName(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body nameChange
},
) (done, error) {
	return doneAt(a.App.ChangeOwnName(ctx, request, in.Body.asked()))
}

func (a *api) changeNameOf(ctx context.Context, request commands.Request, in *struct {
	OfEmployee
	Body nameChange
},
) (done, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.ChangeName(ctx, request, who, in.Body.asked()))
}
