package httpapi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// metrics measures requests, and reports how far views and policies have come.
type metrics struct {
	requests   *prometheus.HistogramVec
	limits     *prometheus.CounterVec
	projectors Projectors
	stores     func(context.Context) map[string]error

	views, policies followerFigures
	edition, store  *prometheus.Desc
}

// followerFigures are those of views, or of policies.
type followerFigures struct{ position, behind, seconds, stalled, stopped *prometheus.Desc }

func newMetrics(registry prometheus.Registerer, projectors Projectors, stores func(context.Context) map[string]error) (*metrics, error) {
	m := &metrics{
		projectors: projectors, stores: stores,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "usher_http_request_duration_seconds", Help: "How long requests took, by route and class of status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route", "status"}),
		limits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "usher_limit_reached_total", Help: "How often a limit refused something: a request, or a row of a bulk invitation.",
		}, []string{"limit"}),
		views: figuresOf("view"), policies: figuresOf("policy"),
		edition: prometheus.NewDesc("usher_view_edition_behind",
			"How many log positions an edition is behind the log that is filled beside the one that serves.", []string{"view", "version", "edition", "state"}, nil),
		store: prometheus.NewDesc("usher_store_up", "Whether the event log answers, or the read models with the vault.", []string{"store"}, nil),
	}
	for _, collector := range []prometheus.Collector{m.requests, m.limits, m} {
		if err := registry.Register(collector); err != nil {
			return nil, fmt.Errorf("register figures: %w", err)
		}
	}
	return m, nil
}

func figuresOf(kind string) followerFigures {
	figure := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("usher_"+kind+"_"+name, fmt.Sprintf(help, kind), []string{kind}, nil)
	}
	return followerFigures{
		position: figure("position", "How far a %s has come in the log."),
		behind:   figure("behind", "How many log positions a %s is behind the log: events of the embedded log, bytes of EventStoreDB's."),
		seconds:  figure("behind_seconds", "For how long a %s has not reached what was the end of the log; 0 where it has."),
		stalled:  figure("stalled", "Whether a %s does not move although it is behind the log."),
		stopped:  figure("stopped", "Whether a %s stands still at an event that it cannot take."),
	}
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// refused counts what a limit has refused.
func (m *metrics) refused(code domain.Code) {
	if code == domain.TooManyAttempts || slices.Contains(limitCodes(), code) {
		m.limits.WithLabelValues(string(code)).Inc()
	}
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(descriptions chan<- *prometheus.Desc) {
	for _, of := range []followerFigures{m.views, m.policies} {
		for _, one := range []*prometheus.Desc{of.position, of.behind, of.seconds, of.stalled, of.stopped} {
			descriptions <- one
		}
	}
	descriptions <- m.edition
	descriptions <- m.store
}

// Collect implements prometheus.Collector. What cannot be told in time is left out.
func (m *metrics) Collect(values chan<- prometheus.Metric) {
	for name, err := range m.stores(context.Background()) {
		values <- prometheus.MustNewConstMetric(m.store, prometheus.GaugeValue, oneIf(err == nil), name)
	}
	all, head := glimpse(context.Background(), m.projectors)
	for _, one := range all {
		figures := m.views
		if one.Policy {
			figures = m.policies
		}
		for what, value := range map[*prometheus.Desc]float64{
			figures.position: float64(one.Position.Commit),
			figures.behind:   float64(behind(head, one.Position)),
			figures.seconds:  one.behindFor().Seconds(),
			figures.stalled:  oneIf(!one.StalledSince.IsZero()),
			figures.stopped:  oneIf(one.Stopped != nil),
		} {
			values <- prometheus.MustNewConstMetric(what, prometheus.GaugeValue, value, one.Name)
		}
		for _, edition := range one.Editions {
			if edition.State == projections.Filling || edition.State == projections.Scratch {
				values <- prometheus.MustNewConstMetric(m.edition, prometheus.GaugeValue, float64(behind(head, edition.Position)),
					edition.View, strconv.Itoa(edition.Version), strconv.Itoa(edition.Number), string(edition.State))
			}
		}
	}
}

// glance is how long those who only look wait for log and read models.
const glance = time.Second

// glimpse is what can be told now of views and policies.
func glimpse(ctx context.Context, projectors Projectors) ([]Standing, domain.Position) {
	ctx, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	head, err := projectors.Head(ctx)
	if err != nil {
		head = domain.Position{}
	}
	all, _ := projectors.Standings(ctx) // which are there in part where an error is
	return all, head
}

// behind is how many log positions lie between: events of the embedded log,
// bytes of EventStoreDB's.
func behind(head, position domain.Position) uint64 {
	if !head.After(position) {
		return 0
	}
	return head.Commit - position.Commit
}

func (s Standing) behindFor() time.Duration {
	if s.BehindSince.IsZero() {
		return 0
	}
	return time.Since(s.BehindSince)
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
