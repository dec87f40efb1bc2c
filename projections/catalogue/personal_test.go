package catalogue_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
	"github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/projectionstest"
)

// anyPersonalHistory is a random history, and after it personal data of the
// kinds that it has none of.
func anyPersonalHistory(t *rapid.T) ([]*projectionstest.Company, []domain.Recorded) {
	companies := projectionstest.AnyHistory(t, maxCommands())
	one := companies[0]
	by := domain.Actor{Kind: domain.ActorPerson, Person: one.Founder}
	anna, boris := one.Person("anna"), one.Person("boris")
	annas, founders := domain.PersonStream(one.Slot("anna")), domain.PersonStream(one.Slot("founder"))
	one.Append(one.ID, annas, by,
		person.ContactCorrected{Person: anna, Invitation: 1, To: boris, By: one.Founder, Personal: person.Invitee{Contact: projectionstest.EmailOf("boris")}},
		person.APITokenMade{Person: anna, Personal: person.TokenName{Name: "Token-anna"}})
	one.Append(one.ID, domain.PersonStream(one.Slot("clara")), by,
		person.LoginClaimed{By: anna, Slot: one.Slot("anna"), ExpiresAt: one.Now.Add(time.Hour), Personal: person.Invitee{Contact: projectionstest.EmailOf("anna")}})
	one.Append(one.ID, founders, by,
		person.LoginChanged{Person: one.Founder, Personal: person.ChangedLogin{Contact: projectionstest.EmailOf("max"), Before: projectionstest.EmailOf("max.miller")}})
	bulk := domain.BatchID(one.ID.Derive("batch 0"))
	one.Append(one.ID, domain.BatchStream(bulk), by, batch.Opened{Batch: bulk, Inviter: one.Founder, Personal: batch.Text{Message: "Message-emily"}})
	return companies, one.Events
}

// member is a value in a row that has no members itself.
type member struct {
	path     string
	personal bool // it, or what it is in, is marked as such
	value    reflect.Value
}

func membersOf(row any) []member { return membersIn("", false, reflect.ValueOf(row)) }

func membersIn(path string, personal bool, value reflect.Value) (all []member) {
	switch value.Kind() { //nolint:exhaustive // because all others are plain values
	case reflect.Pointer, reflect.Interface:
		if !value.IsNil() {
			all = membersIn(path, personal, value.Elem())
		}
	case reflect.Slice:
		if value.Type() == reflect.TypeFor[[]byte]() {
			return []member{{path, personal, value}}
		}
		for i := range value.Len() {
			all = append(all, membersIn(path+"[]", personal, value.Index(i))...)
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			all = append(all, membersIn(path+"[key]", personal, key)...)
			all = append(all, membersIn(path+"[]", personal, value.MapIndex(key))...)
		}
	case reflect.Struct:
		if value.Type() == reflect.TypeFor[time.Time]() {
			return []member{{path, personal, value}}
		}
		for i := range value.NumField() {
			field := value.Type().Field(i)
			all = append(all, membersIn(path+"."+field.Name, personal || isMarked(field), value.Field(i))...)
		}
	default:
		all = []member{{path, personal, value}}
	}
	return all
}

func isMarked(field reflect.StructField) bool { return field.Tag.Get("personal") == "true" }

// holdsPersonalData reports whether a row of the type can.
func holdsPersonalData(row reflect.Type) bool {
	switch row.Kind() { //nolint:exhaustive // because all others are plain values
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return holdsPersonalData(row.Elem()) || row.Kind() == reflect.Map && holdsPersonalData(row.Key())
	case reflect.Struct:
		return slices.ContainsFunc(reflect.VisibleFields(row), func(field reflect.StructField) bool {
			return isMarked(field) || holdsPersonalData(field.Type)
		})
	default:
		return false
	}
}

// forgetsNobody reports whether a view keeps personal data and has no Erase.
func forgetsNobody(t require.TestingT, view projections.View) bool {
	row, err := view.Decode(projections.Row{Doc: []byte("{}")})
	require.NoError(t, err)
	_, erases := view.(projections.Personal)
	return holdsPersonalData(reflect.TypeOf(row)) && !erases
}

func TestEachViewWithPersonalDataCanErase(t *testing.T) {
	for _, view := range catalogue.All() {
		require.False(t, forgetsNobody(t, view), "%s has members marked as personal, and its definition no Erase", view.Name())
	}
	t.Run("and one that could not would be found", func(t *testing.T) {
		require.True(t, forgetsNobody(t, projections.Definition[employees.Employee]{}.View()))
		require.True(t, forgetsNobody(t, projections.Definition[map[string][]*employees.Employee]{}.View()))
		require.False(t, forgetsNobody(t, projections.Definition[struct{ Person domain.PersonID }]{}.View()))
	})
}

// A member that nobody marked, and that personal data comes to, is found here.
func TestPersonalDataComesToMarkedMembersAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, events := anyPersonalHistory(t)
		for _, view := range catalogue.All() {
			for key, row := range folded(t, view, events) {
				for _, member := range membersOf(decoded(t, view, row)) {
					if !member.personal && member.value.Kind() == reflect.String {
						requireNobody(t, member.value.String(), "%s of row %s of %s", member.path, key.ID, view.Name())
					}
				}
			}
		}
	})
}

func TestPersonalDataIsInRowsKeyedByThatPersonAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		companies, events := anyPersonalHistory(t)
		for _, view := range catalogue.All() {
			personal, isPersonal := view.(projections.Personal)
			for key, row := range folded(t, view, events) {
				text := textOf(row)
				for _, who := range projectionstest.Somebodies() {
					its := isPersonal && slices.ContainsFunc(companies, func(company *projectionstest.Company) bool {
						return key == personal.KeyOf(company.ID, company.Person(who))
					})
					require.False(t, tells(text, who) && !its, "row %s of %s tells of %s: %s", key.ID, view.Name(), who, text)
				}
			}
		}
	})
}

func TestAnErasedRowHoldsNoPersonalData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, events := anyPersonalHistory(t)
		for _, view := range personalViews() {
			for key, row := range folded(t, view, events) {
				before := decoded(t, view, row)
				left := view.Erase(before)
				require.Equal(t, row, encoded(t, view, key, before), "%s changed the row it was given", view.Name())
				if left == nil {
					continue
				}
				for _, member := range membersOf(left) {
					require.True(t, !member.personal || member.value.IsZero(), "%s of %s is left", member.path, view.Name())
				}
				again := encoded(t, view, key, left)
				requireNobody(t, textOf(again), "row %s of %s", key.ID, view.Name())
				require.NotContains(t, textOf(again), "miller", "row %s of %s", key.ID, view.Name())
				require.Equal(t, left, view.Erase(left), "%s, erased twice", view.Name())
			}
		}
	})
}

// A view that was there during an erasure is then no other than one that is
// built after it.
func TestAnErasedRowIsTheOneThatARebuildMakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, events := anyPersonalHistory(t)
		for _, view := range personalViews() {
			left := map[projections.Key]projections.Row{}
			for key, row := range folded(t, view, events) {
				if nameless := view.Erase(decoded(t, view, row)); nameless != nil {
					left[key] = encoded(t, view, key, nameless)
				}
			}
			require.Equal(t, folded(t, view, erased(events)), left, view.Name())
		}
	})
}

func TestErasedEventsLeaveNobodysNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, events := anyPersonalHistory(t)
		from := rapid.IntRange(0, len(events)).Draw(t, "erased from the beginning or later")
		for _, view := range catalogue.All() {
			for key, row := range folded(t, view, erased(events)) {
				requireNobody(t, textOf(row), "row %s of %s", key.ID, view.Name())
			}
			folded(t, view, append(slices.Clone(events[:from]), erased(events[from:])...))
		}
	})
}

func TestAnEventErasedForSomebodyElseLeavesTheRow(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.RegisterDirectly("anna", "Anna", "Smith", "Buyer", true))
	event := company.Events[len(company.Events)-1]
	event.Event, event.Erased = person.JobTitleChanged{Person: company.Person("boris")}, true
	for _, view := range personalViews() {
		for key, row := range folded(t, view, company.Events) {
			if key == view.KeyOf(company.ID, company.Person("anna")) {
				require.Contains(t, textOf(encoded(t, view, key, view.Fold(key, decoded(t, view, row), event))), "anna", view.Name())
			}
		}
	}
}

func personalViews() (views []projections.Personal) {
	for _, view := range catalogue.All() {
		if personal, ok := view.(projections.Personal); ok {
			views = append(views, personal)
		}
	}
	return views
}

func folded(t require.TestingT, view projections.View, events []domain.Recorded) map[projections.Key]projections.Row {
	rows, err := projectionstest.Fold(view, events, 7)
	require.NoError(t, err)
	return rows
}

func decoded(t require.TestingT, view projections.View, row projections.Row) any {
	typed, err := view.Decode(row)
	require.NoError(t, err)
	return typed
}

// textOf is all that a store keeps of a row, but for its key and time.
func textOf(row projections.Row) string {
	return strings.ToLower(strings.Join(append(slices.Clone(row.Facets), row.Sort, row.Search, string(row.Doc)), " "))
}

func tells(text, who string) bool {
	return strings.Contains(text, who) || strings.Contains(text, projectionstest.PhoneOf(who).Address)
}

func requireNobody(t require.TestingT, text, where string, args ...any) {
	for _, who := range projectionstest.Somebodies() {
		if tells(strings.ToLower(text), who) {
			require.Fail(t, "it tells of "+who+": "+text, append([]any{where}, args...)...)
		}
	}
}

// erased is the events after everybody's data key is gone.
func erased(events []domain.Recorded) []domain.Recorded {
	bare := slices.Clone(events)
	for i, event := range bare {
		if _, personal := event.Event.(domain.PersonalEvent); personal {
			blank := reflect.New(reflect.TypeOf(event.Event)).Elem()
			blank.Set(reflect.ValueOf(event.Event))
			blank.FieldByName("Personal").SetZero()
			bare[i].Event, bare[i].Erased = blank.Interface().(domain.Event), true
		}
	}
	return bare
}
