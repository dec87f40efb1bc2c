package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/usher-engine/usher/domain"
)

// route is what is said of an operation where it is registered.
type route struct {
	id, method, path string
	tag              string
	summary          string
	description      string
	status           int // of success; zero means 200
	// public routes are for everybody; all others need a session or the
	// operator token, and what the bearer may do is judged behind them.
	public bool
	// operator routes are for the operator alone.
	operator bool
	// bulk routes take long bodies.
	bulk bool
	// guessable routes take a password or a token. Who sends too many wrong ones
	// from one network address waits.
	guessable bool
	// costly routes count for the network address whatever comes of them.
	costly bool
	// sends says that the route leads to messages, of which there are limits.
	sends bool
	// codes are the refusals that are particular to the route.
	codes []domain.Code
}

const (
	maxBody     = 64 << 10
	maxBulkBody = 4 << 20
	maxFaults   = 100
)

// adapter joins huma to the standard library's mux, with what every route has
// in common before huma: queries, callers, bodies.
type adapter struct {
	*http.ServeMux
	api *api
}

// Handle implements huma.Adapter.
func (m *adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	rt := m.api.routes[op.OperationID]
	m.HandleFunc(op.Method+" "+op.Path, func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		x.route, x.request = op.Path, r
		if err := m.api.enter(w, r, x, rt); err != nil {
			writeProblem(w, x, ProblemOf(err, x.inputs()))
			return
		}
		handle := func() { handler(humago.NewContext(op, r, w)) }
		if !rt.guessable {
			handle()
			return
		}
		if err := m.api.attempt(r, x, rt, handle); err != nil {
			writeProblem(w, x, ProblemOf(err, x.inputs()))
		}
	})
}

// enter refuses what no handler should see, and finds out who asks.
func (a *api) enter(w http.ResponseWriter, r *http.Request, x *exchange, rt route) error {
	if err := checkQuery(r.URL.RawQuery); err != nil {
		return err
	}
	if slug := r.PathValue("account"); slug != "" {
		id, err := a.App.AccountNamed(r.Context(), slug)
		if err != nil {
			return err
		}
		x.account = id
	}
	if !rt.public {
		if err := a.authenticate(r, x); err != nil {
			return err
		}
	}
	if rt.operator && x.caller.Kind != domain.ActorOperator {
		return domain.Refuse(domain.NotPermitted, "this needs the operator token")
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	return readBody(w, r, x, rt)
}

// checkQuery refuses a query that could be read in two ways.
func checkQuery(raw string) error {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return newProblem(malformedRequest, "the URL's query cannot be read")
	}
	for name, values := range query {
		if len(values) > 1 {
			return newProblem(malformedRequest, "a parameter is there more than once",
				Fault{Location: "query." + shortened(name), Code: malformedRequest, Message: "give this parameter once"})
		}
	}
	return nil
}

func readBody(w http.ResponseWriter, r *http.Request, x *exchange, rt route) error {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return newProblem(unsupportedMediaType, "send the body as it is, without Content-Encoding")
	}
	limit := int64(maxBody)
	if rt.bulk {
		limit = maxBulkBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return newProblem(bodyTooLarge, fmt.Sprintf("the body has more than %d bytes", limit))
	}
	if err != nil {
		return newProblem(requestTimeout, "the body did not come, or not in time")
	}
	if len(body) > 0 && !isJSON(r.Header) {
		return newProblem(unsupportedMediaType, "send JSON, with Content-Type: application/json")
	}
	x.body = body
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

func isJSON(header http.Header) bool {
	types := header.Values("Content-Type")
	if len(types) != 1 {
		return false
	}
	kind, parameters, err := mime.ParseMediaType(types[0])
	if err != nil || kind != "application/json" {
		return false
	}
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// operation is the route as huma and the OpenAPI document have it.
func (a *api) operation(rt route) huma.Operation {
	a.routes[rt.id] = rt
	op := huma.Operation{
		OperationID: rt.id, Method: rt.method, Path: rt.path, Tags: []string{rt.tag},
		Summary: rt.summary, Description: rt.description, DefaultStatus: rt.status,
		MaxBodyBytes: -1, BodyReadTimeout: -1, // the body is here already
		Responses: a.refusals(rt),
	}
	op.RejectUnknownQueryParameters = true
	if !rt.public {
		op.Security = []map[string][]string{{"bearer": {}}}
	}
	return op
}

// refusals documents what a route can be refused with, by status.
func (a *api) refusals(rt route) map[string]*huma.Response {
	codes := append([]domain.Code{domain.Internal, domain.Unavailable, malformedRequest}, rt.codes...)
	if rt.sends {
		codes = append(codes, limitCodes()...)
	}
	if rt.guessable {
		codes = append(codes, domain.TooManyAttempts)
	}
	if !rt.public {
		codes = append(codes, domain.NotSignedIn, domain.NotPermitted, domain.ScopeMissing, domain.PasswordChangeRequired, domain.NotFound)
	}
	if rt.method != http.MethodGet {
		codes = append(codes, domain.InvalidRequest, bodyTooLarge, unsupportedMediaType)
	}
	byStatus := map[int][]string{}
	for _, code := range codes {
		status, _ := StatusOf(code)
		if !slices.Contains(byStatus[status], string(code)) {
			byStatus[status] = append(byStatus[status], string(code))
		}
	}
	responses := map[string]*huma.Response{}
	for status, names := range byStatus {
		slices.Sort(names)
		responses[strconv.Itoa(status)] = &huma.Response{
			Description: "code: " + strings.Join(names, ", "),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: schemaPrefix + "Problem"}}},
		}
	}
	return responses
}

// transform notes what is answered, and turns huma's own errors into problems.
func transform(ctx huma.Context, _ string, value any) (any, error) {
	x := exchangeOf(ctx.Context())
	switch v := value.(type) {
	case *Problem:
		x.note(v)
	case *huma.ErrorModel:
		problem := problemOfModel(v)
		x.note(problem)
		return problem, nil
	}
	return value, nil
}

// problemOfModel puts an error of huma into our words. The values that it
// quotes are left out: they are the client's, and can be secrets.
func problemOfModel(model *huma.ErrorModel) *Problem {
	code, detail := domain.InvalidRequest, "the request is not as this route takes it; see errors"
	switch model.Status {
	case http.StatusUnprocessableEntity:
	case http.StatusBadRequest:
		code, detail = malformedRequest, "the body cannot be read"
	default:
		problem := newProblem(domain.Internal, "something went wrong in Usher; whoever runs it finds more under the request's id")
		problem.cause = fmt.Errorf("huma answered %d: %s", model.Status, model.Detail)
		return problem
	}
	problem := newProblem(code, detail)
	for _, fault := range model.Errors[:min(len(model.Errors), maxFaults)] {
		location, message := placed(fault.Location, fault.Message)
		problem.Errors = append(problem.Errors, Fault{Location: location, Code: code, Message: message})
	}
	if len(problem.Errors) == 1 {
		problem.Detail = problem.Errors[0].Message
	}
	return problem
}

// placed puts a fault where its text says that it is: misread and huma's words
// for what is missing name the member in the text.
func placed(location, message string) (string, string) {
	if place, text, cut := strings.Cut(message, ": "); cut && location == "body" && strings.HasPrefix(place, location) {
		return place, text
	}
	before, after, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	if name, ok := strings.CutPrefix(message, before); ok {
		if name, ok = strings.CutSuffix(name, after); ok {
			return location + "." + name, "this is needed"
		}
	}
	return location, message
}

// refuse is an error as a handler returns it to huma.
func refuse(ctx context.Context, err error) error { return ProblemOf(err, exchangeOf(ctx).inputs()) }
