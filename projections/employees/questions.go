package employees

import (
	"context"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Query asks for an account's employees, by last name. Filters that are zero do
// not matter.
type Query struct {
	Account domain.AccountID
	Status  Status
	// Chosen is the departments one of which was chosen for them: a department
	// and those deleted ones whose people moved there. Nil does not matter.
	Chosen []domain.DepartmentID
	Role   domain.Role
	// Access is judged at the time Now, which no other filter needs.
	Access Access
	Now    time.Time
	// Search looks in names, login and job title.
	Search string
	projections.Paging
}

// List is a page of employees.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Employee], error) {
	found := projections.Query{
		Account: query.Account,
		Facets:  map[string]string{"status": string(query.Status), "role": string(query.Role)},
		OneOf:   map[string][]string{"department": ids(query.Chosen)},
		Search:  query.Search,
	}
	switch query.Access {
	case "":
	case PasswordLapsed:
		found.To = query.Now.Add(1)
	case Ready, PasswordPending, NoAccess:
		found.From = query.Now.Add(1)
		found.Facets["access"] = string(query.Access)
	default:
		return projections.Page[Employee]{}, domain.Refuse(domain.InvalidRequest,
			"access is ready, password_pending, password_lapsed or none").In("access")
	}
	return projections.List[Employee](ctx, reader, View(), found, query.Paging)
}

// ids is the departments as a filter's values; nil for nil.
func ids(departments []domain.DepartmentID) []string {
	if departments == nil {
		return nil
	}
	values := make([]string, len(departments))
	for i, id := range departments {
		values[i] = id.String()
	}
	return values
}

// Get is one employee; domain.NotFound where the account has none such.
func Get(ctx context.Context, reader projections.Reader, account domain.AccountID, id domain.PersonID) (Employee, error) {
	found, err := Some(ctx, reader, account, id)
	if err != nil {
		return Employee{}, err
	}
	if len(found) == 0 || found[0].Status == "" {
		return Employee{}, domain.Refuse(domain.NotFound, "there is no such employee")
	}
	return found[0], nil
}

// People is what the account's people are called, registrants included.
func People(ctx context.Context, reader projections.Reader, account domain.AccountID, ids ...domain.PersonID) (projections.Names, error) {
	found, err := Some(ctx, reader, account, ids...)
	if err != nil {
		return nil, err
	}
	names := make(projections.Names, len(found))
	for _, somebody := range found {
		if name := somebody.Called(); !name.IsZero() {
			names[somebody.Person] = name
		}
	}
	return names, nil
}

// Some is those of the people who are known, registrants included, in any order.
func Some(ctx context.Context, reader projections.Reader, account domain.AccountID, ids ...domain.PersonID) ([]Employee, error) {
	asked := map[domain.PersonID]bool{{}: true} // nobody has the id zero
	var keys []projections.Key
	for _, id := range ids {
		if !asked[id] {
			asked[id] = true
			keys = append(keys, projections.Key{Account: account, ID: id.String()})
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := reader.Load(ctx, View(), keys)
	if err != nil {
		return nil, fmt.Errorf("load employees: %w", err)
	}
	return projections.As[Employee](rows)
}

// SlotsOf is where people's streams are. Who is not of the account is left out;
// those who have only registered are of it.
func SlotsOf(ctx context.Context, reader projections.Reader, account domain.AccountID, ids ...domain.PersonID) (map[domain.PersonID]domain.Slot, error) {
	found, err := Some(ctx, reader, account, ids...)
	slots := make(map[domain.PersonID]domain.Slot, len(found))
	for _, one := range found {
		slots[one.Person] = one.Slot
	}
	return slots, err
}
