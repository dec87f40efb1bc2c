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

	position, behind, stopped *prometheus.Desc
}

func newMetrics(registry prometheus.Registerer, projectors Projectors) (*metrics, error) {
	m := &metrics{
		projectors: projectors,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "usher_http_request_duration_seconds", Help: "How long requests took, by route and class of status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route", "status"}),
		position: prometheus.NewDesc("usher_view_position", "How far a view has come in the log.", []string{"view"}, nil),
		behind:   prometheus.NewDesc("usher_view_behind", "How far a view is behind the log.", []string{"view"}, nil),
		stopped:  prometheus.NewDesc("usher_view_stopped", "Whether a view stands still at an event that it cannot apply.", []string{"view"}, nil),
	}
	for _, collector := range []prometheus.Collector{m.requests, m} {
		if err := registry.Register(collector); err != nil {
			return nil, fmt.Errorf("register figures: %w", err)
		}
	}
	return m, nil
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- m.position
	descriptions <- m.behind
	descriptions <- m.stopped
}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(values chan<- prometheus.Metric) {
	for _, view := range m.projectors.Standings() {
		stopped := 0.0
		if view.Stopped != "" {
			stopped = 1
		}
		values <- prometheus.MustNewConstMetric(m.position, prometheus.GaugeValue, float64(view.Position.Commit), view.View)
		values <- prometheus.MustNewConstMetric(m.behind, prometheus.GaugeValue, float64(view.Behind), view.View)
		values <- prometheus.MustNewConstMetric(m.stopped, prometheus.GaugeValue, stopped, view.View)
	}
}
