package telemetry_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/usher-engine/usher/adapters/telemetry"
)

// recorded is a provider like that of Spans, whose spans stay here.
type recorded struct {
	provider *sdktrace.TracerProvider
	recorder *tracetest.SpanRecorder
}

func newSpans(t *testing.T) recorded {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(append(telemetry.ProviderOptions(), sdktrace.WithSpanProcessor(recorder))...)
	t.Cleanup(func() { require.NoError(t, provider.Shutdown(context.Background())) })
	return recorded{provider: provider, recorder: recorder}
}

func (r recorded) ended() []sdktrace.ReadOnlySpan { return r.recorder.Ended() }

func TestNobodyIsSentSpansUnasked(t *testing.T) {
	for name, environment := range map[string]map[string]string{
		"by nothing":                   {},
		"by none":                      {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
		"where all of it is off":       {"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"},
		"by the endpoint of logs only": {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			for key, value := range environment {
				t.Setenv(key, value)
			}
			spans, stop, err := telemetry.Spans(t.Context(), slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			_, span := spans.Tracer("test").Start(t.Context(), "anything")
			require.False(t, span.IsRecording())
			require.NoError(t, stop(t.Context()))
		})
	}
}

func TestSpansGoWhereTheEnvironmentSays(t *testing.T) {
	got := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got <- r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization")
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20abc")

	spans, stop, err := telemetry.Spans(t.Context(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	_, span := spans.Tracer("test").Start(t.Context(), "a command")
	span.End()
	require.NoError(t, stop(t.Context()))
	require.Equal(t, "POST /v1/traces Basic abc", <-got)
}

func TestAnUnknownExporterOrProtocolIsRefused(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "zipkin")
	_, _, err := telemetry.Spans(t.Context(), slog.New(slog.DiscardHandler))
	require.EqualError(t, err, `OTEL_TRACES_EXPORTER is "zipkin"; Usher knows otlp, console and none`)
	t.Setenv("OTEL_TRACES_EXPORTER", "otlp")
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
	_, _, err = telemetry.Spans(t.Context(), slog.New(slog.DiscardHandler))
	require.EqualError(t, err, `OTEL_EXPORTER_OTLP_PROTOCOL is "http/json"; Usher knows http/protobuf and grpc`)
}
