package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
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
	// needs is what a caller must be permitted to do, as far as the path alone says; it
	// is judged before the body is read, and by the command once more.
	needs commands.Action
	// bulk routes take long bodies, read as streams: see bulkCommand.
	bulk bool
	// file routes are bulk routes that take a file of text instead of JSON.
	file bool
	// guessable routes take a password, a code or a link's token. Who sends too many wrong
	// ones from one network address waits.
	guessable bool
	// sends says that the route leads to messages, of which there are limits.
	sends bool
	// question is the name of the question that the route asks, if it asks one.
	question string
	// list routes answer in pages, and with all of them as CSV.
	list bool
	// codes are the refusals that are particular to the route.
	codes []domain.Code
}

const (
	maxBody       = 64 << 10
	maxPublicBody = 8 << 10 // of whoever comes by: the longest names and password need half of it
	maxBulkBody   = 4 << 20
	maxFaults     = 100
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
		x := httpkit.ExchangeOf(r.Context())
		x.Route, x.Request, x.Network = op.Path, r, httpkit.SourceOf(r, m.api.TrustedProxies)
		if err := m.api.enter(r, x, rt); err != nil {
			answerUnread(w, r)
			httpkit.WriteProblem(w, x, httpkit.ProblemOf(err, x.Inputs()).Towards(x))
			return
		}
		handle := func() { handler(humago.NewContext(op, r, w)) }
		if err := m.api.receive(w, r, x, rt, handle); err != nil {
			httpkit.WriteProblem(w, x, httpkit.ProblemOf(err, x.Inputs()).Towards(x))
		}
	})
}

// receive reads the body, or lets a bulk request read it, and handles the request.
func (a *api) receive(w http.ResponseWriter, r *http.Request, x *httpkit.Exchange, rt route, handle func()) error {
	if rt.bulk {
		return a.inTurn(w, r, x, rt, handle)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		if err := readBody(w, r, x, rt); err != nil {
			return err
		}
	}
	return a.attempts.Handle(r.Context(), x, r.PathValue("token"), handle)
}

// answerUnread lets an answer go out although the body was not read, and perhaps has
// not come: to keep the connection, the server would wait for it.
func answerUnread(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		w.Header().Set("Connection", "close")
	}
}

// enter refuses what no handler should see, finds out who asks, and judges what can be
// judged before the body is read.
func (a *api) enter(r *http.Request, x *httpkit.Exchange, rt route) error {
	if err := checkQuery(r.URL.RawQuery); err != nil {
		return err
	}
	if token := r.PathValue("token"); token != "" && !strings.Contains(r.URL.EscapedPath()+"/", "/"+token+"/") {
		return domain.Refuse(domain.NotFound, "this link is not one of ours; check that it was copied whole") // it has one spelling
	}
	if slug := r.PathValue("account"); slug != "" {
		id, err := a.App.AccountNamed(r.Context(), slug)
		if err != nil {
			return err
		}
		x.Account = id
	}
	if !rt.public {
		if err := a.authenticate(r, x); err != nil {
			return err
		}
	}
	if rt.operator && x.Caller.Kind != domain.ActorOperator {
		return domain.Refuse(domain.NotPermitted, "this needs the operator token")
	}
	x.Digest = digestOf(r)
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return httpkit.NewProblem(httpkit.UnsupportedMediaType, "send the body as it is, without Content-Encoding")
	}
	return a.mayEnter(r.Context(), x, rt)
}

// mayEnter refuses who may not, by the path alone. What was sent before with the same
// idempotency key goes on, to be answered as it was: by that very request somebody may
// have ceased to be an administrator.
func (a *api) mayEnter(ctx context.Context, x *httpkit.Exchange, rt route) error {
	if rt.needs == "" {
		return nil
	}
	_, refused := a.App.Permit(ctx, x.Caller, x.Account, rt.needs)
	if domain.CodeOf(refused) == domain.Internal || refused == nil || x.Digest == nil {
		return refused
	}
	account, scope, err := a.scopeOf(ctx, x, nil)
	if err != nil {
		return err
	}
	known, err := a.once.Knows(ctx, account, scope, keyOf(x.Request))
	if err != nil || known {
		return err
	}
	return refused
}

// checkQuery refuses a query that could be read in two ways.
func checkQuery(raw string) error {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return httpkit.NewProblem(httpkit.MalformedRequest, "the URL's query cannot be read")
	}
	for name, values := range query {
		if len(values) > 1 {
			return httpkit.NewProblem(httpkit.MalformedRequest, "a parameter is there more than once",
				httpkit.Fault{Location: domain.Excerpt("query." + name), Code: httpkit.MalformedRequest, Message: "give this parameter once"})
		}
	}
	return checkValues(query)
}

// checkValues refuses parameters without a value, which can mean nothing and anything.
func checkValues(query url.Values) error {
	var faults []httpkit.Fault
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if query.Get(name) == "" && len(faults) < maxFaults {
			faults = append(faults, httpkit.Fault{Location: domain.Excerpt("query." + name), Code: domain.InvalidRequest, Message: "this has no value: leave it out"})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return httpkit.NewProblem(domain.InvalidRequest, "a parameter in the URL has no value: leave it out", faults...)
}

func readBody(w http.ResponseWriter, r *http.Request, x *httpkit.Exchange, rt route) error {
	limit := int64(maxBody)
	if rt.public {
		limit = maxPublicBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return notRead(err)
	}
	if len(body) > 0 && !isJSON(r.Header) {
		return notJSON()
	}
	if x.Digest != nil {
		x.Digest.Write(body)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// notRead is why a body did not come whole.
func notRead(err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return httpkit.NewProblem(httpkit.BodyTooLarge, fmt.Sprintf("the body has more than %d bytes", tooLarge.Limit))
	}
	return httpkit.NewProblem(httpkit.RequestTimeout, "the body did not come, or not in time")
}

func notJSON() error {
	return httpkit.NewProblem(httpkit.UnsupportedMediaType, "send JSON, with Content-Type: application/json")
}

// mistyped is why a route does not take a body of this type; nil where it does.
func (rt route) mistyped(header http.Header) error {
	switch {
	case rt.file && !isTextFile(header):
		return httpkit.NewProblem(httpkit.UnsupportedMediaType, "send the file as it is, with Content-Type: text/csv")
	case !rt.file && !isJSON(header):
		return notJSON()
	}
	return nil
}

// isTextFile reports how programs call a list in text. In which encoding it is, its bytes say.
func isTextFile(header http.Header) bool {
	types := header.Values("Content-Type")
	if len(types) != 1 {
		return false
	}
	kind, _, err := mime.ParseMediaType(types[0])
	return err == nil && slices.Contains([]string{"text/csv", "text/tab-separated-values", "text/plain", "application/vnd.ms-excel", "application/octet-stream"}, kind)
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
	if rt.list {
		op.Responses["200"] = &huma.Response{Content: map[string]*huma.MediaType{
			"application/json": {}, csvType: {Schema: &huma.Schema{Type: huma.TypeString, Description: "All items, on all pages: a byte-order mark, a line of the members' names, and a line for each item. Members within others are named as actor.kind."}},
		}}
	}
	op.RejectUnknownQueryParameters = true
	if !rt.public {
		op.Security = []map[string][]string{{"bearer": {}}}
	}
	return op
}

// refusals documents what a route can be refused with, by status.
func (a *api) refusals(rt route) map[string]*huma.Response {
	codes := append([]domain.Code{domain.Internal, domain.Unavailable, domain.KeysMissing, httpkit.MalformedRequest, domain.InvalidRequest}, rt.codes...)
	if rt.sends {
		codes = append(codes, httpkit.LimitCodes()...)
	}
	if rt.guessable {
		codes = append(codes, domain.TooManyAttempts)
	}
	if !rt.public {
		codes = append(codes, domain.HistoryMissing, domain.NotSignedIn, domain.NotPermitted, domain.ScopeMissing, domain.PasswordChangeRequired, domain.NotFound)
	}
	if !rt.operator && (strings.Contains(rt.path, "{account}") || strings.Contains(rt.path, "{token}")) {
		codes = append(codes, domain.AccountClosed)
	}
	if rt.method != http.MethodGet {
		codes = append(codes, domain.DiskFull, httpkit.BodyTooLarge, httpkit.UnsupportedMediaType)
	}
	byStatus := map[int][]string{}
	for _, code := range codes {
		status, _ := httpkit.StatusOf(code)
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
	x := httpkit.ExchangeOf(ctx.Context())
	switch v := value.(type) {
	case *httpkit.Problem:
		x.Note(v)
	case *huma.ErrorModel:
		problem := problemOfModel(v)
		x.Note(problem)
		value = problem
	}
	headersOf(ctx, value)
	return value, nil
}

// problemOfModel puts an error of huma into our words. The values that it
// quotes are left out: they are the client's, and can be secrets.
func problemOfModel(model *huma.ErrorModel) *httpkit.Problem {
	code, detail := domain.InvalidRequest, "the request is not as this route takes it; see errors"
	switch model.Status {
	case http.StatusUnprocessableEntity:
	case http.StatusBadRequest:
		code, detail = httpkit.MalformedRequest, "the body cannot be read"
	default:
		return httpkit.InternalProblem(fmt.Errorf("huma answered %d: %s", model.Status, model.Detail))
	}
	problem, echoed := httpkit.NewProblem(code, detail), 0
	for _, fault := range model.Errors[:min(len(model.Errors), maxFaults)] {
		location, message := placed(fault.Location, fault.Message)
		if message == validation.MsgUnexpectedProperty || message == unknownParameter { // which names what the client has made up
			location = domain.Excerpt(location)
			if echoed += len(location); echoed > domain.MaxExcerpt {
				location, _, _ = strings.Cut(location, ".")
			}
		}
		problem.Errors = append(problem.Errors, httpkit.Fault{Location: location, Code: code, Message: message})
	}
	if len(problem.Errors) == 1 {
		problem.Detail = problem.Errors[0].Message
	}
	return problem
}

// unknownParameter is what huma says of a parameter that a route does not have.
const unknownParameter = "unknown query parameter"

// placed puts a fault where its text says that it is: misread and huma's words
// for what is missing name the member in the text.
func placed(location, message string) (string, string) {
	if place, text, cut := strings.Cut(message, ": "); cut && location == "body" && strings.HasPrefix(place, location) {
		return place, text
	}
	if message == validation.MsgExpectedMatchAtLeastOneSchema {
		return location, notOfTheKind
	}
	before, after, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	if name, ok := strings.CutPrefix(message, before); ok {
		if name, ok = strings.CutSuffix(name, after); ok {
			return location + "." + name, memberNeeded
		}
	}
	return location, message
}

// refuse is an error as a handler returns it to huma.
func refuse(ctx context.Context, err error) error {
	x := httpkit.ExchangeOf(ctx)
	return httpkit.ProblemOf(err, x.Inputs()).Towards(x)
}
