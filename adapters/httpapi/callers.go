package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// authenticate finds out who bears the request's token: the operator, or
// somebody signed in. What the bearer may do is for the commands to judge.
func (a *api) authenticate(r *http.Request, x *exchange) error {
	token, ok := bearer(r.Header)
	if !ok {
		return domain.Refuse(domain.NotSignedIn, "sign in, and send the token as Authorization: Bearer")
	}
	if a.isOperator(token) {
		x.caller = commands.Operator()
		return nil
	}
	caller, err := a.App.Authenticate(r.Context(), token)
	if err != nil {
		return err
	}
	x.caller, x.token = caller, token
	return nil
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
