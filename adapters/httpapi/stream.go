package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
	employeesview "github.com/usher-engine/usher/projections/employees"
	structureview "github.com/usher-engine/usher/projections/structure"
)

const (
	// beatEvery keeps a silent connection from being taken for a dead one.
	beatEvery = 25 * time.Second
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
	rt.codes = append(rt.codes, domain.InvalidPosition, domain.NotYet, domain.PositionUnknown)
	streamRoute(a, rt, questions.ActivityStream(), "Each event's data is an entry, its id the place behind which to resume.",
		func(ctx context.Context, in *streamInput) (*stream, error) {
			from, err := a.streamFrom(ctx, in)
			s := &stream{from: from}
			s.tell = s.tellEntries
			return s, err
		})
}

// streamRoute registers a stream of server-sent events, for whoever may ask a question.
func streamRoute[I any](a *api, rt route, asked questions.Entry, description string, begin func(context.Context, *I) (*stream, error)) {
	rt.question = asked.Name
	rt.codes = append(rt.codes, domain.TooManyStreams)
	op := a.operation(rt)
	op.Responses["200"] = &huma.Response{
		Description: description,
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
		s, err := begin(ctx, in)
		if err != nil {
			return nil, refuse(ctx, err)
		}
		s.api, s.exchange, s.asked = a, httpkit.ExchangeOf(ctx), asked
		leave, err := a.streams.enter(ctx, s)
		if err != nil {
			return nil, refuse(ctx, err)
		}
		return &huma.StreamResponse{Body: func(hctx huma.Context) {
			defer leave()
			ctx, end := httpkit.UntilLeaving(ctx)
			defer end()
			if s.follow != nil {
				news, leave := s.follow(ctx)
				defer leave()
				s.news = news
			}
			_, s.w = humago.Unwrap(hctx)
			s.out = http.NewResponseController(s.w)
			s.run(ctx)
		}}, nil
	})
}

// streamFrom is the position behind which a stream begins.
func (a *api) streamFrom(ctx context.Context, in *streamInput) (domain.Position, error) {
	asker := a.asker(ctx)
	if err := asker.Permit(ctx, questions.ActivityStream()); err != nil {
		return domain.Position{}, err
	}
	asked, err := in.Least()
	if err == nil && !asked.IsZero() {
		err = asker.Await(ctx, questions.ActivityStream(), asked)
	}
	if err != nil {
		return domain.Position{}, err
	}
	if in.LastEventID == "" {
		return a.Reader.Position(ctx, activityview.View())
	}
	from, err := domain.ParsePosition(in.LastEventID)
	if err != nil {
		return from, err
	}
	return from, a.reaches(ctx, from)
}

// reaches refuses an event's id that the log does not go up to, as it is after a
// restore of an older backup: nothing would ever come behind it. Where the log goes
// on from there to where it ended before, nobody can tell.
func (a *api) reaches(ctx context.Context, id domain.Position) error {
	moment, cancel := context.WithTimeout(ctx, questions.CatchUp)
	defer cancel()
	if a.Projectors.Wait(moment, activityview.View().Name(), id) == nil {
		return nil
	}
	return a.sources.Known(ctx, id)
}

// stream is one client's.
type stream struct {
	*api
	exchange *httpkit.Exchange
	asked    questions.Entry
	// tell sends what there is to tell now; it ends the stream with errTold.
	tell  func(context.Context) error
	pulse time.Duration // after which it looks although nothing woke it; zero for never
	// follow begins to follow what tells it that there may be something new; nil where it is
	// woken by whatever happens.
	follow func(context.Context) (news <-chan struct{}, leave func())
	news   <-chan struct{}
	from   domain.Position // the last entry sent
	over   time.Time       // when to judge again, whatever happens: the session's time is up
	woken  <-chan struct{} // that there may be something new, or to judge
	w      http.ResponseWriter
	out    *http.ResponseController
}

// errTold says that nothing more will come.
var errTold = errors.New("all is told")

// run sends until the client goes, the server stops, or the bearer may no
// longer see what happens; the client then connects anew and is told so.
func (s *stream) run(ctx context.Context) {
	httpkit.SetStreamHeaders(s.w.Header())
	s.w.WriteHeader(http.StatusOK)
	if s.exchange.Request.Method == http.MethodHead {
		return
	}
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	if s.say(": usher\n\n") != nil {
		return
	}
	var pulse <-chan time.Time
	if s.pulse > 0 {
		ticks := time.NewTicker(s.pulse)
		defer ticks.Stop()
		pulse = ticks.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			if !s.Now().Before(s.over) {
				if err := s.judge(ctx); err != nil {
					s.note(ctx, err)
					return
				}
			}
			if s.say(": usher\n\n") != nil {
				return
			}
		case <-s.woken:
			if !s.goesOn(ctx, s.look) {
				return
			}
		case <-pulse:
			if !s.goesOn(ctx, s.look) {
				return
			}
		case <-s.news:
			if !s.goesOn(ctx, s.tell) {
				return
			}
		}
	}
}

// goesOn does something, and reports whether there may be more.
func (s *stream) goesOn(ctx context.Context, do func(context.Context) error) bool {
	err := do(ctx)
	if err != nil && !errors.Is(err, errTold) {
		s.note(ctx, err)
	}
	return err == nil
}

// note keeps for the log what ended the stream, unless it was a client that went.
func (s *stream) note(ctx context.Context, err error) {
	if ctx.Err() == nil {
		s.exchange.Note(httpkit.ProblemOf(err, "query"))
	}
}

// judge asks whether the bearer may still see what happens; who watches uses nothing.
func (s *stream) judge(ctx context.Context) error {
	caller, err := s.App.Recognise(ctx, s.exchange.Token)
	if err != nil {
		return err
	}
	s.over = caller.Over
	return s.asker(ctx).Permit(ctx, s.asked)
}

// look sends what has come since the last look, to whoever may still see it.
func (s *stream) look(ctx context.Context) error {
	if err := s.judge(ctx); err != nil {
		return err
	}
	return s.tell(ctx)
}

// tellEntries sends the new entries of the Activity Stream.
func (s *stream) tellEntries(ctx context.Context) error {
	for {
		s.streams.asked.Inc()
		rows, _, err := s.Reader.Find(ctx, activityview.View(), projections.Query{
			Account: s.exchange.Account, Limit: sentAtOnce, After: behindAllAt(s.from),
		})
		if err != nil {
			return err
		}
		entries, err := projections.As[activityview.Entry](rows)
		if err != nil {
			return err
		}
		if err := s.send(ctx, entries); err != nil || len(entries) < sentAtOnce {
			return err
		}
	}
}

func (s *stream) send(ctx context.Context, entries []activityview.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	newest := entries[len(entries)-1].Position
	waiting, cancel := context.WithTimeout(ctx, questions.CatchUp)
	defer cancel()
	for _, named := range []projections.View{employeesview.View(), structureview.View()} {
		_ = s.Projectors.Wait(waiting, named.Name(), newest) // for the names; without them it is "somebody"
	}
	told, err := s.asker(ctx).Tell(ctx, entries)
	if err != nil {
		return err
	}
	for _, e := range told {
		data, err := marshal(showHappening(e))
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
