package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
)

// serveMetrics serves the figures at an address of their own until ctx ends, where one is
// named. What it returns waits for that.
func (s *serve) serveMetrics(ctx context.Context, figures http.Handler, logger *slog.Logger) (wait func() error, err error) {
	if s.MetricsListen == "" {
		return func() error { return nil }, nil
	}
	listener, err := listenAt(ctx, s.MetricsListen, "--metrics-listen")
	if err != nil {
		return nil, fmt.Errorf("listen for --metrics-listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", figures)
	front := receive(ctx, listener, s.Waits, logger, func(error) {})
	front.open(mux)
	return front.leave, nil
}
