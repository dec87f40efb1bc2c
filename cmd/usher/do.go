package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

type do struct {
	Operation string   `arg:"" optional:"" help:"What to do, such as invite-by-email; without it, all there is to do."`
	Inputs    []string `arg:"" optional:"" name:"input" help:"name=value, once more for each further value of a list; name=@file takes each line of a file, or of standard input where the file is -. Values of objects are JSON, or have names with dots."`
	Server    string   `help:"URL of the running server." default:"http://127.0.0.1:8080"`
	Account   string   `help:"The account's short name; without it, the one signed in to."`
	Token     string   `help:"A session's or API token; better in the environment. Without it, that of usher login, or the operator token in the data folder."`
	Data      string   `help:"The server's data folder, for its operator token." default:"data" type:"path"`
	All       bool     `help:"Follow a list to its end, an item a line." env:"-"`
	Explain   bool     `help:"Say what the operation is and takes, and do nothing." env:"-"`
	JSON      bool     `help:"Write the answer as one line." name:"json" env:"-"`
}

// Help implements kong.HelpProvider.
func (*do) Help() string {
	return "Everything that the API can, from the command line; the operations are those that the server documents at /docs.\n\n" +
		"    usher login acme ann@acme.example\n" +
		"    usher do invite-by-email emails=@colleagues.txt\n" +
		"    usher do employees role=administrator --all\n" +
		"    usher do invite-by-sms --explain\n\n" +
		"A command that the connection broke under is sent again under the same idempotency key, so that nothing happens twice."
}

// Run carries the operation out, or lists all.
func (d *do) Run(ctx context.Context, out *output) error {
	kept, err := keptSession(d.Server)
	if err != nil {
		return err
	}
	api, err := d.connect(out, kept)
	if err != nil {
		return err
	}
	known, err := api.document(ctx)
	if err != nil {
		return err
	}
	if d.Operation == "" {
		return known.list(out.stdout)
	}
	operation, err := known.find(d.Operation)
	if err != nil {
		return err
	}
	if d.Explain {
		return operation.explain(out.stdout)
	}
	request, err := operation.request(d.Inputs, firstNonEmpty(d.Account, kept.Account))
	if err != nil {
		return err
	}
	if d.All {
		return d.follow(ctx, api, request)
	}
	var answer json.RawMessage
	if err := api.ask(ctx, request.method, request.target(""), request.key, request.body, &answer); err != nil {
		return err
	}
	return d.show(out, answer)
}

// connect asks in the name of whom the flags say, or who is signed in, or the
// operator, or else nobody.
func (d *do) connect(out *output, kept session) (*operator, error) {
	token := firstNonEmpty(d.Token, kept.Token)
	if token == "" {
		var err error
		if token, err = (&serverFlags{Data: d.Data}).operatorToken(); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return newClient(out, d.Server, token)
}

func (d *do) show(out *output, answer json.RawMessage) error {
	if len(answer) == 0 {
		return nil
	}
	var shown bytes.Buffer
	if d.JSON {
		if err := json.Compact(&shown, answer); err != nil {
			return err
		}
	} else if err := json.Indent(&shown, answer, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out.stdout, strings.TrimSpace(shown.String()))
	return err
}

// follow writes the items of a list, page after page.
func (d *do) follow(ctx context.Context, api *operator, request apiRequest) error {
	for cursor := ""; ; {
		var page struct {
			Items []json.RawMessage
			Next  string
		}
		if err := api.ask(ctx, request.method, request.target(cursor), "", nil, &page); err != nil {
			return err
		}
		for _, item := range page.Items {
			if _, err := fmt.Fprintln(api.stdout, string(item)); err != nil {
				return err
			}
		}
		if cursor = page.Next; cursor == "" {
			return nil
		}
	}
}

// apiRequest is an operation with its inputs.
type apiRequest struct {
	method, path string
	query        url.Values
	key          string // of idempotency, for commands
	body         any    // nil for none
}

func (r apiRequest) target(cursor string) string {
	query := r.query
	if cursor != "" {
		query = url.Values{}
		for name, values := range r.query {
			query[name] = values
		}
		query.Set("cursor", cursor)
	}
	if len(query) == 0 {
		return r.path
	}
	return r.path + "?" + query.Encode()
}

func isCommand(method string) bool { return method != http.MethodGet }

func firstNonEmpty(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
