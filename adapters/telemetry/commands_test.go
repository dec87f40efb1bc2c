package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/telemetry"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

func invitation(correlation uuid.UUID) execution.Began {
	return execution.Began{
		Name: "person.invite", Command: domain.CommandID(uuid.MustParse("00000000-0000-8000-8000-000000000007")), Correlation: correlation,
		Account: domain.AccountID(uuid.MustParse("00000000-0000-8000-8000-000000000001")), Stream: "person-00000000-0000-8000-8000-000000000002", By: domain.ActorPerson,
	}
}

func TestEachCommandIsOneLineOneObservationAndOneSpan(t *testing.T) {
	var lines bytes.Buffer
	metrics, spans := prometheus.NewPedanticRegistry(), newSpans(t)
	commands, err := telemetry.NewCommands(slog.New(slog.NewJSONHandler(&lines, nil)), metrics, spans.provider)
	require.NoError(t, err)
	correlation := uuid.MustParse("11111111-2222-4333-8444-555555555555")

	_, end := commands.Observe(t.Context(), invitation(correlation))
	end(execution.Ended{Code: execution.OK, Attempts: 2, Duration: 30 * time.Millisecond})

	require.Equal(t, 1, strings.Count(lines.String(), "\n"))
	var line map[string]any
	require.NoError(t, json.Unmarshal(lines.Bytes(), &line))
	delete(line, "time")
	require.Equal(t, map[string]any{
		"level": "INFO", "msg": "command", "command": "person.invite", "outcome": "ok", "attempts": 2.0, "duration": 3e7, "by": "person",
		"id": "00000000-0000-8000-8000-000000000007", "correlation": "11111111-2222-4333-8444-555555555555",
		"account": "00000000-0000-8000-8000-000000000001", "stream": "person-00000000-0000-8000-8000-000000000002",
	}, line)
	require.NoError(t, testutil.GatherAndCompare(metrics, strings.NewReader(`
		# HELP usher_command_seconds How long commands took, those of policies too, by name and by how they ended.
		# TYPE usher_command_seconds histogram
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.001"} 0
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.0025"} 0
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.005"} 0
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.01"} 0
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.025"} 0
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.05"} 1
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.1"} 1
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.25"} 1
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="0.5"} 1
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="1"} 1
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="2.5"} 1
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="10"} 1
		usher_command_seconds_bucket{command="person.invite",outcome="ok",le="+Inf"} 1
		usher_command_seconds_sum{command="person.invite",outcome="ok"} 0.03
		usher_command_seconds_count{command="person.invite",outcome="ok"} 1
	`)))
	require.Len(t, spans.ended(), 1)
	require.Equal(t, "person.invite", spans.ended()[0].Name())
}

func TestWhatFailedInsideIsAnErrorAndARefusalIsNone(t *testing.T) {
	var lines bytes.Buffer
	spans := newSpans(t)
	commands, err := telemetry.NewCommands(slog.New(slog.NewTextHandler(&lines, nil)), prometheus.NewRegistry(), spans.provider)
	require.NoError(t, err)
	for _, code := range []domain.Code{domain.AlreadyInvited, domain.Internal} {
		_, end := commands.Observe(t.Context(), invitation(uuid.New()))
		end(execution.Ended{Code: execution.Code(code), Attempts: 1})
	}
	require.Equal(t, "Unset", spans.ended()[0].Status().Code.String())
	require.Equal(t, "Error", spans.ended()[1].Status().Code.String())
	levels := strings.Split(strings.TrimSpace(lines.String()), "\n")
	require.Contains(t, levels[0], "level=INFO")
	require.Contains(t, levels[1], "level=ERROR")
}

func TestTheCorrelationIsTheTrace(t *testing.T) {
	spans := newSpans(t)
	commands, err := telemetry.NewCommands(slog.New(slog.DiscardHandler), prometheus.NewRegistry(), spans.provider)
	require.NoError(t, err)
	correlation := uuid.New()

	within, endOuter := commands.Observe(t.Context(), invitation(correlation))
	_, endInner := commands.Observe(within, invitation(correlation)) // a command that it needs
	endInner(execution.Ended{Code: execution.OK})
	endOuter(execution.Ended{Code: execution.OK})
	_, endLater := commands.Observe(t.Context(), invitation(correlation)) // a policy, perhaps elsewhere
	endLater(execution.Ended{Code: execution.Nothing})

	inner, outer, later := spans.ended()[0], spans.ended()[1], spans.ended()[2]
	for _, span := range spans.ended() {
		require.Equal(t, correlation, uuid.UUID(span.SpanContext().TraceID()))
	}
	require.Equal(t, outer.SpanContext().SpanID(), inner.Parent().SpanID())
	require.False(t, later.Parent().IsValid())
	require.NotEqual(t, outer.SpanContext().SpanID(), later.SpanContext().SpanID())
}

func TestAStoreThatIsAwayIsNoFaultInside(t *testing.T) {
	var lines bytes.Buffer
	spans := newSpans(t)
	commands, err := telemetry.NewCommands(slog.New(slog.NewTextHandler(&lines, nil)), prometheus.NewRegistry(), spans.provider)
	require.NoError(t, err)
	for _, away := range []error{journal.ErrUnavailable, context.Canceled} {
		_, end := commands.Observe(t.Context(), invitation(uuid.New()))
		end(execution.Ended{Code: execution.Code(domain.Internal), Err: fmt.Errorf("append for canary@mill.example: %w", away)})
	}
	require.Equal(t, 2, strings.Count(lines.String(), "outcome=unavailable"))
	require.NotContains(t, lines.String(), "level=ERROR")
	require.NotContains(t, lines.String(), "canary")
	require.Equal(t, "Unset", spans.ended()[0].Status().Code.String())
}
