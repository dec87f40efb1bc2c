package commands

import "github.com/usher-engine/usher/domain/batch"

// Lists takes apart what people paste and the files that their programs export. It
// judges no contact, name or place: what it does not understand it hands on as it
// stands, so that it is refused where contacts are read.
type Lists interface {
	// Pasted reads a text of contacts, those of one channel.
	Pasted(text string, channel batch.Channel) Pasted
	// Table reads a file with a header. It refuses as a whole, with invalid_file or
	// too_many_rows, what is no table, is in an encoding that cannot be told, or
	// has no column of contacts.
	Table(file []byte) (Table, error)
}

// Pasted is the contacts of a text, in its order.
type Pasted struct {
	Header int // the line of the header; 0 where there is none
	Rows   []PastedRow
}

// PastedRow is one contact of a text.
type PastedRow struct {
	Line    int
	Contact string // as it was written, perhaps none
	Beside  string // what stood beside it and is of no use, such as a name
}

// Contacts returns the contacts alone.
func (p Pasted) Contacts() []string {
	contacts := make([]string, len(p.Rows))
	for i, row := range p.Rows {
		contacts[i] = row.Contact
	}
	return contacts
}

// Meaning is what a column says of people.
type Meaning string

const (
	MeansEmail      Meaning = "email"
	MeansPhone      Meaning = "phone"
	MeansFirstName  Meaning = "first_name"
	MeansLastName   Meaning = "last_name"
	MeansFullName   Meaning = "full_name"
	MeansJobTitle   Meaning = "job_title"
	MeansDepartment Meaning = "department"
	MeansWorkgroups Meaning = "workgroups"
	MeansOneName    Meaning = "one_name"  // that somebody has one name only
	MeansConfirmed  Meaning = "confirmed" // that a contact is right that looks wrong
	MeansContact    Meaning = "contact"   // either e-mail or phone
	MeansNothing    Meaning = ""
)

// Table is a file of people.
type Table struct {
	Columns []Column
	Rows    []TableRow
}

// Column is one of the header.
type Column struct {
	Name    string
	Meaning Meaning // MeansNothing where it is not known, or another one says it better
}

// TableRow is what a file says of somebody.
type TableRow struct {
	Line  int
	Fault error // why the row cannot be read; nil where it can

	Email, Phone                  string
	FirstName, LastName, JobTitle string
	Department, Workgroups        string
	OneName, Confirmed            bool
}
