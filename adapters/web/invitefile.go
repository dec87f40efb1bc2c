package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/pasted"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

const (
	maxFile = 4 << 20 // as the API takes it
	// maxFileForm is that with the other fields of its form, some of them for each row.
	maxFileForm = maxFile + 1<<20
	// filesAtOnce is how many files are held in memory at the same time, and fileWaits how
	// long one waits for its turn.
	filesAtOnce = 4
	fileWaits   = 3 * time.Second
	fileLasts   = time.Minute // to come
	// mostRefusedRows and mostOtherRows are how many rows of a file are shown.
	mostRefusedRows, mostOtherRows = 200, 50
)

// inviteByFile is the form for a file.
func (p *Pages) inviteByFile(v *visit) error {
	form, err := v.fileForm()
	if err != nil {
		return err
	}
	form.AtOnce = true
	return v.showFile(form)
}

func (v *visit) showFile(form views.InviteFile) error {
	return v.way("file", form.Faults, func(f views.Frame) templ.Component { return views.InviteByFile(f, form) })
}

// fileForm is the form as it was filled in, without its file.
func (v *visit) fileForm() (views.InviteFile, error) {
	terms, err := v.App.InvitationTerms(v.Context(), v.x.Caller, v.x.Account)
	return views.InviteFile{
		Register: v.field("use") == string(commands.ImportRegisters), AtOnce: v.field("at_once") != "", MailsPasswords: terms.MailsPasswords,
	}, err
}

// withFile handles a form with a file, which is in memory meanwhile, when it is its turn.
func (v *visit) withFile(handle func() error) error {
	waiting, cancel := context.WithTimeout(v.Context(), fileWaits)
	defer cancel()
	leave, err := v.files.Enter(waiting, struct{}{})
	if err != nil {
		return httpkit.NewProblem(domain.BulkBusy, "as many bulk requests are under way as are taken at once; try again in a few seconds")
	}
	defer leave()
	if err := http.NewResponseController(v.w).SetReadDeadline(time.Now().Add(fileLasts)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	v.Body = http.MaxBytesReader(v.w, v.Body, maxFileForm)
	err = v.ParseMultipartForm(maxFileForm) //nolint:gosec // because the body is bounded, and nothing of it goes to the disk
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return v.fileRefused(domain.Refuse(domain.InvalidFile, "this file is larger than 4 MB: send it in parts").In("file"))
	}
	if err != nil {
		return httpkit.NewProblem(httpkit.MalformedRequest, "the form cannot be read")
	}
	return handle()
}

// fileRefused shows the form for a file again, with why this one is not taken.
func (v *visit) fileRefused(err error) error {
	form, failed := v.fileForm()
	if failed != nil {
		return failed
	}
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	for i := range form.Faults {
		form.Faults[i].Field = "file"
	}
	return v.showFile(form)
}

// checkFile says what would become of each row.
func (p *Pages) checkFile(v *visit) error {
	return v.withFile(func() error {
		file, err := v.uploaded("file")
		if err != nil {
			return err
		}
		text, err := pasted.Decode(file) // which travels back in a field
		if err != nil {
			return v.fileRefused(err)
		}
		form, err := v.fileForm()
		if err != nil {
			return err
		}
		form.Text = text
		imported, err := p.App.ImportPeople(v.Context(), v.dryRequest(), v.peopleOf(form, true))
		if err != nil {
			return v.fileRefused(err)
		}
		v.tellRows(&form, imported)
		return v.showFile(form)
	})
}

// uploaded is a file that a form brings; empty where it brings none.
func (v *visit) uploaded(name string) ([]byte, error) {
	file, _, err := v.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	}
	if err != nil {
		return nil, httpkit.NewProblem(httpkit.MalformedRequest, "the form cannot be read")
	}
	return readAll(file)
}

func readAll(file multipart.File) ([]byte, error) {
	content, err := io.ReadAll(file)
	return content, errors.Join(err, file.Close())
}

// sendFile invites or registers the people of a file that was checked.
func (p *Pages) sendFile(v *visit) error {
	return v.withFile(func() error {
		form, err := v.fileForm()
		if err != nil {
			return err
		}
		form.Text, form.Done = v.field("text"), true
		for _, line := range v.PostForm["right"] {
			if n, err := strconv.Atoi(line); err == nil {
				form.Confirmed = append(form.Confirmed, n)
			}
		}
		var imported commands.Imported
		err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
			imported, err = p.App.ImportPeople(ctx, request, v.peopleOf(form, false))
			return err
		})
		if err != nil {
			return v.fileRefused(err)
		}
		v.tellRows(&form, imported)
		if form.Waiting == len(imported.Rows) && len(imported.Batches) == 1 {
			return v.done(form.Batches[0], imported.Position)
		}
		form.Text = ""
		return v.showFile(form)
	})
}

func (v *visit) peopleOf(form views.InviteFile, dry bool) commands.ImportPeople {
	people := commands.ImportPeople{File: []byte(form.Text), Use: commands.ImportInvites, DryRun: dry, WithoutConfirmation: form.AtOnce, Confirmed: form.Confirmed}
	if form.Register {
		people.Use = commands.ImportRegisters
	}
	return people
}

// tellRows says what becomes of rows: first of those that are refused.
func (v *visit) tellRows(form *views.InviteFile, imported commands.Imported) {
	form.Columns = imported.Columns
	var refused, others []views.FileRow
	for _, row := range imported.Rows {
		told := views.FileRow{
			Line: row.Line, Contact: row.Contact, Name: views.FullName(row.FirstName, row.LastName), Waits: row.GoesOn, Refused: row.Refused != nil,
		}
		for _, meaning := range row.Unused {
			told.Unused = append(told.Unused, string(meaning))
		}
		switch {
		case told.Refused:
			form.Refused++
			if form.Refused <= mostRefusedRows {
				told.Text, told.DidYouMean, told.Confirms = v.reasonOf(row.Refused)
				refused = append(refused, told)
			}
			continue
		case told.Waits:
			form.Waiting++
		default:
			form.Good++
		}
		if len(others) < mostOtherRows {
			others = append(others, told)
		}
	}
	form.Rows = slices.Concat(refused, others)
	form.More = len(imported.Rows) - len(form.Rows)
	for _, id := range imported.Batches {
		form.Batches = append(form.Batches, v.at("batches", id.String()))
	}
}

// reasonOf is why a row was refused: of several reasons, all.
func (v *visit) reasonOf(err error) (text, meant string, confirms bool) {
	problem := httpkit.ProblemOf(err, "body")
	if len(problem.Errors) < 2 {
		return v.words(problem), meantBy(err), v.confirms(problem.Code)
	}
	var reasons []string
	confirms = true
	for _, one := range problem.Errors {
		reasons = append(reasons, v.t.Refusal(one.Code, one.Message))
		confirms = confirms && v.confirms(one.Code)
	}
	return strings.Join(reasons, " "), problem.DidYouMean(), confirms
}
