package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"github.com/usher-engine/usher/adapters/osfiles"
)

// session is who is signed in on this computer, at one server.
type session struct {
	Server  string `json:"server"`
	Account string `json:"account"`
	Token   string `json:"token"`
	Device  string `json:"device"` // by which the server knows this computer again
}

func sessionFile() (string, error) {
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("where sessions are kept: %w", err)
	}
	return filepath.Join(folder, "usher", "session.json"), nil
}

// defaultServer is where a server listens unless it is told otherwise.
const defaultServer = "http://127.0.0.1:8080"

// keptSession is empty where nobody is signed in at the server, or anywhere if none is
// named.
func keptSession(server string) (kept session, err error) {
	file, err := sessionFile()
	if err != nil {
		return session{}, nil //nolint:nilerr // because without a home nobody can have signed in
	}
	text, err := os.ReadFile(file) //nolint:gosec // because it is the user's own
	if errors.Is(err, fs.ErrNotExist) {
		return session{}, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err != nil {
		return session{}, fmt.Errorf("read who is signed in from %s: %w; usher logout forgets it", file, err)
	}
	if server != "" && kept.Server != server {
		return session{}, nil
	}
	return kept, nil
}

type login struct {
	Account string `arg:"" help:"The account's short name."`
	Login   string `arg:"" help:"E-mail address or phone number."`
	Server  string `help:"URL of the running server, which usher do then asks." default:"${default_server}"`
}

// Help implements kong.HelpProvider.
func (*login) Help() string {
	return "The password is asked for, or read from standard input where that is no terminal. " +
		"The session is kept in the user's configuration folder, readable by the user alone, for usher do."
}

// Run signs in.
func (l *login) Run(ctx context.Context, out *output) error {
	password, err := askPassword(out)
	if err != nil {
		return err
	}
	client, err := newClient(out, l.Server, "")
	if err != nil {
		return err
	}
	before, _ := keptSession(l.Server) // which is written anew where it cannot be read
	var in struct {
		Token, Device      string
		MustChangePassword bool `json:"must_change_password"`
	}
	err = client.ask(ctx, http.MethodPost, sessionsOf(l.Account), "", map[string]string{"login": l.Login, "password": password, "device": before.Device}, &in)
	if err != nil {
		return err
	}
	if err := keepSession(session{Server: l.Server, Account: l.Account, Token: in.Token, Device: in.Device}); err != nil {
		return err
	}
	fmt.Fprintln(out.stdout, "signed in to", l.Account)
	if in.MustChangePassword {
		fmt.Fprintln(out.stdout, "choose a password of your own first: usher do change-password current=@old.txt new=@new.txt")
	}
	return nil
}

func sessionsOf(account string) string { return "v1/accounts/" + url.PathEscape(account) + "/sessions" }

func askPassword(out *output) (string, error) {
	input := int(os.Stdin.Fd())
	if term.IsTerminal(input) {
		fmt.Fprint(out.stderr, "Password: ")
		typed, err := term.ReadPassword(input)
		fmt.Fprintln(out.stderr)
		return string(typed), err
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if line == "" && err != nil {
		return "", fmt.Errorf("read the password from standard input: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func keepSession(kept session) error {
	file, err := sessionFile()
	if err == nil {
		err = osfiles.MakeFolder(filepath.Dir(file))
	}
	if err != nil {
		return err
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	_ = os.Remove(file) // so that it is made anew, readable by the user alone
	return os.WriteFile(file, text, 0o600)
}

type logout struct {
	Server string `help:"URL of the running server; without it, the one of usher login."`
}

// Run ends the session and forgets it.
func (l *logout) Run(ctx context.Context, out *output) error {
	kept, err := keptSession(l.Server)
	if err == nil && kept.Token != "" {
		var client *operator
		if client, err = newClient(out, kept.Server, kept.Token); err == nil {
			err = client.ask(ctx, http.MethodDelete, sessionsOf(kept.Account)+"/current", "", nil, nil)
		}
	}
	file, where := sessionFile()
	if where == nil {
		if gone := os.Remove(file); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}
