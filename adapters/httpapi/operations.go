package httpapi

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

type followers struct {
	Head     string     `json:"head" doc:"The end of the log." example:"42"`
	Views    []follower `json:"views"`
	Policies []follower `json:"policies"`
}

type follower struct {
	Name         string     `json:"name" example:"employees"`
	Version      int        `json:"version,omitzero" doc:"Of a view." example:"1"`
	Edition      int        `json:"edition,omitzero" doc:"Of a view: the edition that answers." example:"2"`
	State        string     `json:"state" enum:"following,behind,stopped,stalled,failing" doc:"following: it reflects the log; behind: not all of it yet; stopped: it cannot take an event; stalled: it does not move although it is behind; failing: something else keeps it for now."`
	Position     string     `json:"position" doc:"How much of the log it reflects." example:"42"`
	Behind       uint64     `json:"behind" doc:"Log positions: events of the embedded log, bytes of EventStoreDB's."`
	BehindSince  *time.Time `json:"behind_since,omitempty" doc:"Since when it has not reached what was the end of the log."`
	StalledSince *time.Time `json:"stalled_since,omitempty" doc:"Since when it does not move although it is behind."`
	Stopped      *poison    `json:"stopped,omitempty" doc:"The event that it cannot take."`
	Editions     []edition  `json:"editions,omitempty" doc:"Of a view: all that are kept, of all versions."`
}

type poison struct {
	Event    uuid.UUID        `json:"event" doc:"The event's id."`
	Position string           `json:"position" example:"17"`
	Type     domain.EventType `json:"type" example:"person.employed"`
	Reason   string           `json:"reason" doc:"Why it cannot be taken; for people."`
}

type edition struct {
	View     string                   `json:"view" example:"employees"`
	Version  int                      `json:"version" example:"1"`
	Edition  int                      `json:"edition" doc:"Its number; each version counts from 1." example:"2"`
	State    projections.EditionState `json:"state" enum:"serving,filling,scratch,kept" doc:"serving: answers; filling: is brought up to date, to serve then; scratch: is brought up to date, to be compared; kept: is left as it is."`
	Position string                   `json:"position" example:"42"`
	Throttle int                      `json:"throttle,omitzero" doc:"How many events a second it takes at most while it is filled."`
	Stopped  *poison                  `json:"stopped,omitempty" doc:"The event that it cannot take."`
	Receipt  *receipt                 `json:"receipt,omitempty" doc:"What a comparison with the edition that served then has found."`
}

type receipt struct {
	Position        string    `json:"position" doc:"At which both stood." example:"42"`
	Serving         tableSum  `json:"serving" doc:"Of the edition that served."`
	Edition         tableSum  `json:"edition" doc:"Of this edition."`
	Differences     int       `json:"differences" doc:"How many rows are in one only, or differ."`
	FirstDifference *rowPlace `json:"first_difference,omitempty"`
}

type tableSum struct {
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256" doc:"Of all rows in order."`
}

type rowPlace struct {
	Account domain.AccountID `json:"account"`
	Row     string           `json:"row" doc:"The row's key."`
}

func showPoison(stopped *projections.Poison) *poison {
	if stopped == nil {
		return nil
	}
	return &poison{Event: stopped.Event, Position: stopped.Position.String(), Type: stopped.Type, Reason: stopped.Reason}
}

func showEdition(one projections.Edition) edition {
	return edition{
		View: one.View, Version: one.Version, Edition: one.Number, State: one.State, Position: one.Position.String(), Throttle: one.Throttle,
		Stopped: showPoison(one.Stopped), Receipt: showReceipt(one.Receipt),
	}
}

// showReceipt has the edition that served first, as Compare does.
func showReceipt(found *projections.Comparison) *receipt {
	if found == nil {
		return nil
	}
	shown := &receipt{
		Position:    found.Position.String(),
		Serving:     tableSum{Rows: found.RowsA, SHA256: hex.EncodeToString(found.DigestA[:])},
		Edition:     tableSum{Rows: found.RowsB, SHA256: hex.EncodeToString(found.DigestB[:])},
		Differences: found.Differences,
	}
	if found.Differences > 0 {
		shown.FirstDifference = &rowPlace{Account: found.First.Account, Row: found.First.ID}
	}
	return shown
}

// standing is that of one view or policy.
func (a *api) standing(ctx context.Context, name string) (messaging.Standing, error) {
	all, err := a.Projectors.Standings(ctx)
	if err != nil {
		return messaging.Standing{}, err
	}
	for _, one := range all {
		if one.Name == name {
			return one, nil
		}
	}
	return messaging.Standing{}, domain.Refuse(domain.NotFound, "there is no view or policy of this name; GET /v1/operations/projections lists those there are")
}

// editionOf finds an edition of a view, of the version that this program has
// where none is named.
func (a *api) editionOf(ctx context.Context, view string, version, number int) (one messaging.Standing, found projections.Edition, err error) {
	if one, err = a.standing(ctx, view); err != nil {
		return one, found, err
	}
	if version == 0 {
		version = one.Version
	}
	for _, each := range one.Editions {
		if each.Version == version && each.Number == number {
			return one, each, nil
		}
	}
	return one, found, domain.Refuse(domain.NotFound, fmt.Sprintf("%s has no edition %d of version %d", view, number, version))
}

func (a *api) operationsRoutes() {
	const tag, path = "Operations", "/v1/operations/projections"
	const note = "For the operator: send the operator token as bearer."
	huma.Register(a.huma, a.operation(route{
		id: "projections", method: http.MethodGet, path: path, tag: tag, operator: true,
		summary: "How far views and policies are, and what keeps them", description: note,
	}), a.projections)
	command(a, route{
		id: "rebuild-projection", method: http.MethodPost, path: path + "/{view}/rebuild", tag: tag, operator: true, status: http.StatusAccepted,
		summary:     "Fill a view anew beside what it serves, and switch when it has caught up",
		description: note + " The rows that served are kept, for a way back. Where it is filled already, that goes on.",
	}, a.rebuildProjection)
	command(a, route{
		id: "verify-projection", method: http.MethodPost, path: path + "/{view}/verify", tag: tag, operator: true, status: http.StatusAccepted,
		summary:     "Build a view a second time, and compare it with what it serves, row by row",
		description: note + " The edition has a receipt at the end; drop it when that is read.",
	}, a.verifyProjection)
	command(a, route{
		id: "serve-edition", method: http.MethodPost, path: path + "/{view}/serve", tag: tag, operator: true,
		summary:     "Let an edition serve again that has served before",
		description: note + " It catches up from where it was left.", codes: []domain.Code{httpkit.EditionUnfit},
	}, a.serveEdition)
	command(a, route{
		id: "drop-edition", method: http.MethodDelete, path: path + "/{view}/editions/{edition}", tag: tag, operator: true,
		summary: "Delete the rows of an edition that does not serve", description: note, codes: []domain.Code{httpkit.EditionServes},
	}, a.dropEdition)
	command(a, route{
		id: "skip-event", method: http.MethodPost, path: "/v1/operations/skips", tag: tag, operator: true,
		summary:     "Have a view or a policy leave out the event at which it is stopped",
		description: note + " It is on record for good, with the reason.", codes: []domain.Code{domain.InvalidReason, domain.InvalidPosition, httpkit.NotStoppedThere},
	}, a.skipEvent)
}
