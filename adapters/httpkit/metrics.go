package httpkit

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/usher-engine/usher/domain"
)

// Metrics measures requests, and counts what limits refuse.
type Metrics struct {
	requests *prometheus.HistogramVec
	limits   *prometheus.CounterVec
}

// NewMetrics returns figures that the registry has.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "usher_http_request_duration_seconds", Help: "How long requests took, by route and class of status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route", "status"}),
		limits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "usher_limit_reached_total", Help: "How often a limit refused something: a request, or a row of a bulk invitation.",
		}, []string{"limit"}),
	}
	for _, collector := range []prometheus.Collector{m.requests, m.limits} {
		if err := registry.Register(collector); err != nil {
			return nil, fmt.Errorf("register figures: %w", err)
		}
	}
	return m, nil
}

func (m *Metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// Refused counts what a limit has refused; other codes do not count.
func (m *Metrics) Refused(code domain.Code) {
	if code == domain.TooManyAttempts || slices.Contains(LimitCodes(), code) {
		m.limits.WithLabelValues(string(code)).Inc()
	}
}
