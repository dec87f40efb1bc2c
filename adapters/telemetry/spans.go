package telemetry

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Spans makes spans and sends them to where the environment says, as OpenTelemetry
// has it: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.
// OTEL_TRACES_EXPORTER is otlp, console or none; without it spans are sent where
// OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set, and
// nowhere otherwise: unlike an SDK's default, Usher calls nobody unasked. The
// exporters read the rest (headers, certificates, sampling, OTEL_SERVICE_NAME).
//
// What cannot be sent is logged and dropped. stop sends what is still to be sent. An
// unknown exporter or protocol is an error.
func Spans(ctx context.Context, logger *slog.Logger) (spans trace.TracerProvider, stop func(context.Context) error, err error) {
	exporter, err := exporter(ctx)
	if err != nil || exporter == nil {
		return noop.NewTracerProvider(), func(context.Context) error { return nil }, err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { // there is one for the whole process
		logger.WarnContext(ctx, "spans cannot be sent for now", slog.Any("error", err))
	}))
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "usher")), resource.WithFromEnv(), resource.WithTelemetrySDK())
	if err != nil {
		return nil, nil, fmt.Errorf("say who sends spans: %w", err)
	}
	provider := sdktrace.NewTracerProvider(append(ProviderOptions(), sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))...)
	return provider, provider.Shutdown, nil
}

// ProviderOptions returns what a provider of spans needs so that the correlation
// id of commands is the id of their trace.
func ProviderOptions() []sdktrace.TracerProviderOption {
	return []sdktrace.TracerProviderOption{sdktrace.WithIDGenerator(correlated{})}
}

func exporter(ctx context.Context) (sdktrace.SpanExporter, error) {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return nil, nil //nolint:nilnil // because no exporter is what was asked for
	}
	switch kind := os.Getenv("OTEL_TRACES_EXPORTER"); kind {
	case "otlp":
		return otlp(ctx)
	case "console":
		return stdouttrace.New(stdouttrace.WithWriter(os.Stderr))
	case "none":
		return nil, nil //nolint:nilnil // because no exporter is what was asked for
	case "":
		if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != "" {
			return otlp(ctx)
		}
		return nil, nil //nolint:nilnil // because nobody asked for spans
	default:
		return nil, fmt.Errorf("OTEL_TRACES_EXPORTER is %q; Usher knows otlp, console and none", kind)
	}
}

func otlp(ctx context.Context) (sdktrace.SpanExporter, error) {
	protocol := os.Getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
	if protocol == "" {
		protocol = os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL")
	}
	switch protocol {
	case "", "http/protobuf":
		return otlptracehttp.New(ctx)
	case "grpc":
		return otlptracegrpc.New(ctx)
	default:
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL is %q; Usher knows http/protobuf and grpc", protocol)
	}
}

// correlated makes the correlation id, which the events carry, the id of the trace: so
// what a policy does hours later, and on another instance, stands in the trace of
// the request that led to it.
type correlated struct{}

type correlationKey struct{}

func withCorrelation(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, correlationKey{}, id)
}

// NewIDs implements sdktrace.IDGenerator.
func (c correlated) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	id, known := ctx.Value(correlationKey{}).(uuid.UUID)
	if !known || id == uuid.Nil {
		_, _ = rand.Read(id[:]) // which never fails
	}
	return trace.TraceID(id), c.NewSpanID(ctx, trace.TraceID(id))
}

// NewSpanID implements sdktrace.IDGenerator.
func (correlated) NewSpanID(context.Context, trace.TraceID) (id trace.SpanID) {
	_, _ = rand.Read(id[:]) // which never fails
	return id
}
