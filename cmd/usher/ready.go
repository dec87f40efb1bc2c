package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

type ready struct {
	Server string `help:"URL of the running server." default:"http://127.0.0.1:8080"`
	Alive  bool   `help:"Ask only whether it answers at all: where it does not, it is to be started again." env:"-"`
}

// Help implements kong.HelpProvider.
func (*ready) Help() string {
	return "It says nothing where the server is ready, and fails, with what the server says, where it is not: for scripts and for the health checks of containers."
}

// readyPatience is how long a server may take that is about to answer: what a
// store that hangs makes it wait, and some more.
const readyPatience = 5 * time.Second

// Run asks the server.
func (r *ready) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	path := "/readyz"
	if r.Alive {
		path = "/healthz"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(r.Server, "/")+path, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("no server answers: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // because it was only read
	if response.StatusCode == http.StatusOK {
		return nil
	}
	said, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err != nil {
		return err
	}
	return fmt.Errorf("the server is not ready (%s): %s", response.Status, strings.TrimSpace(string(said)))
}
