package builds

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	// patience is how long a server is waited for.
	patience       = time.Minute
	requestTimeout = time.Minute
	pollEvery      = 5 * time.Millisecond
	// lastWords is how much of a server's log is shown when something went wrong.
	lastWords = 4 << 10
)

// Server is a build that serves a fresh data folder.
type Server struct {
	URL           string
	OperatorToken string

	folder  string
	process *exec.Cmd
	exited  chan struct{} // closed when the process has ended
}

// Serve starts a build with a fresh data folder below folder, and returns when it
// is ready. Its log goes to a file, as it would on a server.
func (b Build) Serve(ctx context.Context, folder string) (*Server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	if folder, err = os.MkdirTemp(folder, "data-"); err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + address, OperatorToken: rand.Text(), folder: folder, exited: make(chan struct{})}
	log, err := os.Create(s.logFile())
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	defer log.Close()                                                                                                      //nolint:errcheck // because the process has a copy of its own
	s.process = exec.CommandContext(ctx, b.Program, "serve", "--data", filepath.Join(folder, "data"), "--listen", address) //nolint:gosec // because running a build is what this is for
	s.process.Env = append(without(os.Environ(), "USHER_"), "USHER_OPERATOR_TOKEN="+s.OperatorToken)
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	go func() {
		_ = s.process.Wait() // it is killed, or its log says why it ended
		close(s.exited)
	}()
	if err := s.waitReady(ctx); err != nil {
		return nil, errors.Join(s.Explain(err), s.Stop())
	}
	return s, nil
}

// Stop kills the server and removes its data.
func (s *Server) Stop() error {
	_ = s.process.Process.Kill() // which fails only where it has ended
	<-s.exited
	return os.RemoveAll(s.folder)
}

// Explain adds what the server said last to an error.
func (s *Server) Explain(err error) error {
	log, _ := os.ReadFile(s.logFile()) // there may be none; the error tells enough
	if len(log) > lastWords {
		log = log[len(log)-lastWords:]
		log = log[bytes.IndexByte(log, '\n')+1:]
	}
	return fmt.Errorf("%w\nthe end of the server's log:\n%s", err, log)
}

func (s *Server) logFile() string { return filepath.Join(s.folder, "log") }

func (s *Server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("the server was not ready in time"))
	defer cancel()
	client := &http.Client{}
	defer client.CloseIdleConnections()
	return s.poll(ctx, func() bool {
		return s.Call(ctx, client, Request{Method: http.MethodGet, Path: "/readyz", Status: http.StatusOK}, nil) == nil
	})
}

// WaitCaughtUp returns when all views and policies have seen all events.
func (s *Server) WaitCaughtUp(ctx context.Context, client *http.Client) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("views and policies did not catch up in time"))
	defer cancel()
	var failed error
	err := s.poll(ctx, func() bool {
		var ready struct{ Views, Policies []struct{ Behind int } }
		failed = s.Call(ctx, client, Request{Method: http.MethodGet, Path: "/readyz", Status: http.StatusOK}, &ready)
		behind := 0
		for _, follower := range append(ready.Views, ready.Policies...) {
			behind += follower.Behind
		}
		return failed != nil || behind == 0
	})
	return errors.Join(err, failed)
}

// poll asks until the answer is yes, the server ends or ctx does.
func (s *Server) poll(ctx context.Context, ask func() bool) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !ask() {
		select {
		case <-tick.C:
		case <-s.exited:
			return errors.New("the server ended")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Request is one call of the API, and how it is to be answered.
type Request struct {
	Method, Path, Token string
	Body                any
	Status              int
}

// Call sends a request and decodes its answer, unless answer is nil. Another
// status than the one asked for is an error that says what the server said.
func (s *Server) Call(ctx context.Context, client *http.Client, r Request, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var body io.Reader
	if r.Body != nil {
		encoded, err := json.Marshal(r.Body)
		if err != nil {
			return err
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, s.URL+r.Path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if r.Token != "" {
		request.Header.Set("Authorization", "Bearer "+r.Token)
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	said, err := io.ReadAll(response.Body)
	err = errors.Join(err, response.Body.Close())
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.Method, r.Path, err)
	}
	if response.StatusCode != r.Status {
		return fmt.Errorf("%s %s: %s: %s", r.Method, r.Path, response.Status, said)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(said, answer); err != nil {
		return fmt.Errorf("%s %s: %w: %s", r.Method, r.Path, err, said)
	}
	return nil
}

// freeAddress is one that nobody listens on now.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// without drops what would change how a build runs.
func without(environment []string, prefix string) []string {
	var kept []string
	for _, variable := range environment {
		if !strings.HasPrefix(variable, prefix) {
			kept = append(kept, variable)
		}
	}
	return kept
}
