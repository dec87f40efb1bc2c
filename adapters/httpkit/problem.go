package httpkit

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
)

// Problem is every answer that is not a success (RFC 9457).
type Problem struct {
	Type     string       `json:"type" doc:"Names the kind of problem, as code does." example:"urn:usher:problem:invalid_request"`
	Title    string       `json:"title" doc:"The code in words." example:"Invalid request"`
	Status   int          `json:"status" doc:"The HTTP status." example:"422"`
	Code     domain.Code  `json:"code" doc:"Why; stable, for programs." example:"invalid_request"`
	Detail   string       `json:"detail" doc:"Why and what to do; for people, and not stable."`
	Errors   []Fault      `json:"errors,omitempty" doc:"What is wrong with which input, where that is known."`
	ClearsAt *time.Time   `json:"clears_at,omitempty" doc:"Of a limit that is reached: when it allows more."`
	Offer    domain.Offer `json:"offer,omitempty" enum:"ask,proof" doc:"Of a dead link: what its holder can ask for, by POST to the link's path with this word behind it; absent where nothing."`
	Lag      *Lag         `json:"lag,omitempty" doc:"Of not_yet: how far behind what was asked for the answer would be."`

	cause error // logged, never shown
	again bool  // whether it was answered before, to the same idempotency key
}

// Fault is what is wrong with one input.
type Fault struct {
	Location string      `json:"location" doc:"Which input: its place in the body, or the name of a parameter." example:"body.email"`
	Code     domain.Code `json:"code" doc:"Why; stable, for programs." example:"invalid_email"`
	Message  string      `json:"message" doc:"Why and what to do; for people, and not stable."`
	// DidYouMean holds what people typed, and so is not kept.
	DidYouMean string `json:"did_you_mean,omitempty" doc:"What was probably meant, where that is known." example:"ben@mill.example"`
}

// Lag is how far something is behind what was asked for.
type Lag struct {
	Of        string `json:"of" doc:"The view, or the policy whose messages are missing." example:"employees"`
	Reflected string `json:"reflected" doc:"How much of the log it reflects." example:"40"`
	Asked     string `json:"asked" doc:"What it was to reflect." example:"42"`
	Behind    uint64 `json:"behind" doc:"Log positions: events of the embedded log, bytes of EventStoreDB's." example:"2"`
}

func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// GetStatus returns the HTTP status; like ContentType and GetHeaders, it is what
// HTTP frameworks ask errors for.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders returns when to try again, or how to sign in.
func (p *Problem) GetHeaders() http.Header {
	header := http.Header{}
	switch p.Status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		header.Set("Retry-After", "1")
	}
	if p.Code == domain.DiskFull {
		header.Set("Retry-After", "30") // somebody has to make space
	}
	if p.ClearsAt != nil {
		header.Set("Retry-After", p.ClearsAt.UTC().Add(time.Second-1).Format(http.TimeFormat)) // to the second, which it must not come before
	}
	if p.again {
		header.Set("Idempotency-Replayed", "true")
	}
	return header
}

// NewProblem returns the problem of a code, with why and what to do in this case.
func NewProblem(code domain.Code, detail string, faults ...Fault) *Problem {
	status, _ := StatusOf(code)
	title := strings.ReplaceAll(string(code), "_", " ")
	return &Problem{
		Type: "urn:usher:problem:" + string(code), Title: strings.ToUpper(title[:1]) + title[1:], Status: status,
		Code: code, Detail: detail, Errors: faults,
	}
}

// InternalProblem returns the problem of a fault of Usher's own, which it says
// nothing of: that is for the log.
func InternalProblem(cause error) *Problem {
	return NewProblem(domain.Internal, "something went wrong in Usher; whoever runs it finds more under the request's id").Because(cause)
}

// LagOf returns how far something is behind what was asked for.
func LagOf(name string, reflected, asked domain.Position) *Lag {
	return &Lag{Of: name, Reflected: reflected.String(), Asked: asked.String(), Behind: questions.Behind(asked, reflected)}
}

// DidYouMean returns what was probably meant by the input that is wrong; empty where
// that is not known.
func (p *Problem) DidYouMean() string {
	for _, fault := range p.Errors {
		if fault.DidYouMean != "" {
			return fault.DidYouMean
		}
	}
	return ""
}

// Because keeps for the log what is behind a problem; nil changes nothing.
func (p *Problem) Because(cause error) *Problem {
	if cause != nil {
		p.cause = cause
	}
	return p
}

// Cause returns what the log says of a problem, and its answer does not.
func (p *Problem) Cause() error { return p.cause }

// Again says that this was answered before, to the same idempotency key.
func (p *Problem) Again() *Problem {
	p.again = true
	return p
}

// Towards returns the problem as whoever asks may know it: what was done to a stream is no
// business of somebody who is not signed in, such as the holder of a link.
func (p *Problem) Towards(x *Exchange) *Problem {
	if p.Code == domain.HistoryMissing && x.Caller.Kind == "" {
		return NewProblem(domain.Unavailable, "Usher cannot do this at the moment; try again, with the same Idempotency-Key").Because(p)
	}
	return p
}

// WriteProblem answers with a problem, which the request's line then names.
func WriteProblem(w http.ResponseWriter, x *Exchange, problem *Problem) {
	x.Note(problem)
	text, err := json.Marshal(problem, json.Deterministic(true))
	if err != nil {
		text = []byte("{}")
	}
	for name, values := range problem.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problem.ContentType(""))
	w.WriteHeader(problem.Status)
	_, _ = w.Write(text)
}

// ProblemOf returns how an error is answered. Whatever is not a refusal is internal,
// and says nothing of itself. Refusals that name a field are of the body, or of
// whatever else where says.
func ProblemOf(err error, where string) *Problem {
	if problem, ok := errors.AsType[*Problem](err); ok {
		return problem
	}
	if lag, ok := errors.AsType[*questions.Lag](err); ok {
		problem := NewProblem(domain.NotYet, lag.Message())
		problem.Lag = LagOf(lag.Of, lag.Reflected, lag.Asked)
		return problem.Because(lag.Cause)
	}
	if refusals, all := refusalsIn(err); all && len(refusals) > 0 {
		return problemOfRefusals(refusals, where)
	}
	if journal.Full(err) {
		return NewProblem(domain.DiskFull, "Usher has no space to write this; try again once there is, with the same Idempotency-Key").Because(err)
	}
	if journal.Away(err) {
		problem := NewProblem(domain.Unavailable, "Usher cannot do this at the moment; try again, with the same Idempotency-Key")
		if errors.Is(err, context.Canceled) { // which is a client that went
			return problem
		}
		return problem.Because(err)
	}
	return InternalProblem(err)
}

func problemOfRefusals(refusals []*domain.Refusal, where string) *Problem {
	var faults []Fault
	code, detail := refusals[0].Code, refusals[0].Message
	for _, refusal := range refusals {
		if refusal.Field != "" {
			faults = append(faults, Fault{Location: where + "." + refusal.Field, Code: refusal.Code, Message: refusal.Message, DidYouMean: refusal.DidYouMean})
		}
	}
	if len(refusals) > 1 {
		code, detail = domain.InvalidRequest, "several inputs are wrong; see errors"
	}
	problem := NewProblem(code, detail, faults...)
	if len(refusals) == 1 {
		problem.Offer = refusals[0].Offer
		if until := refusals[0].Until.UTC(); !until.IsZero() {
			problem.ClearsAt = &until
		}
	}
	return problem
}

// refusalsIn is the refusals that an error is made of; false where something
// else is among them.
func refusalsIn(err error) ([]*domain.Refusal, bool) {
	switch e := err.(type) { //nolint:errorlint // because the tree is walked here
	case nil:
		return nil, true
	case *domain.Refusal:
		return []*domain.Refusal{e}, true
	case interface{ Unwrap() []error }:
		var refusals []*domain.Refusal
		for _, joined := range e.Unwrap() {
			some, all := refusalsIn(joined)
			if !all {
				return nil, false
			}
			refusals = append(refusals, some...)
		}
		return refusals, len(refusals) > 0
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return refusalsIn(inner)
		}
	}
	return nil, false
}
