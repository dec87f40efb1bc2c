package employees

import (
	"context"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// sorts is by what employees can be sorted.
func sorts() projections.Sorts {
	return projections.Sorts{"name": "", "joined_at": "joined", "role": "role", "status": "status"}
}

// Query asks for an account's employees, by last name where nothing else is said. Filters that are zero do
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
	Search projections.Search
	projections.Paging
}

// List returns a page of employees.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Employee], error) {
	found := projections.Query{
		Account: query.Account,
		Facets:  map[string]string{"status": string(query.Status), "role": string(query.Role)},
		OneOf:   map[string][]string{"department": ids(query.Chosen)},
		Search:  query.Search,
		Sorts:   sorts(),
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

// InDepartments returns how many employees have chosen each department, by its id; of an
// empty id are the dismissed.
func InDepartments(ctx context.Context, reader projections.Reader, account domain.AccountID) (map[string]int, domain.Position, error) {
	counts, position, err := reader.Tally(ctx, View(), account, "department", projections.Span{})
	if err != nil {
		return nil, position, fmt.Errorf("count employees by department: %w", err)
	}
	return counts, position, nil
}

// ByStatus returns how many people are active and how many dismissed.
func ByStatus(ctx context.Context, reader projections.Reader, account domain.AccountID) (active, dismissed int, position domain.Position, err error) {
	counts, position, err := reader.Tally(ctx, View(), account, "status", projections.Span{})
	if err != nil {
		return 0, 0, position, fmt.Errorf("count employees: %w", err)
	}
	return counts[string(Active)], counts[string(Dismissed)], position, nil
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

// Get returns one employee; domain.NotFound where the account has none such.
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

// People returns what the account's people are called, registrants included.
func People(ctx context.Context, reader projections.Reader, account domain.AccountID, ids ...domain.PersonID) (projections.Names, error) {
	people, err := Chronicle(ctx, reader, account, ids...)
	return people.Now, err
}

// Chronicle returns what the account's people are called, and were before.
func Chronicle(ctx context.Context, reader projections.Reader, account domain.AccountID, ids ...domain.PersonID) (projections.Chronicle, error) {
	found, err := Some(ctx, reader, account, ids...)
	if err != nil {
		return projections.Chronicle{}, err
	}
	people := projections.Chronicle{Now: projections.Names{}, Formerly: map[domain.PersonID][]projections.Former{}}
	for _, somebody := range found {
		if name := somebody.Called(); !name.IsZero() {
			people.Now[somebody.Person] = name
		}
		if len(somebody.Formerly) > 0 {
			people.Formerly[somebody.Person] = somebody.Formerly
		}
	}
	return people, nil
}

// Some returns those of the people who are known, registrants included, in any order.
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
	rows, _, err := reader.Load(ctx, View(), keys)
	if err != nil {
		return nil, fmt.Errorf("load employees: %w", err)
	}
	return projections.As[Employee](rows)
}

// SlotsOf returns where people's streams are. Who is not of the account is left out;
// those who have only registered are of it.
func SlotsOf(ctx context.Context, reader projections.Reader, account domain.AccountID, ids ...domain.PersonID) (map[domain.PersonID]domain.Slot, error) {
	found, err := Some(ctx, reader, account, ids...)
	slots := make(map[domain.PersonID]domain.Slot, len(found))
	for _, one := range found {
		slots[one.Person] = one.Slot
	}
	return slots, err
}
