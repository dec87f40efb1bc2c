package httpapi

import (
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Unmarshal lets tests read a body as the routes do.
func Unmarshal(body []byte, value any) error { return unmarshal(body, value) }

// Asked is which question of the table a route asks that reads; empty for none.
type Asked struct{ ID, Path, Question string }

// AskedBy is every route that reads.
func AskedBy() []Asked {
	a := newAPI(Config{App: &commands.App{}, Outbox: none{}, History: noEvents{}})
	a.huma = huma.NewAPI(a.humaConfig(), &adapter{ServeMux: http.NewServeMux(), api: a})
	a.register()
	var all []Asked
	for _, rt := range a.routes {
		if rt.method == http.MethodGet {
			all = append(all, Asked{ID: rt.id, Path: rt.path, Question: rt.question})
		}
	}
	return all
}

type none struct{ Outbox }

type noEvents struct{ HistoryCodec }

func (noEvents) Kinds() []domain.Event { return nil }

// ReadInvitation reads a body as that of invite-by-email is read.
func ReadInvitation(body io.Reader) error {
	var invitation emailInvitation
	return unmarshalStream(body, &invitation)
}

// Defused is a cell of a CSV.
func Defused(cell string) string { return httpkit.Defused(cell) }
