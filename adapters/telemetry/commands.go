package telemetry

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

// Commands tells of each command that it took place. It is what execution.Observe
// asks for.
type Commands struct {
	logger  *slog.Logger
	seconds *prometheus.HistogramVec
	tracer  trace.Tracer
}

// NewCommands returns Commands that write to a logger, register their histogram
// usher_command_seconds, by name and outcome, and make spans.
func NewCommands(logger *slog.Logger, metrics prometheus.Registerer, spans trace.TracerProvider) (*Commands, error) {
	c := &Commands{
		logger: logger,
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "usher_command_seconds", Help: "How long commands took, those of policies too, by name and by how they ended.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"command", "outcome"}),
		tracer: spans.Tracer("github.com/usher-engine/usher"),
	}
	if err := metrics.Register(c.seconds); err != nil {
		return nil, fmt.Errorf("register the histogram of commands: %w", err)
	}
	return c, nil
}

// Observe implements execution.Observe.
func (c *Commands) Observe(ctx context.Context, began execution.Began) (within context.Context, end func(execution.Ended)) {
	ctx, span := c.tracer.Start(withCorrelation(ctx, began.Correlation), began.Name)
	if span.IsRecording() {
		span.SetAttributes(
			attribute.String("usher.command.id", began.Command.String()), attribute.String("usher.correlation.id", began.Correlation.String()),
			attribute.String("usher.account.id", began.Account.String()), attribute.String("usher.stream", string(began.Stream)),
			attribute.String("usher.by", string(began.By)),
		)
	}
	return ctx, func(ended execution.Ended) {
		outcome := outcomeOf(ended)
		c.seconds.WithLabelValues(began.Name, outcome).Observe(ended.Duration.Seconds())
		if span.IsRecording() {
			span.SetAttributes(attribute.String("usher.outcome", outcome), attribute.Int("usher.attempts", ended.Attempts))
		}
		level := slog.LevelInfo
		if outcome == string(domain.Internal) {
			level = slog.LevelError
			span.SetStatus(codes.Error, outcome)
		}
		span.End()
		c.logger.LogAttrs(ctx, level, "command",
			slog.String("command", began.Name), slog.String("outcome", outcome),
			slog.String("id", began.Command.String()), slog.String("correlation", began.Correlation.String()),
			slog.String("account", began.Account.String()), slog.String("stream", string(began.Stream)), slog.String("by", string(began.By)),
			slog.Int("attempts", ended.Attempts), slog.Duration("duration", ended.Duration))
	}
}

// outcomeOf is how a command ended. That a store was away, or that Usher stops, is no
// fault inside. What came back is told nobody: it may name somebody.
func outcomeOf(ended execution.Ended) string {
	switch {
	case ended.Code != execution.Code(domain.Internal):
	case journal.Full(ended.Err):
		return string(domain.DiskFull)
	case journal.Away(ended.Err):
		return string(domain.Unavailable)
	}
	return string(ended.Code)
}
