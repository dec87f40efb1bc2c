package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
)

type do struct {
	Operation     string   `arg:"" optional:"" help:"What to do, such as invite-by-email; without it, all there is to do."`
	Inputs        []string `arg:"" optional:"" name:"input" help:"name=value, once more for each further value of a list, and name= for an empty one; name=@file takes each line of a file, or of standard input where the file is -, and name=@@x is the text @x. --name says that something is true, --no-name that it is not. Values of objects are JSON, or have names with dots."`
	Server        string   `help:"URL of the running server; without it, the one of usher login, or else ${default_server}."`
	Account       string   `help:"The account's short name; without it, the one signed in to."`
	Token         string   `help:"A session's or API token; better in the environment. Without it, the operator's, where --operator-token or --data says so, or that of usher login, or the operator token in the folder data."`
	OperatorToken string   `help:"The server's operator token; better in the environment." name:"operator-token"`
	Data          string   `help:"The server's data folder, for its operator token." type:"path"`
	File          string   `help:"A file that is sent whole: the CSV of import-people, or the pasted text of an invitation; - is standard input." env:"-" placeholder:"NAME"`
	All           bool     `help:"Follow a list to its end; where it does not go to a terminal, an item a line." env:"-"`
	Explain       bool     `help:"Say what the operation is and takes, and do nothing; as --help behind an operation." env:"-"`
	JSON          bool     `help:"Write the answer as one line of JSON." name:"json" env:"-" xor:"form"`
	Columns       []string `help:"Show these columns of a list alone." env:"-"`
	CSV           bool     `help:"Write a list as CSV, from its beginning to its end, as spreadsheets read it." name:"csv" env:"-" xor:"form"`
}

// Help implements kong.HelpProvider.
func (*do) Help() string {
	return "Everything that the API can, from the command line; the operations are those that the server documents at /docs.\n\n" +
		"    usher login acme ann@acme.example\n" +
		"    usher do invite-by-email emails=@colleagues.txt\n" +
		"    usher do import-people use=invite --dry-run --file people.csv\n" +
		"    usher do employees role=administrator --all\n" +
		"    usher do change-inviting --everyone-may-invite\n" +
		"    usher do invite-by-sms --help\n\n" +
		"At a terminal, answers are tables; elsewhere they are JSON. " +
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
	if err != nil && (d.Explain || d.Operation == "") { // which needs no server
		known, err = ownDocument()
	}
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
		width, _ := terminal(out.stdout)
		return operation.explain(out.stdout, width)
	}
	request, err := operation.request(d.Inputs, firstNonEmpty(d.Account, kept.Account))
	if err != nil {
		return err
	}
	if request, err = d.withFile(request, operation); err != nil {
		return err
	}
	return d.ask(ctx, api, request)
}

func (d *do) ask(ctx context.Context, api *operator, request apiRequest) error {
	if d.CSV {
		return d.writeCSV(ctx, api, request)
	}
	if d.All {
		return d.follow(ctx, api, request)
	}
	var answer json.RawMessage
	if err := api.ask(ctx, request.method, request.target(""), request.key, request.body, &answer); err != nil {
		return err
	}
	return d.conclude(ctx, api, request, answer)
}

// connect asks in the name of whom the flags say, or who is signed in, or the
// operator, or else nobody.
func (d *do) connect(out *output, kept session) (*operator, error) {
	token, err := d.token(kept)
	if err != nil {
		return nil, err
	}
	return newClient(out, firstNonEmpty(d.Server, kept.Server, defaultServer), token)
}

func (d *do) token(kept session) (string, error) {
	if d.Token != "" {
		return d.Token, nil
	}
	if d.OperatorToken != "" || d.Data != "" {
		return (&serverFlags{OperatorToken: d.OperatorToken, Data: d.Data}).operatorToken()
	}
	if kept.Token != "" {
		return kept.Token, nil
	}
	token, err := (&serverFlags{Data: "data"}).operatorToken()
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return token, err
}

func firstNonEmpty(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
