package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/once"
	"github.com/usher-engine/usher/domain"
)

const (
	maxForm       = 1 << 20 // of pasted lists
	maxPublicForm = 8 << 10
	// commandLasts bounds a command, which goes on when its browser has gone.
	commandLasts = 2 * time.Minute
)

// readForm reads what a form sent. Files are read by whoever takes them.
func (v *visit) readForm() error {
	if v.Method != http.MethodPost || strings.HasPrefix(v.Header.Get("Content-Type"), "multipart/") {
		return nil
	}
	limit := int64(maxForm)
	if !v.isSignedIn() {
		limit = maxPublicForm
	}
	v.Body = http.MaxBytesReader(v.w, v.Body, limit)
	err := v.ParseForm()
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return httpkit.NewProblem(httpkit.BodyTooLarge, "this is too long; send it in parts")
	}
	if err != nil {
		return httpkit.NewProblem(httpkit.MalformedRequest, "the form cannot be read")
	}
	return nil
}

// field is what a field of the form holds.
func (v *visit) field(name string) string { return v.PostForm.Get(name) }

// command carries out what a form asks for, once however often it is sent: the form's
// hidden key names the command. The scope is in whose name the key counts where nobody
// is signed in, such as a link's token.
func (v *visit) command(scope string, run func(ctx context.Context, request commands.Request) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Context()), commandLasts)
	defer cancel()
	request := commands.Request{Command: v.App.NewCommand(), New: true, Caller: v.x.Caller, Account: v.x.Account, Network: v.x.Network}
	if key := v.field(views.KeyField); key != "" {
		sent := once.Request{Account: v.x.Account, Scope: v.x.Caller.Person.String(), Key: key, Digest: v.digest(key), Command: request.Command, Public: !v.isSignedIn()}
		if !v.isSignedIn() {
			var err error
			if sent.Scope, err = v.App.Pseudonym(ctx, "page "+v.URL.Path+" "+scope); err != nil {
				return err
			}
			sent.Account = domain.AccountID{}
		}
		try, err := v.once.Begin(ctx, sent)
		if err != nil {
			return err
		}
		request.New, request.Command = try.Command == request.Command, try.Command
		err = run(ctx, request)
		if refused := domain.CodeOf(err); refused != "" && sent.Public {
			return errors.Join(err, try.Finish(ctx, once.Answer{Refused: refused}))
		}
		return err
	}
	return run(ctx, request)
}

// digest is what makes this form that form and no other.
func (v *visit) digest(key string) [32]byte {
	digest := once.Digest(key)
	_, _ = io.WriteString(digest, v.URL.Path+"\n"+v.PostForm.Encode()) // a hash takes everything
	return [32]byte(digest.Sum(nil))
}

// faults are what is wrong with a form, where the error says that; the error otherwise.
func (v *visit) faults(err error) (views.Faults, error) {
	if err == nil {
		return nil, nil
	}
	problem := httpkit.ProblemOf(err, "body").Towards(v.x)
	switch problem.Status {
	case http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusForbidden, http.StatusUnauthorized, http.StatusServiceUnavailable, http.StatusRequestEntityTooLarge:
	default:
		return nil, err
	}
	if problem.Code == domain.NotSignedIn || problem.Code == domain.IdempotencyKeyReused {
		return nil, err
	}
	v.x.Note(problem)
	var faults views.Faults
	for _, fault := range problem.Errors {
		faults = append(faults, views.Fault{
			Field: strings.TrimPrefix(fault.Location, "body."), Code: fault.Code, Text: v.t.Refusal(fault.Code, fault.Message), DidYouMean: fault.DidYouMean,
		})
	}
	if len(faults) == 0 {
		faults = views.Faults{{Code: problem.Code, Text: v.words(problem)}}
	}
	return faults, nil
}

// aboutField is an error about a field under the name that the form has for it.
func aboutField(err error, field, name string) error {
	if refusal, ok := errors.AsType[*domain.Refusal](err); ok && refusal.Field == field {
		return refusal.In(name)
	}
	return err
}

// next is where a form leads when it is done: to a page of our own that it names, or else
// to another.
func (v *visit) next(otherwise string) string {
	return ourPath(v.FormValue("next"), otherwise)
}

// ourPath is a path that a request names, where it is one of the account's pages.
func ourPath(given, otherwise string) string {
	to, err := url.Parse(given)
	if err != nil || to.Scheme != "" || to.Host != "" || to.User != nil || !strings.HasPrefix(to.Path, "/at/") || strings.Contains(to.Path, "\\") || strings.Contains(to.Path, "//") {
		return otherwise
	}
	return (&url.URL{Path: to.Path, RawQuery: to.RawQuery}).String()
}
