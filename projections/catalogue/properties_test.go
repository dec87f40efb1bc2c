package catalogue_test

import (
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/approvals"
	"github.com/usher-engine/usher/projections/catalogue"
	"github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/invited"
	"github.com/usher-engine/usher/projections/projectionstest"
	"github.com/usher-engine/usher/projections/structure"
)

// maxCommands is how long the random histories are; USHER_SOAK multiplies it.
func maxCommands() int {
	if factor, err := strconv.Atoi(os.Getenv("USHER_SOAK")); err == nil && factor > 0 {
		return 40 * factor
	}
	return 40
}

func TestTheSameHistoryInAnyBatchesGivesTheSameRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := projectionstest.AnyHistory(t, maxCommands())[0].Events
		for _, view := range catalogue.All() {
			single, err := projectionstest.Fold(view, events, 1)
			require.NoError(t, err)
			for _, size := range []int{7, 1000} {
				batched, err := projectionstest.Fold(view, events, size)
				require.NoError(t, err)
				require.Equal(t, single, batched, "%s in batches of %d", view.Name(), size)
			}
		}
	})
}

func TestFoldsLeaveTheRowTheyAreGivenAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := projectionstest.AnyHistory(t, maxCommands())[0].Events
		for _, view := range catalogue.All() {
			rows := map[projections.Key]any{}
			for _, event := range events {
				for _, key := range view.Touches(event) {
					before := encoded(t, view, key, rows[key])
					after := view.Fold(key, rows[key], event)
					require.Equal(t, before, encoded(t, view, key, rows[key]), "%s after %s", view.Name(), event.Event.Type())
					rows[key] = after
				}
			}
		}
	})
}

func encoded(t require.TestingT, view projections.View, key projections.Key, row any) projections.Row {
	if row == nil {
		return projections.Row{}
	}
	encoded, err := view.Encode(key, row)
	require.NoError(t, err)
	return encoded
}

func TestTheListsAgreeWithWhatTheDomainDecides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, company := range projectionstest.AnyHistory(t, maxCommands()) {
			employed := rows[employees.Employee](t, company, employees.View(), "")
			waiting := rows[approvals.Registrant](t, company, approvals.View(), "")
			invitees := rows[invited.Invitee](t, company, invited.View(), "")
			placed := rows[structure.Node](t, company, structure.View(), "person/")
			for _, who := range append(projectionstest.Somebodies(), "founder") {
				state, id := company.People[company.Slot(who)], company.Person(who).String()
				employee, listed := employed[id]
				require.Equal(t, state.Employment.Active, listed && employee.Status == employees.Active)
				require.Equal(t, state.Employment.Active, placed["person/"+id].Placement != nil && placed["person/"+id].Placement.Employed)
				require.Equal(t, state.Employment.Dismissed, listed && employee.Status == employees.Dismissed)
				if listed {
					require.Equal(t, state.JobTitle, employee.JobTitle)
				}
				if state.Employment.Active {
					require.Equal(t, state.Employment.Role, employee.Role)
					require.Equal(t, cmp.Or(state.Employment.Department, domain.RootDepartment(company.ID)), employee.Department)
					require.Equal(t, state.Employment.Department, placed["person/"+id].Placement.Department)
					require.Equal(t, state.Contact.Address, employee.Login)
					require.Equal(t, projections.Name{First: state.FirstName, Last: state.LastName}, employee.Name)
					require.Equal(t, employee.Name, placed["person/"+id].Placement.Name)
					require.Equal(t, state.Credential.Kind, employee.Credential)
				}
				require.Equal(t, state.Waiting(), numbers(waiting[id]))
				invitee, isInvited := invitees[id]
				require.Equal(t, inInvited(state), isInvited)
				if isInvited {
					require.Equal(t, len(state.Invitations), invitee.Invitation)
				}
			}
		}
	})
}

// inInvited holds while the last invitation is live or ran out, and its person
// is not employed.
func inInvited(state person.State) bool {
	last := len(state.Invitations)
	if last == 0 || state.Employment.Active {
		return false
	}
	status := state.Invitations[last-1].Status
	return status == person.Live || status == person.StatusExpired
}

func numbers(registrant approvals.Registrant) []int {
	var numbers []int
	for _, registration := range registrant.Waiting {
		numbers = append(numbers, registration.Number)
	}
	return numbers
}

// rows is a company's listed rows whose id has the prefix.
func rows[R any](t *rapid.T, company *projectionstest.Company, view projections.View, prefix string) map[string]R {
	folded, err := projectionstest.Fold(view, company.Events, 1000)
	require.NoError(t, err)
	listed := map[string]R{}
	for key, row := range folded {
		if key.Account == company.ID && row.Sort != "" && strings.HasPrefix(key.ID, prefix) {
			typed, err := projections.As[R]([]projections.Row{row})
			require.NoError(t, err)
			listed[key.ID] = typed[0]
		}
	}
	return listed
}

func TestRowsOfOneAccountAreNotTouchedByAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		companies := projectionstest.AnyHistory(t, maxCommands())
		own := slices.DeleteFunc(slices.Clone(companies[0].Events), func(event domain.Recorded) bool {
			return event.Metadata.Account != companies[0].ID
		})
		for _, view := range catalogue.All() {
			together, err := projectionstest.Fold(view, companies[0].Events, 1000)
			require.NoError(t, err)
			alone, err := projectionstest.Fold(view, own, 1000)
			require.NoError(t, err)
			for key := range together { // rows of no account name it in their id
				if key.Account != companies[0].ID && !strings.Contains(key.ID, companies[0].ID.String()) {
					delete(together, key)
				}
			}
			require.Equal(t, alone, together, view.Name())
		}
	})
}

type foreign struct{}

func (foreign) Type() domain.EventType { return "weather.rained" }
func (foreign) About() domain.PersonID { return domain.Nobody() }

func TestForeignEventsTouchNothing(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.RegisterDirectly("anna", "Anna", "Smith", "Buyer", true))
	t.Run("given an event of no account, no view looks at it", func(t *testing.T) {
		for _, event := range company.Events {
			event.Metadata.Account = domain.AccountID{}
			for _, view := range catalogue.All() {
				require.Empty(t, view.Touches(event), "%s in %s", event.Event.Type(), view.Name())
			}
		}
	})
	t.Run("given an event that nobody knows, only history keeps it", func(t *testing.T) {
		event := company.Append(company.ID, "weather-1", domain.Actor{}, foreign{})[0]
		for _, view := range catalogue.All() {
			require.Equal(t, view.Name() == "history", len(view.Touches(event)) > 0, view.Name())
		}
	})
}

func TestEveryViewHasItsOwnNameAndItsRowsTheirFacets(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.Register("anna", "Anna", "Smith"))
	company.Pass(time.Hour)
	names := map[string]bool{}
	for _, view := range catalogue.All() {
		require.False(t, names[view.Name()], view.Name())
		names[view.Name()] = true
		folded, err := projectionstest.Fold(view, company.Events, 1)
		require.NoError(t, err)
		for key, row := range folded {
			require.Len(t, row.Facets, len(view.FacetNames()), "row %s of %s", key.ID, view.Name())
		}
	}
}
