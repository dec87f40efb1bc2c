package httpapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Codes of what can be wrong with a request before it means anything.
const (
	malformedRequest     domain.Code = "malformed_request"
	methodNotAllowed     domain.Code = "method_not_allowed"
	requestTimeout       domain.Code = "request_timeout"
	bodyTooLarge         domain.Code = "body_too_large"
	unsupportedMediaType domain.Code = "unsupported_media_type"
	crossOrigin          domain.Code = "cross_origin"
)

// Codes of what operators ask for in vain.
const (
	notStoppedThere domain.Code = "not_stopped_there"
	editionServes   domain.Code = "edition_serves"
	editionUnfit    domain.Code = "edition_unfit"
)

// StatusOf is the HTTP status that a code is answered with; false for a code
// that is not in the table.
func StatusOf(code domain.Code) (int, bool) {
	switch code {
	case malformedRequest, domain.InvalidPosition, domain.InvalidCursor, domain.InvalidIdempotencyKey:
		return http.StatusBadRequest, true
	case domain.NotSignedIn, domain.LoginFailed, domain.ResetFailed:
		return http.StatusUnauthorized, true
	case domain.NotPermitted, domain.NoLongerPermitted, domain.PasswordChangeRequired, domain.PlanDoesNotAllow, domain.CountryNotAllowed, domain.ScopeMissing, crossOrigin:
		return http.StatusForbidden, true
	case domain.NotFound:
		return http.StatusNotFound, true
	case methodNotAllowed:
		return http.StatusMethodNotAllowed, true
	case requestTimeout:
		return http.StatusRequestTimeout, true
	case domain.SlugTaken, domain.NameTaken, domain.AlreadyInvited, domain.AlreadyRegistered, domain.AlreadyEmployed,
		domain.DuplicateInBatch, domain.NothingToApprove, domain.NotTheRoot, domain.DepartmentCycle, domain.StructureLimit, domain.RegistrationChanged, domain.NotEmployed, domain.ContactHeld, domain.InvitationChanged, domain.NotDismissed, domain.AccountNotReady,
		domain.LastAdministrator, domain.RoleChanged, domain.NotOneself, domain.TokenLimit,
		notStoppedThere, editionServes, editionUnfit:
		return http.StatusConflict, true
	case domain.LinkExpired, domain.LinkRevoked, domain.LinkSuperseded, domain.LinkUsed, domain.LinkDeclined, domain.LinkDisabled, domain.LinkFull:
		return http.StatusGone, true
	case bodyTooLarge, domain.TooManyRows:
		return http.StatusRequestEntityTooLarge, true
	case unsupportedMediaType:
		return http.StatusUnsupportedMediaType, true
	case domain.InvalidRequest, domain.InvalidID, domain.InvalidPhone, domain.InvalidEmail, domain.InvalidContact,
		domain.InvalidName, domain.InvalidSlug, domain.InvalidJobTitle, domain.InvalidGreeting, domain.InvalidMessage,
		domain.InvalidReason, domain.InvalidDomain, domain.InvalidCountry, domain.InvalidLanguage, domain.InvalidMode,
		domain.InvalidPlan, domain.InvalidPolicy, domain.InvalidDays, domain.InvalidLimit, domain.InvalidScope, domain.InvalidRole, domain.PublicMailProvider, domain.NothingToInvite,
		domain.PasswordTooShort, domain.PasswordTooLong, domain.PasswordCommon, domain.PasswordOwnWords,
		domain.PasswordInvalid, domain.PasswordSame, domain.PasswordWrong,
		domain.DepartmentNotFound, domain.WorkgroupNotFound, domain.IdempotencyKeyReused:
		return http.StatusUnprocessableEntity, true
	case domain.TooBusy, domain.ContactLimit, domain.InviterLimit, domain.AccountLimit, domain.CountryLimit, domain.NumberBlockLimit,
		domain.InstallationLimit, domain.TooManyAttempts:
		return http.StatusTooManyRequests, true
	case domain.Internal:
		return http.StatusInternalServerError, true
	case domain.Contended, domain.NotYet, domain.Unavailable:
		return http.StatusServiceUnavailable, true
	}
	return http.StatusInternalServerError, false
}

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

	cause    error // of an internal problem; logged, never shown
	replayed bool  // whether it was answered before, to the same idempotency key
}

// Fault is what is wrong with one input.
type Fault struct {
	Location string      `json:"location" doc:"Which input: its place in the body, or the name of a parameter." example:"body.email"`
	Code     domain.Code `json:"code" doc:"Why; stable, for programs." example:"invalid_email"`
	Message  string      `json:"message" doc:"Why and what to do; for people, and not stable."`
}

// Lag is how far something is behind what was asked for.
type Lag struct {
	Of        string `json:"of" doc:"The view, or the policy whose messages are missing." example:"employees"`
	Reflected string `json:"reflected" doc:"How much of the log it reflects." example:"40"`
	Asked     string `json:"asked" doc:"What it was to reflect." example:"42"`
	Behind    uint64 `json:"behind" doc:"Log positions: events of the embedded log, bytes of EventStoreDB's." example:"2"`
}

func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// GetStatus is for huma, as are the two methods below.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to try again, or how to sign in.
func (p *Problem) GetHeaders() http.Header {
	header := http.Header{}
	switch p.Status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		header.Set("Retry-After", "1")
	}
	if p.ClearsAt != nil {
		header.Set("Retry-After", p.ClearsAt.Add(time.Second-1).Format(http.TimeFormat)) // to the second, which it must not come before
	}
	if p.replayed {
		header.Set("Idempotency-Replayed", "true")
	}
	return header
}

var (
	_ huma.StatusError       = (*Problem)(nil)
	_ huma.HeadersError      = (*Problem)(nil)
	_ huma.ContentTypeFilter = (*Problem)(nil)
)

func newProblem(code domain.Code, detail string, faults ...Fault) *Problem {
	status, _ := StatusOf(code)
	title := strings.ReplaceAll(string(code), "_", " ")
	return &Problem{
		Type: "urn:usher:problem:" + string(code), Title: strings.ToUpper(title[:1]) + title[1:], Status: status,
		Code: code, Detail: detail, Errors: faults,
	}
}

// ProblemOf is how an error is answered. Whatever is not a refusal is internal,
// and says nothing of itself. Refusals that name a field are of the body, or of
// whatever else where says.
func ProblemOf(err error, where string) *Problem {
	if problem, ok := errors.AsType[*Problem](err); ok {
		return problem
	}
	if refusals, all := refusalsIn(err); all && len(refusals) > 0 {
		return problemOfRefusals(refusals, where)
	}
	if errors.Is(err, journal.ErrUnavailable) || errors.Is(err, journal.ErrDenied) || errors.Is(err, journal.ErrClosed) || unreachable(err) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		problem := newProblem(domain.Unavailable, "Usher cannot do this at the moment; try again, with the same Idempotency-Key")
		if !errors.Is(err, context.Canceled) { // which is a client that went
			problem.cause = err
		}
		return problem
	}
	problem := newProblem(domain.Internal, "something went wrong in Usher; whoever runs it finds more under the request's id")
	problem.cause = err
	return problem
}

// unreachable tells that a database server was not there, went while it was
// asked, or had to give up what it did: asked again, it may answer.
func unreachable(err error) bool {
	if coded, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		state := coded.SQLState()
		for _, passing := range []string{"08", "25P0", "40", "53", "55P03", "57014", "57P0"} { // connection, timeouts, conflicts, resources, locks, statements, shutdown
			if strings.HasPrefix(state, passing) {
				return true
			}
		}
		return false
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF)
}

func problemOfRefusals(refusals []*domain.Refusal, where string) *Problem {
	var faults []Fault
	code, detail := refusals[0].Code, refusals[0].Message
	for _, refusal := range refusals {
		if refusal.Field != "" {
			faults = append(faults, Fault{Location: where + "." + refusal.Field, Code: refusal.Code, Message: refusal.Message})
		}
	}
	if len(refusals) > 1 {
		code, detail = domain.InvalidRequest, "several inputs are wrong; see errors"
	}
	problem := newProblem(code, detail, faults...)
	if len(refusals) == 1 {
		problem.ClearsAt, problem.Offer = unlessZero(refusals[0].Until), refusals[0].Offer
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
