package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
	employeesview "github.com/usher-engine/usher/projections/employees"
	structureview "github.com/usher-engine/usher/projections/structure"
)

const (
	// lookEvery is how often a stream looks for new entries.
	lookEvery = 250 * time.Millisecond
	// judgeEvery is how many looks it is, at most, until it is judged again whether
	// the bearer may see them.
	judgeEvery = 4
	// streamsAtOnce bounds the streams that one person has open.
	streamsAtOnce = 20
	// beatEvery keeps a silent connection from being taken for a dead one.
	beatEvery = 15 * time.Second
	// sentAtOnce bounds the entries that are read at a time.
	sentAtOnce = 100
)

type streamInput struct {
	InAccount
	Reflecting
	LastEventID string `header:"Last-Event-ID" doc:"The id of the last event that was received."`
}

// activityStreamRoute registers the stream of new entries.
func (a *api) activityStreamRoute(rt route) {
	rt.codes = append(rt.codes, domain.InvalidPosition, domain.NotYet, domain.TooManyAttempts)
	op := a.operation(rt)
	op.Responses["200"] = &huma.Response{
		Description: "Each event's data is an entry, its id the place behind which to resume.",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *streamInput) (*huma.StreamResponse, error) {
		from, err := a.streamFrom(ctx, in)
		if err != nil {
			return nil, refuse(ctx, err)
		}
		leave, err := a.watching.enter(exchangeOf(ctx).caller.Person)
		if err != nil {
			return nil, refuse(ctx, err)
		}
		return &huma.StreamResponse{Body: func(hctx huma.Context) {
			defer leave()
			_, w := humago.Unwrap(hctx)
			s := stream{api: a, exchange: exchangeOf(ctx), from: from, w: w, out: http.NewResponseController(w)}
			s.run(ctx)
		}}, nil
	})
}

// streamFrom is the position behind which a stream begins.
func (a *api) streamFrom(ctx context.Context, in *streamInput) (domain.Position, error) {
	x := exchangeOf(ctx)
	if _, err := a.App.Permit(ctx, x.caller, x.account, commands.SeeColleagues); err != nil {
		return domain.Position{}, err
	}
	if asked, err := in.position(); err != nil || !asked.IsZero() {
		if err := a.await(ctx, in.Reflecting, []projections.View{activityview.View()}); err != nil {
			return domain.Position{}, err
		}
	}
	if in.LastEventID == "" {
		return a.Reader.Position(ctx, activityview.View())
	}
	return domain.ParsePosition(in.LastEventID)
}

// watching is how many streams each person has open.
type watching struct {
	mu   sync.Mutex
	open map[domain.PersonID]int
}

func (w *watching) enter(who domain.PersonID) (leave func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open[who] >= streamsAtOnce {
		return nil, domain.Refuse(domain.TooManyAttempts, "you have too many streams open; close one first")
	}
	w.open[who]++
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.open[who]--; w.open[who] == 0 {
			delete(w.open, who)
		}
	}, nil
}

// stream is one client's.
type stream struct {
	*api
	exchange *exchange
	from     domain.Position // the last entry sent
	seen     domain.Position // how far the view had come when it was last looked at
	looks    int
	w        http.ResponseWriter
	out      *http.ResponseController
}

// run sends until the client goes, the server stops, or the bearer may no
// longer see what happens; the client then connects anew and is told so.
func (s *stream) run(ctx context.Context) {
	s.w.Header().Set("Content-Type", "text/event-stream")
	s.w.WriteHeader(http.StatusOK)
	if s.exchange.request.Method == http.MethodHead {
		return
	}
	look, beat := time.NewTicker(lookEvery), time.NewTicker(beatEvery)
	defer look.Stop()
	defer beat.Stop()
	for s.say(": usher\n\n") == nil {
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				return
			case <-beat.C:
				waiting = false
			case <-look.C:
				if err := s.look(ctx); err != nil {
					s.note(ctx, err)
					return
				}
			}
		}
	}
}

// note keeps for the log what ended the stream, unless it was a client that went.
func (s *stream) note(ctx context.Context, err error) {
	if ctx.Err() == nil {
		s.exchange.note(ProblemOf(err, "query"))
	}
}

// judge asks whether the bearer may still see what happens; who watches uses nothing.
func (s *stream) judge(ctx context.Context) error {
	if _, err := s.App.Recognise(ctx, s.exchange.token); err != nil {
		return err
	}
	_, err := s.App.Permit(ctx, s.exchange.caller, s.exchange.account, commands.SeeColleagues)
	return err
}

// look sends what has come since the last look.
func (s *stream) look(ctx context.Context) error {
	stands, err := s.Reader.Position(ctx, activityview.View())
	if err != nil {
		return err
	}
	if s.looks++; stands != s.seen || s.looks%judgeEvery == 0 {
		if err := s.judge(ctx); err != nil {
			return err
		}
	}
	if stands == s.seen {
		return nil
	}
	rows, _, err := s.Reader.Find(ctx, activityview.View(), projections.Query{
		Account: s.exchange.account, Limit: sentAtOnce,
		After: projections.Place{Sort: projections.InLogOrder(s.from), ID: "\U0010FFFF"}, // behind all that began there
	})
	if err != nil {
		return err
	}
	entries, err := projections.As[activityview.Entry](rows)
	if err != nil {
		return err
	}
	if len(entries) < sentAtOnce {
		s.seen = stands
	}
	return s.send(ctx, entries)
}

func (s *stream) send(ctx context.Context, entries []activityview.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	newest := entries[len(entries)-1].Position
	waiting, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	for _, named := range []projections.View{employeesview.View(), structureview.View()} {
		_ = s.Projectors.Wait(waiting, named.Name(), newest) // for the names; without them it is "somebody"
	}
	names, places, err := s.mentioned(ctx, s.exchange.account, entries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		data, err := marshal(showEntry(names, places)(e))
		if err != nil {
			return err
		}
		if err := s.say(fmt.Sprintf("id: %s\ndata: %s\n\n", e.Position, data)); err != nil {
			return err
		}
		s.from = e.Position
	}
	return nil
}

func (s *stream) say(text string) error {
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.out.Flush()
}
