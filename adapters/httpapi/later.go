package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
)

const (
	// longestWait is how long a client can have its answer waited for.
	longestWait = time.Minute
	// askedAgain is how often it is looked meanwhile.
	askedAgain = 100 * time.Millisecond
)

// accepted is an answer that may have to say that the rest is done by and by: 202.
type accepted interface{ goesOn() bool }

// bulkAnswer is a bulk command's success.
type bulkAnswer[B any] struct {
	Status   int
	Replayed string `header:"Idempotency-Replayed" doc:"\"true\" where this answer was given before, to the same request with the same key."`
	Applied  string `header:"Preference-Applied" doc:"wait=N, where that was asked for and there was something to wait for."`
	Body     B
}

func bulkAnswerOf[B any](x *httpkit.Exchange, given *answer[B]) *bulkAnswer[B] {
	return &bulkAnswer[B]{Status: statusOf(given.Body), Replayed: given.Replayed, Applied: x.Applied, Body: given.Body}
}

// statusOf is the status of a success.
func statusOf(body any) int {
	if later, is := body.(accepted); is && later.goesOn() {
		return http.StatusAccepted
	}
	return http.StatusOK
}

func preferParameter() *huma.Param {
	return &huma.Param{
		Name: "Prefer", In: "header", Schema: &huma.Schema{Type: huma.TypeString}, Example: "wait=30",
		Description: "wait=N: where the request goes on by itself, wait up to N seconds, 60 at most, for what becomes of all rows (RFC 7240).",
	}
}

// preferredWait is how many seconds a client wants its answer to be waited for; 0 where it
// says nothing that can be understood, which is passed over.
func preferredWait(header http.Header) int {
	for _, value := range header.Values("Prefer") {
		for preference := range strings.SplitSeq(value, ",") {
			preference, _, _ = strings.Cut(preference, ";")
			name, text, _ := strings.Cut(preference, "=")
			if !strings.EqualFold(strings.TrimSpace(name), "wait") {
				continue
			}
			seconds, err := strconv.Atoi(strings.Trim(strings.TrimSpace(text), `"`))
			if err != nil || seconds < 0 {
				return 0
			}
			return min(seconds, int(longestWait/time.Second))
		}
	}
	return 0
}

// finished waits for what becomes of an invitation that goes on by itself, as long as the
// client prefers to, and gives what it has where that takes longer. It is nobody's turn
// meanwhile.
func (a *api) finished(ctx context.Context, request commands.Request, begun commands.Invited, contacts []string) (commands.Invited, error) {
	x := httpkit.ExchangeOf(ctx)
	if !begun.GoesOn {
		return begun, nil
	}
	seconds := preferredWait(x.Request.Header)
	if seconds == 0 {
		return begun, nil
	}
	x.Applied = fmt.Sprintf("wait=%d", seconds)
	if x.Rest != nil {
		x.Rest()
	}
	leaving, end := httpkit.UntilLeaving(x.Request.Context())
	defer end()
	waiting, cancel := context.WithTimeout(leaving, time.Duration(seconds)*time.Second)
	defer cancel()
	tick := time.NewTicker(askedAgain)
	defer tick.Stop()
	for {
		done, all, err := a.App.Finished(ctx, request, begun, contacts)
		if err != nil { // which says nothing of the batch, which is under way
			return begun, nil
		}
		if all {
			return done, nil
		}
		select {
		case <-tick.C:
		case <-waiting.Done():
			return begun, nil
		}
	}
}
