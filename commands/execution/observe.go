package execution

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// Observe is told that a command begins, and by what it returns that the command
// has ended. What is done for the command is done under the context that it
// returns: so can commands be shown that lead to others.
type Observe func(ctx context.Context, began Began) (within context.Context, end func(Ended))

// Began is a command on its way. It says nothing of what is in the command.
type Began struct {
	Name        string // of what is done, such as "invite"; it never changes
	Command     domain.CommandID
	Correlation uuid.UUID
	Account     domain.AccountID
	Stream      domain.StreamName
	By          domain.ActorKind
}

// Ended is what became of a command.
type Ended struct {
	Code     Code
	Err      error         // what came back, which may name somebody; nil for none
	Attempts int           // how often it was decided; 0 where it only came again
	Duration time.Duration // with all waiting
}

// Code says in one word how a command ended: OK, Nothing, or the code of a refusal,
// which is domain.Internal for what is no refusal.
type Code string

const (
	OK      Code = "ok"
	Nothing Code = "nothing" // it is already so
)

func codeOf(err error, events int) Code {
	switch {
	case err != nil:
		return Code(domain.CodeOf(err))
	case events == 0:
		return Nothing
	}
	return OK
}

// NameOf returns the name of a command from its Go type: "account.change_plan" for
// account.ChangePlan.
func NameOf(command any) string {
	var name strings.Builder
	previous := '.'
	for _, r := range fmt.Sprintf("%T", command) {
		if unicode.IsUpper(r) && unicode.IsLower(previous) {
			name.WriteRune('_')
		}
		name.WriteRune(unicode.ToLower(r))
		previous = r
	}
	return name.String()
}
