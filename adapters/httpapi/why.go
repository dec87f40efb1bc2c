package httpapi

import (
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
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
type inForce person.InForce

func (a *api) whyRoutes() {
	ask[employeeInput](a, route{
		id: "why", method: http.MethodGet, path: "/v1/accounts/{account}/employees/{person}/why", tag: "Lineage",
		summary:     "Why somebody has access",
		description: "The grounds of the person's latest admission in one sentence, with the events behind it. For administrators and auditors.",
	}, questions.Why(), a.showGrounds)
}

func (a *api) showGrounds(found questions.Grounds) (grounds, error) {
	events, err := a.showEvents(found.Events, found.Names)
	return grounds{
		Person: found.Person, Sentence: found.Sentence, AdmittedAt: found.At.UTC(), Basis: found.Basis,
		Settings: (*inForce)(found.InForce), Unproved: found.Unproved(), Events: events, Position: found.Position.String(),
	}, err
}
