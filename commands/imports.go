package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// ImportUse is what becomes of the people of a file.
type ImportUse string

const (
	ImportInvites   ImportUse = "invite"
	ImportRegisters ImportUse = "register"
)

// mostPlacements is how many departments and workgroups people of one file are put into
// together, at most.
const mostPlacements = 500

// ImportPeople is a file of people with a header.
type ImportPeople struct {
	File []byte
	Use  ImportUse
	// DryRun tells what would become of each row, and does nothing.
	DryRun bool
	// WithoutConfirmation is as in RegisterDirectly, for whom the file registers.
	WithoutConfirmation bool
	// Confirmed is the lines of rows that look wrong and are meant, beside those that say
	// so themselves.
	Confirmed []int
}

// Imported is what became of a file's rows.
type Imported struct {
	Done
	Columns []ImportedColumn
	Rows    []ImportedRow
	Batches []domain.BatchID
	Country string // as in Invited
}

// ImportedColumn is a column of the file, and whether its use takes it.
type ImportedColumn struct {
	Column
	Used bool
}

// ImportedRow is one row's result.
type ImportedRow struct {
	Row
	Line                int
	FirstName, LastName string    // as the file says them, of whom it registers
	Unused              []Meaning // of what this row says and others may have used
	// GoesOn says that the row is one of more than are answered at once: what becomes of it
	// the Batch says.
	GoesOn bool
	Batch  domain.BatchID
}

// ImportPeople invites the people of a file, or registers them directly, for whoever may
// invite. It refuses as a whole with invalid_file or too_many_rows; each row is refused for
// itself: with invalid_row, invalid_contact, duplicate_in_batch, department_not_found,
// department_ambiguous, workgroup_not_found, and as InviteByEmail, InviteBySMS or
// RegisterDirectly refuse. Under the same command id it takes up where it stands.
func (a *App) ImportPeople(ctx context.Context, request Request, c ImportPeople) (Imported, error) {
	company, err := a.mayInvite(ctx, request)
	if err != nil {
		return Imported{}, err
	}
	list, err := a.readPeople(ctx, request, company, c)
	if err != nil {
		return Imported{}, err
	}
	if c.DryRun {
		list.dry = NewDryRun()
	}
	if c.Use == ImportRegisters {
		err = a.registerPeople(ctx, list, c)
	} else {
		err = a.invitePeople(ctx, list)
	}
	return list.Imported, err
}

// ShowImport returns once more what an import said of each row that holds contacts and
// names. Refused says which rows were refused for what.
func (a *App) ShowImport(c ImportPeople, country string, refused func(int) domain.Code) ([]ImportedRow, []string, error) {
	table, err := a.ports.Lists.Table(c.File)
	if err != nil {
		return nil, nil, err
	}
	rows, meant := a.showPeople(table, c.Use, country), make([]string, len(table.Rows))
	for i, row := range table.Rows {
		_, contact, err := a.contactOf(row, c.Use, country)
		asked, is := errors.AsType[*domain.Refusal](err)
		switch {
		case is && asked.Code == refused(i):
			meant[i] = asked.DidYouMean
		case isAskedBack(err): // it was confirmed, or known before
			rows[i].Contact = contact.Address
		}
	}
	return rows, meant, nil
}

// peopleList is a file on its way.
type peopleList struct {
	Imported
	request Request
	company account.State
	people  []TableRow
	places  places
	dry     *DryRun
}

func (a *App) readPeople(ctx context.Context, request Request, company account.State, c ImportPeople) (*peopleList, error) {
	table, err := a.ports.Lists.Table(c.File)
	if err != nil {
		return nil, err
	}
	if len(table.Rows) == 0 {
		return nil, domain.Refuse(domain.InvalidFile, "there are no rows below the header")
	}
	for i, row := range table.Rows {
		table.Rows[i].Confirmed = row.Confirmed || slices.Contains(c.Confirmed, row.Line)
	}
	list := &peopleList{request: request, company: company, people: table.Rows}
	list.Country, list.Rows = company.Country, a.showPeople(table, c.Use, company.Country)
	for _, column := range table.Columns {
		list.Columns = append(list.Columns, ImportedColumn{column, c.Use.takes(column.Meaning)})
	}
	if list.places, err = a.places(ctx, request.Account, company.Name); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i, row := range table.Rows {
		list.Rows[i].Refused = a.refuseRow(row, c.Use, company.Country, seen)
	}
	return list, nil
}

// takes reports whether a use takes a column.
func (u ImportUse) takes(meaning Meaning) bool {
	switch meaning {
	case MeansNothing:
		return false
	case MeansPhone:
		return u == ImportInvites
	case MeansFirstName, MeansLastName, MeansFullName, MeansOneName, MeansJobTitle:
		return u == ImportRegisters
	case MeansEmail, MeansContact, MeansDepartment, MeansWorkgroups, MeansConfirmed:
	}
	return true
}

func (a *App) showPeople(table Table, use ImportUse, country string) []ImportedRow {
	rows := make([]ImportedRow, len(table.Rows))
	for i, row := range table.Rows {
		text, contact, err := a.contactOf(row, use, country)
		rows[i] = ImportedRow{Line: row.Line, Row: Row{Contact: shown(text, contact, err)}, Unused: unusedOf(row, use)}
		if use == ImportRegisters {
			rows[i].FirstName, rows[i].LastName = domain.Excerpt(row.FirstName), domain.Excerpt(row.LastName)
		}
	}
	return rows
}

// contactOf is by what a row's person is invited or registered.
func (a *App) contactOf(row TableRow, use ImportUse, country string) (text string, contact domain.Contact, err error) {
	if row.byPhone(use) {
		contact, err = a.ports.Texts.Phone(row.Phone, country)
		return row.Phone, contact, err
	}
	contact, err = a.ports.Texts.Email(row.Email)
	return row.Email, contact, err
}

func (r TableRow) byPhone(use ImportUse) bool {
	return use == ImportInvites && r.Email == "" && r.Phone != ""
}

// unusedOf is what a row says in columns that other rows may use.
func unusedOf(row TableRow, use ImportUse) (unused []Meaning) {
	if use == ImportRegisters {
		return nil
	}
	if row.byPhone(use) {
		if row.Department != "" {
			unused = append(unused, MeansDepartment)
		}
		if row.Workgroups != "" {
			unused = append(unused, MeansWorkgroups)
		}
	} else if row.Phone != "" {
		unused = append(unused, MeansPhone)
	}
	return unused
}

// refuseRow refuses what need not be tried.
func (a *App) refuseRow(row TableRow, use ImportUse, country string, seen map[string]bool) error {
	text, contact, err := a.contactOf(row, use, country)
	switch {
	case row.Fault != nil:
		return row.Fault
	case strings.TrimSpace(text) == "":
		return domain.Refuse(domain.InvalidContact, "this row has no contact in the columns that are read as contacts")
	case err != nil && (!isAskedBack(err) || !row.Confirmed) || contact.Form == "":
		return nil // as the use refuses it
	case seen[contact.Form]:
		return domain.Refuse(domain.DuplicateInBatch, "this contact is in the file more than once")
	}
	seen[contact.Form] = true
	return nil
}

// placeOf is where a row puts its person.
func (l *peopleList) placeOf(row TableRow) (department domain.DepartmentID, workgroups []domain.WorkgroupID, err error) {
	department, err1 := l.places.department(row.Department)
	workgroups, err2 := l.places.workgroupsOf(row.Workgroups)
	return department, workgroups, errors.Join(err1, err2)
}
