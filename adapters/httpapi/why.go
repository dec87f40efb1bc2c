package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	historyview "github.com/usher-engine/usher/projections/history"
	structureview "github.com/usher-engine/usher/projections/structure"
	"github.com/usher-engine/usher/projections/why"
)

type grounds struct {
	Person     domain.PersonID `json:"person"`
	Sentence   string          `json:"sentence" doc:"Why, for people." example:"Ben Miller was invited by e-mail by Ann Admin on 2 March 2026 and registered on 3 March 2026."`
	AdmittedAt time.Time       `json:"admitted_at"`
	Basis      person.Basis    `json:"basis"`
	Settings   *inForce        `json:"settings,omitempty" doc:"As they were in force when the person registered."`
	Unproved   bool            `json:"unproved,omitzero" doc:"True where nobody knew, at the admission, whether the address was the person's own."`
	Events     []event         `json:"events" doc:"What led to the admission, in order; the admission is the last."`
	Position   string          `json:"position" doc:"How much of the log the answer reflects." example:"42"`
}

// inForce is the settings that a registration was judged under.
type inForce person.Judged

func (a *api) whyRoutes() {
	list(a, route{
		id: "why", method: http.MethodGet, path: "/v1/accounts/{account}/employees/{person}/why", tag: "Lineage",
		summary:     "Why somebody has access",
		description: "The grounds of the person's latest admission in one sentence, with the events behind it. For administrators and auditors.",
	}, commands.SeeHistory, []projections.View{historyview.View(), employeesview.View(), structureview.View()}, a.why)
}

func (a *api) why(ctx context.Context, id domain.AccountID, in *employeeInput) (grounds, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return grounds{}, err
	}
	stored, position, err := historyview.Of(ctx, a.Reader, id, who)
	if err != nil {
		return grounds{}, err
	}
	decoded, err := a.decode(ctx, stored)
	if err != nil {
		return grounds{}, err
	}
	found, admitted := why.Of(decoded)
	if !admitted {
		return grounds{}, domain.Refuse(domain.NotFound, "nobody of this id was ever let in")
	}
	names, err := employeesview.People(ctx, a.Reader, id, found.People()...)
	if err != nil {
		return grounds{}, err
	}
	places, err := structureview.Names(ctx, a.Reader, id, []domain.DepartmentID{found.Gone.Department, found.Gone.Instead}, found.Gone.Workgroups)
	if err != nil {
		return grounds{}, err
	}
	answer := grounds{
		Person: found.Person, Sentence: found.Sentence(names, places), AdmittedAt: found.At.UTC(),
		Basis: found.Basis, Settings: (*inForce)(found.Judged), Unproved: found.Unproved(), Position: position.String(),
	}
	answer.Events, err = a.showDecoded(found.Events)
	return answer, err
}
