package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// batchAskedAgain is how often it is asked how far a bulk invitation is.
const batchAskedAgain = 300 * time.Millisecond

// invitationAnswer is what an invitation is answered: its rows' results or, where it goes
// on by itself, its batch alone.
type invitationAnswer struct {
	Batch   string
	Results []struct{ Outcome string }
}

// batchReport is how far a bulk invitation is.
type batchReport struct {
	Closed                                bool
	Size, Done, Invited, Refused, Untried int64
	RefusedRows                           []json.RawMessage `json:"refused_rows"`
	Next                                  string
}

// rowsRefused says by its exit status that some rows of an invitation were refused, or all.
// What became of them is told already.
type rowsRefused struct{ invited, others int64 }

func (r *rowsRefused) Error() string {
	return fmt.Sprintf("%s of %s rows were refused, or not tried", thousands(r.others), thousands(r.invited+r.others))
}

// exitStatus tells what went wrong, unless that is told already, and returns the status of
// the process: 2 where all rows of an invitation were refused, and 1 for all else.
func exitStatus(err error, stderr io.Writer) int {
	refused, is := errors.AsType[*rowsRefused](err)
	switch {
	case !is:
		fmt.Fprintln(stderr, "usher:", err)
	case refused.invited == 0:
		return 2
	}
	return 1
}

// conclude shows the answer to an operation; that to an invitation when it is done.
func (d *do) conclude(ctx context.Context, api *operator, request apiRequest, answer json.RawMessage) error {
	var invited invitationAnswer
	switch request.operation {
	case "invite-by-sms", "invite-by-email", "import-people":
		if err := json.Unmarshal(answer, &invited); err != nil {
			return err
		}
	default:
		return d.show(api.output, answer)
	}
	if invited.Results == nil {
		folder, _, _ := strings.Cut(request.path, "/invitations/")
		return d.followBatch(ctx, api, folder+"/batches/", invited.Batch)
	}
	if err := d.show(api.output, answer); err != nil {
		return err
	}
	report, waiting := batchReport{Size: int64(len(invited.Results))}, int64(0)
	for _, row := range invited.Results {
		switch row.Outcome {
		case "refused":
			report.Refused++
		case "waiting":
			waiting++
		}
	}
	if waiting > 0 {
		fmt.Fprintf(api.stderr, "%s of them are invited by and by; usher do batch batch=ID says how far a batch is, and what was refused\n", thousands(waiting))
	}
	report.Invited = report.Size - report.Refused
	return report.outcome()
}

// outcome is nil where all rows were invited.
func (r batchReport) outcome() error {
	if r.Invited == r.Size {
		return nil
	}
	return &rowsRefused{invited: r.Invited, others: r.Size - r.Invited}
}

// followBatch shows how far a bulk invitation is until it is done, and then what was
// refused of it.
func (d *do) followBatch(ctx context.Context, api *operator, folder, id string) error {
	fmt.Fprintf(api.stderr, "the rows are invited by and by, also when this ends; usher do batch batch=%s says how far that is, stop-batch stops it\n", plain(id))
	bar := newMeter(api.output, false, "rows")
	for {
		var report batchReport
		if err := api.ask(ctx, http.MethodGet, folder+id+"?limit=1", "", nil, &report); err != nil {
			return err
		}
		if report.Closed {
			bar.end()
			break
		}
		bar.tell("invited", report.Done, report.Size)
		select {
		case <-time.After(batchAskedAgain):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	whole, report, err := wholeReport(ctx, api, folder+id)
	if err != nil {
		return err
	}
	if d.JSON {
		err = d.show(api.output, whole)
	} else {
		err = report.tell(api.stdout)
	}
	if err != nil {
		return err
	}
	return report.outcome()
}

// wholeReport is what became of a bulk invitation, with all its refused rows.
func wholeReport(ctx context.Context, api *operator, path string) (whole json.RawMessage, report batchReport, err error) {
	var rows []json.RawMessage
	members := map[string]json.RawMessage{}
	for cursor := ""; ; cursor = "&cursor=" + report.Next {
		if err := api.ask(ctx, http.MethodGet, path+"?limit=1000"+cursor, "", nil, &whole); err != nil {
			return nil, report, err
		}
		report = batchReport{}
		if err := json.Unmarshal(whole, &report); err != nil {
			return nil, report, err
		}
		if rows = append(rows, report.RefusedRows...); report.Next == "" {
			break
		}
	}
	report.RefusedRows = rows
	if err := json.Unmarshal(whole, &members); err != nil {
		return nil, report, err
	}
	if members["refused_rows"], err = json.Marshal(append([]json.RawMessage{}, rows...)); err != nil {
		return nil, report, err
	}
	whole, err = json.Marshal(members)
	return whole, report, err
}

// tell writes what became of the rows, for people.
func (r batchReport) tell(out io.Writer) error {
	counts := thousands(r.Invited) + " invited, " + thousands(r.Refused) + " refused"
	if r.Untried > 0 {
		counts += ", " + thousands(r.Untried) + " not tried, as it was stopped"
	}
	if _, err := fmt.Fprintln(out, counts); err != nil {
		return err
	}
	for _, text := range r.RefusedRows {
		var row struct {
			Row                    int
			Contact, Code, Message string
			DidYouMean             string `json:"did_you_mean"`
		}
		if err := json.Unmarshal(text, &row); err != nil {
			return err
		}
		if row.DidYouMean != "" {
			row.Message += "; did you mean " + row.DidYouMean + "?"
		}
		if _, err := fmt.Fprintf(out, "  row %d: %q: %s (%s)\n", row.Row+1, row.Contact, plain(row.Message), plain(row.Code)); err != nil {
			return err
		}
	}
	return nil
}

// thousands writes a number as people read it.
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
