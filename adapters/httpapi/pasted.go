package httpapi

import (
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
)

// PastedList is what an invitation may say instead of contacts in a list.
type PastedList struct {
	Text   *string `json:"text,omitzero" nullable:"false" doc:"The contacts as they were pasted, up to 1 MiB: one a line, or between commas, semicolons or tabs; with names, bullets or a header. What is not understood is a refused row." example:"Ben Miller <ben@mill.example>"`
	DryRun bool    `json:"dry_run,omitzero" doc:"true says what would become of each row, and does nothing: nobody is invited, nothing is charged or kept, Idempotency-Key included."`
}

// longestText is how long a text of the body may be.
func (p *PastedList) longestText() int { return maxPasted }

func (p PastedList) isDryRun() bool { return p.DryRun }

// PastedAnswer is what an answer says of a pasted text, and of a dry run.
type PastedAnswer struct {
	DryRun     bool `json:"dry_run,omitzero" doc:"true: nothing was done; invited means that the row would be."`
	HeaderLine int  `json:"header_line,omitzero" doc:"The line of text that was taken for a header, and is no row." example:"1"`
}

// PastedResult is what a result says of where a contact was pasted.
type PastedResult struct {
	Line   int    `json:"line,omitzero" doc:"The line of text that the contact is in." example:"2"`
	Beside string `json:"beside,omitzero" doc:"What stood beside the contact in text, such as a name: an invitation does not use it." example:"Ben Miller"`
}

// contactList is the contacts of an invitation, whichever way they came.
type contactList struct {
	contacts []string
	pasted   commands.Pasted // nothing where they were not
	dry      *commands.DryRun
}

func (a *api) listOf(channel batch.Channel, rows contactRows, said PastedList) contactList {
	list := contactList{contacts: rows}
	if said.Text != nil {
		list.pasted = a.App.ReadPasted(*said.Text, channel)
		list.contacts = list.pasted.Contacts()
	}
	if said.DryRun {
		list.dry = commands.NewDryRun()
	}
	return list
}

// shown is an answer with where its rows were pasted.
func (l contactList) shown(answer invitations, err error) (invitations, error) {
	if err != nil {
		return answer, err
	}
	answer.DryRun, answer.HeaderLine = l.dry != nil, l.pasted.Header
	for i := range answer.Results {
		if i < len(l.pasted.Rows) {
			answer.Results[i].Line, answer.Results[i].Beside = l.pasted.Rows[i].Line, domain.Excerpt(l.pasted.Rows[i].Beside)
		}
	}
	return answer, nil
}

// eitherOr refuses a body that has neither of two members, or both.
func eitherOr(one string, hasOne bool, other string, hasOther bool) error {
	if hasOne && hasOther {
		return domain.Refuse(domain.InvalidRequest, "give either "+one+" or "+other).In(other)
	}
	return needed(one, hasOne || hasOther)
}
