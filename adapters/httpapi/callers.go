package httpapi

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// authenticate finds out who bears the request's token: the operator, or
// somebody signed in. What the bearer may do is for the commands to judge.
func (a *api) authenticate(r *http.Request, x *httpkit.Exchange) error {
	token, borne := bearer(r.Header)
	if !borne && a.Pages != nil {
		token = a.Cookies.Session(r)
	}
	if token == "" {
		return domain.Refuse(domain.NotSignedIn, "sign in, and send the token as Authorization: Bearer")
	}
	caller, err := a.App.Authenticate(r.Context(), token)
	if borne && domain.CodeOf(err) == domain.NotSignedIn {
		return a.authenticateOperator(r.Context(), x, token, err)
	}
	if domain.CodeOf(err) == domain.HistoryMissing { // who is told which stream that is, as the token was given to them
		x.Caller = caller
	}
	if err != nil {
		return err
	}
	x.Caller, x.Token = caller, token
	return nil
}

// authenticateOperator looks whether a token that is nobody else's is the operator's, where
// not too many were wrong that came from the same network. That of a session that has
// ended is no wrong one.
func (a *api) authenticateOperator(ctx context.Context, x *httpkit.Exchange, token string, otherwise error) error {
	if made, err := a.App.Made(ctx, token); made || err != nil {
		return cmp.Or(err, otherwise)
	}
	if until := a.operatorGuesses.waits(x.Network, a.Now()); !until.IsZero() {
		return domain.Refuse(domain.TooManyAttempts, "too many wrong tokens came from your network address; sign in again, or wait until "+
			until.UTC().Format(time.RFC3339)).From(until)
	}
	if a.isOperator(token) {
		x.Caller = commands.Operator()
		return nil
	}
	a.operatorGuesses.note(x.Network, a.Now())
	return otherwise
}

func bearer(header http.Header) (string, bool) {
	values := header.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, found := strings.Cut(values[0], " ")
	return token, found && strings.EqualFold(scheme, "Bearer") && token != ""
}

// isOperator compares digests, so that its time says nothing of the token.
func (a *api) isOperator(token string) bool {
	given, right := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(a.OperatorToken))
	return subtle.ConstantTimeCompare(given[:], right[:]) == 1
}
