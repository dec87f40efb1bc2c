package httpapi

import (
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics measures requests, and reports how far the views have come.
type metrics struct {
	requests   *prometheus.HistogramVec
	projectors Projectors

	position, behind, seconds, stalled, stopped *prometheus.Desc
}

func newMetrics(registry prometheus.Registerer, projectors Projectors) (*metrics, error) {
	m := &metrics{
		projectors: projectors,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "usher_http_request_duration_seconds", Help: "How long requests took, by route and class of status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route", "status"}),
		position: ofView("position", "How far a view has come in the log."),
		behind:   ofView("behind", "How many log positions a view is behind the log: events of the embedded log, bytes of EventStoreDB's."),
		seconds:  ofView("behind_seconds", "For how long a view has not reached what was the end of the log; 0 where it reflects all."),
		stalled:  ofView("stalled", "Whether a view does not move although it is behind the log."),
		stopped:  ofView("stopped", "Whether a view stands still at an event that it cannot apply."),
	}
	for _, collector := range []prometheus.Collector{m.requests, m} {
		if err := registry.Register(collector); err != nil {
			return nil, fmt.Errorf("register figures: %w", err)
		}
	}
	return m, nil
}

func ofView(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("usher_view_"+name, help, []string{"view"}, nil)
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(descriptions chan<- *prometheus.Desc) {
	for _, one := range []*prometheus.Desc{m.position, m.behind, m.seconds, m.stalled, m.stopped} {
		descriptions <- one
	}
}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(values chan<- prometheus.Metric) {
	for _, view := range m.projectors.Standings() {
		for what, value := range map[*prometheus.Desc]float64{
			m.position: float64(view.Position.Commit),
			m.behind:   float64(view.Behind),
			m.seconds:  view.BehindFor.Seconds(),
			m.stalled:  oneIf(view.Stalled),
			m.stopped:  oneIf(view.Stopped != ""),
		} {
			values <- prometheus.MustNewConstMetric(what, prometheus.GaugeValue, value, view.View)
		}
	}
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
