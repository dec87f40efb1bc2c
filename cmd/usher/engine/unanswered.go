package engine

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/usher-engine/usher/commands"
)

// alarm tells operators of SMS that go unanswered abroad. It is their decision
// what to do: some companies invite fifty colleagues at once.
type alarm struct {
	*prometheus.CounterVec
	logger *slog.Logger
}

func newAlarm(logger *slog.Logger) alarm {
	return alarm{
		prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "usher_sms_unanswered_total", Help: "How often 50 more SMS to a country abroad were found unanswered: fewer than a fifth of those invited came.",
		}, []string{"country"}), logger,
	}
}

func (a alarm) raise(ctx context.Context, u commands.Unanswered) {
	a.WithLabelValues(u.Country).Inc()
	a.logger.WarnContext(ctx, "SMS abroad go unanswered",
		slog.Any("account", u.Account), slog.String("country", u.Country), slog.Int("sent", u.Sent), slog.Int("came", u.Answered))
}
