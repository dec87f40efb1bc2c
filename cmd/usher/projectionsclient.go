package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// serverFlags is how operators' commands find a running server.
type serverFlags struct {
	Server        string `help:"URL of the running server." default:"http://127.0.0.1:8080"`
	OperatorToken string `help:"The server's operator token; better in the environment. Without it, the one that is kept in the data folder." name:"operator-token"`
	Data          string `help:"The server's data folder, for its operator token." default:"data" type:"path"`
	JSON          bool   `help:"Write what is found, and progress, as JSON, one object a line." name:"json" env:"-"`
}

const (
	// answerWithin is how long one request may take.
	answerWithin = 30 * time.Second
	// patience is how long a server may be away that has answered before.
	patience = 2 * time.Minute
	// askAgain is how often a server that is away is asked.
	askAgain = 500 * time.Millisecond
	// largestAnswer is more than any answer has, in bytes.
	largestAnswer = 16 << 20
)

// operator asks a server in the operator's name.
type operator struct {
	*output
	base, token string
	json        *json.Encoder
	asJSON      bool
	http        http.Client
	met         bool // whether the server has answered
	operates    bool // whether the token is the operator's
}

func (f *serverFlags) connect(out *output) (*operator, error) {
	token, err := f.operatorToken()
	if err != nil {
		return nil, err
	}
	c, err := newClient(out, f.Server, token)
	if err != nil {
		return nil, err
	}
	c.base += "v1/operations/"
	c.json, c.asJSON, c.operates = json.NewEncoder(out.stdout), f.JSON, true
	return c, nil
}

func (f *serverFlags) operatorToken() (string, error) {
	if f.OperatorToken != "" {
		return f.OperatorToken, nil
	}
	file := filepath.Join(f.Data, "operator-token")
	kept, err := os.ReadFile(file) //nolint:gosec // because the operator names the folder
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the operator token is neither in USHER_OPERATOR_TOKEN nor in %s; --data names the server's data folder: %w", file, err)
	}
	if err != nil {
		return "", fmt.Errorf("read the operator token: %w", err)
	}
	return strings.TrimSpace(string(kept)), nil
}

// newClient asks a server in the name of a token's bearer, or of nobody.
func newClient(out *output, server, token string) (*operator, error) {
	parsed, err := url.Parse(server)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return nil, fmt.Errorf("--server is an http or https URL, such as http://127.0.0.1:8080; %q is not", server)
	}
	return &operator{output: out, base: strings.TrimSuffix(server, "/") + "/", token: token, http: http.Client{Timeout: answerWithin}}, nil
}

func (c *operator) encode(value any) error { return c.json.Encode(value) }

func escaped(name string) string { return url.PathEscape(name) }

// refused is a server's no.
type refused struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
		// DidYouMean is what was probably meant, where something was asked back.
		DidYouMean string `json:"did_you_mean"`
	} `json:"errors"`
	operates bool
}

func (r *refused) Error() string {
	if r.operates && (r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden) {
		return "the server does not take this operator token (" + r.Code + "); set USHER_OPERATOR_TOKEN, or --data to the server's data folder"
	}
	text := plain(r.Detail) + " (" + plain(r.Code) + ")"
	for _, fault := range r.Errors {
		text += "\n  " + plain(fault.Location) + ": " + plain(fault.Message)
		if fault.DidYouMean != "" {
			text += "\n  did you mean " + plain(fault.DidYouMean) + "?"
		}
	}
	return text
}

// list is how all views and policies stand.
func (c *operator) list(ctx context.Context) (found standings, err error) {
	return found, c.ask(ctx, http.MethodGet, "projections", "", nil, &found)
}

// command asks for something to be done, once, however often it must be asked.
func (c *operator) command(ctx context.Context, method, path string, body, answer any) error {
	return c.ask(ctx, method, path, secret(), body, answer)
}

func (c *operator) drop(ctx context.Context, one edition) (gone edition, err error) {
	path := "projections/" + escaped(one.View) + "/editions/" + strconv.Itoa(one.Number)
	if one.Version > 0 {
		path += "?version=" + strconv.Itoa(one.Version)
	}
	return gone, c.command(ctx, http.MethodDelete, path, nil, &gone)
}

// ask gets an answer. A server that has answered before is given time to come back.
func (c *operator) ask(ctx context.Context, method, path, key string, body, answer any) error {
	began := time.Now()
	for told := false; ; told = true {
		err := c.once(ctx, method, path, key, body, answer)
		if err == nil {
			c.met = true
			return nil
		}
		problem, isRefusal := errors.AsType[*refused](err)
		away := !isRefusal || problem.Status >= http.StatusBadGateway
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !away:
			return err
		case !c.met && isRefusal && problem.Code != "unexpected":
			return err
		case !c.met:
			return fmt.Errorf("no Usher answers at %s; is it running there, or does --server name another place? %w", c.base, err)
		case time.Since(began) > patience:
			return fmt.Errorf("the server has been away for %s: %w", patience, err)
		case !told:
			fmt.Fprintln(c.stderr, "the server does not answer; waiting for it to come back")
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
		}
	}
}

func (c *operator) once(ctx context.Context, method, path, key string, body, answer any) error {
	response, err := c.send(ctx, method, path, key, "", body)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // because everything was read
	text, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return c.problem(response, text)
	}
	if len(text) == 0 || answer == nil {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return &refused{Status: response.StatusCode, Code: "unexpected", Detail: "the server's answer cannot be read: " + err.Error()}
	}
	return nil
}

// problem is why the server did not do what it was asked.
func (c *operator) problem(response *http.Response, text []byte) *refused {
	problem := &refused{}
	if json.Unmarshal(text, problem) != nil || problem.Code == "" {
		problem = &refused{Code: "unexpected", Detail: fmt.Sprintf("%s answered %s, which no Usher does", c.base, response.Status)}
	}
	problem.Status, problem.operates = response.StatusCode, c.operates
	return problem
}

// send sends a request as it is. The answer's body is to be closed.
func (c *operator) send(ctx context.Context, method, path, key, accept string, body any) (*http.Response, error) {
	var sent bytes.Buffer
	kind := "application/json"
	if file, whole := body.(fileBody); whole {
		kind = "text/csv"
		sent.Write(file)
	} else if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, &sent)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if accept != "" {
		request.Header.Set("Accept", accept)
	}
	return c.http.Do(request)
}
