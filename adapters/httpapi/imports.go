package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type importInput struct {
	InAccount
	Keyed
	Use                 string `query:"use" doc:"invite: the contacts are invited, e-mail addresses into the departments and workgroups of their rows. register: each row is a colleague who is registered directly, with all that it says." example:"invite"`
	DryRun              bool   `query:"dry_run" doc:"true says what would become of each row, and does nothing: nothing is charged or kept, Idempotency-Key included."`
	WithoutConfirmation bool   `query:"without_confirmation" default:"true" doc:"Of those registered: true mails a generated password, false a link for choosing one."`
}

type imported struct {
	DryRun   bool             `json:"dry_run,omitzero" doc:"true: nothing was done; invited and registered mean that the row would be."`
	Columns  []importedColumn `json:"columns" doc:"The columns of the file, as they were read."`
	Results  []importedResult `json:"results" doc:"One for each row of the file in which anything stands, in its order."`
	Batches  []domain.BatchID `json:"batches,omitempty" doc:"The bulk invitations: one for each channel and place."`
	Position string           `json:"position" example:"42"`

	country string
}

type importedColumn struct {
	Name    string           `json:"name" example:"E-Mail-Adresse"`
	Meaning commands.Meaning `json:"meaning,omitzero" enum:"email,phone,contact,first_name,last_name,full_name,job_title,department,workgroups,one_name,confirmed" doc:"Absent where the column is not known."`
	Used    bool             `json:"used" doc:"Whether this use takes the column."`
}

type importedResult struct {
	Line       int                `json:"line" doc:"The line of the file in which the row begins." example:"2"`
	Contact    string             `json:"contact" doc:"Normalised, where it could be read." example:"ben@mill.example"`
	FirstName  string             `json:"first_name,omitzero" doc:"As the row says it, of who is registered." example:"Ben"`
	LastName   string             `json:"last_name,omitzero" example:"Miller"`
	Outcome    string             `json:"outcome" enum:"invited,registered,refused,waiting" doc:"waiting: more than 200 rows go to the same place, which goes on by itself; what becomes of each the batch says."`
	Person     domain.PersonID    `json:"person,omitzero" doc:"Where invited or registered."`
	Batch      domain.BatchID     `json:"batch,omitzero" doc:"Of a row that waits: the bulk invitation in which it is tried."`
	Code       domain.Code        `json:"code,omitzero" doc:"Why refused." example:"department_not_found"`
	Message    string             `json:"message,omitzero" doc:"Why refused, for people."`
	Field      string             `json:"field,omitzero" doc:"What of the row is at fault, where that is known." example:"department"`
	DidYouMean string             `json:"did_you_mean,omitzero" doc:"The contact that was probably meant, where there is one. A row that is right all the same goes through with yes in a column Confirmed." example:"ben@gmail.com"`
	ClearsAt   *time.Time         `json:"clears_at,omitempty" doc:"Where a limit is reached: when it allows more."`
	Unused     []commands.Meaning `json:"unused,omitempty" doc:"What this row says and other rows may have used: an SMS takes no department." example:"department"`
}

// keptImport is an answer as it is kept: without contacts and names, which the same file
// says once more.
type keptImport struct {
	imported
	Country string `json:"country,omitzero"`
}

func (a *api) importRoutes() {
	rt := route{
		id: "import-people", needs: commands.InvitePeople, sends: true, method: http.MethodPost, path: "/v1/accounts/{account}/people", tag: "Invitations", bulk: true, file: true,
		summary: "Invite or register the people of a file",
		description: "For whoever may invite. The body is a file of up to 10,000 rows and 4 MiB in UTF-8, or in UTF-16 with a byte-order mark, with commas, semicolons or tabs between its columns. " +
			"Its first line names them, as usual programs do in English, German, French, Spanish, Romanian, Russian or Vietnamese. Each row has a result of its own: 200, whatever the outcomes.",
		codes: []domain.Code{domain.InvalidFile, domain.TooManyRows, domain.BulkBusy, httpkit.RequestTimeout},
	}
	huma.Register(a.huma, a.operation(ofCommand(rt)), a.importPeople)
	a.huma.OpenAPI().Paths[rt.path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: huma.TypeString, Description: "The file."}, Example: "Email,First name,Last name,Job title,Department\nben@mill.example,Ben,Miller,Baker,Sales / North\n"},
	}}
}

func (a *api) importPeople(ctx context.Context, in *importInput) (*answer[imported], error) {
	x := httpkit.ExchangeOf(ctx)
	if err := cmp.Or(needed("use", in.Use != ""), questions.OneOf(in.Use, "use", string(commands.ImportInvites), string(commands.ImportRegisters))); err != nil {
		return nil, httpkit.ProblemOf(err, "query").Towards(x)
	}
	file, err := readFile(x)
	if err != nil {
		return nil, refuse(ctx, err)
	}
	if in.DryRun {
		x.Digest = nil // nothing of it is kept
	}
	people := commands.ImportPeople{File: file, Use: commands.ImportUse(in.Use), DryRun: in.DryRun, WithoutConfirmation: in.WithoutConfirmation}
	return carryOut(ctx, a, in, func(ctx context.Context, request commands.Request) (imported, error) {
		done, err := a.App.ImportPeople(ctx, request, people)
		return a.showImport(people, done, err)
	}, func(kept []byte) (imported, error) { return a.importedBefore(kept, people) })
}

// readFile reads a request's body as it is, and its digest on the way.
func readFile(x *httpkit.Exchange) ([]byte, error) {
	var stream io.Reader = x.Request.Body
	if x.Digest != nil {
		stream = io.TeeReader(stream, x.Digest)
	}
	file, err := io.ReadAll(stream)
	if err != nil {
		return nil, notRead(err)
	}
	return file, nil
}

func (a *api) showImport(c commands.ImportPeople, done commands.Imported, err error) (imported, error) {
	if err != nil {
		return imported{}, err
	}
	shown := imported{
		DryRun: c.DryRun, Columns: make([]importedColumn, len(done.Columns)), Results: make([]importedResult, len(done.Rows)),
		Batches: done.Batches, Position: done.Position.String(), country: done.Country,
	}
	for i, column := range done.Columns {
		shown.Columns[i] = importedColumn{Name: column.Name, Meaning: column.Meaning, Used: column.Used}
	}
	outcome := "invited"
	if c.Use == commands.ImportRegisters {
		outcome = "registered"
	}
	for i, row := range done.Rows {
		shown.Results[i] = importedResult{
			Line: row.Line, Contact: row.Contact, FirstName: row.FirstName, LastName: row.LastName, Outcome: outcome, Person: row.Person, Unused: row.Unused,
		}
		if row.GoesOn {
			shown.Results[i].Outcome, shown.Results[i].Batch = "waiting", row.Batch
		}
		if row.Refused != nil {
			shown.Results[i].refuse(row.Refused)
			if !c.DryRun {
				a.metrics.Refused(shown.Results[i].Code)
			}
		}
	}
	return shown, nil
}

// refuse says why a row was refused: of several reasons, the first.
func (r *importedResult) refuse(err error) {
	if refusal, is := errors.AsType[*domain.Refusal](err); is {
		r.Field, r.DidYouMean, err = refusal.Field, refusal.DidYouMean, refusal
	}
	refused := httpkit.ProblemOf(err, "body")
	r.Outcome, r.Code, r.Message, r.ClearsAt = "refused", refused.Code, refused.Detail, refused.ClearsAt
}

func (i imported) toKeep() any {
	kept := keptImport{imported: i, Country: i.country}
	kept.Results = slices.Clone(i.Results)
	for row := range kept.Results {
		kept.Results[row].Contact, kept.Results[row].FirstName, kept.Results[row].LastName, kept.Results[row].DidYouMean = "", "", "", ""
	}
	return kept
}

// importedBefore is an answer as it was kept, with what the same file says.
func (a *api) importedBefore(text []byte, c commands.ImportPeople) (imported, error) {
	kept, err := asKept[keptImport](text)
	if err != nil {
		return imported{}, err
	}
	rows, meant, err := a.App.ShowImport(c, kept.Country, func(row int) domain.Code { return kept.Results[row].Code })
	if err == nil && len(rows) != len(kept.Results) {
		err = fmt.Errorf("%d results were kept of %d rows", len(kept.Results), len(rows))
	}
	if err != nil {
		return imported{}, err
	}
	for i, row := range rows {
		kept.Results[i].Contact, kept.Results[i].FirstName, kept.Results[i].LastName, kept.Results[i].DidYouMean = row.Contact, row.FirstName, row.LastName, meant[i]
	}
	return kept.imported, nil
}
