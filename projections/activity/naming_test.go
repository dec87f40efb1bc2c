package activity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/activity"
	"github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func told(t *testing.T, company *projectionstest.Company) (texts []string) {
	t.Helper()
	reader := projectionstest.Reader(t, company.Events, activity.View(), employees.View())
	page, err := activity.List(t.Context(), reader, activity.Query{Account: company.ID})
	require.NoError(t, err)
	people, err := employees.Chronicle(t.Context(), reader, company.ID, activity.Mentions(page.Items)...)
	require.NoError(t, err)
	for _, entry := range page.Items {
		texts = append(texts, activity.Tell(entry, people, projections.Places{}).Text())
	}
	return texts
}

func TestOlderEntriesShowTheNameOfTheirTime(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.RegisterDirectly("anna", "Anna", "Smith", "Buyer", true))
	require.NoError(t, company.Do("anna", person.ChangeJobTitle{JobTitle: "Cook"}))
	require.NoError(t, company.Do("anna", person.ChangeName{FirstName: "Anna", LastName: "Baker"}))
	require.NoError(t, company.Do("anna", person.ChangeJobTitle{JobTitle: "Chef"}))
	require.NoError(t, company.Do("founder", person.ChangeName{FirstName: "Maximilian"}))
	require.NoError(t, company.Do("anna", person.ChangeName{FirstName: "Ann", LastName: "Baker"}))
	require.Equal(t, []string{
		"Maximilian changed Anna Baker's name to Ann Baker",
		"Max Miller changed their own name to Maximilian",
		"Max Miller changed Anna Baker's job title",
		"Max Miller changed Anna Smith's name to Anna Baker",
		"Max Miller changed Anna Smith's job title",
		"Anna Smith was registered by Max Miller",
		"Max Miller founded the account",
	}, told(t, company))
}

func TestAnErasureTakesEarlierNames(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.RegisterDirectly("anna", "Anna", "Smith", "Buyer", true))
	require.NoError(t, company.Do("anna", person.ChangeName{FirstName: "Anna", LastName: "Baker"}))
	for i, event := range company.Events {
		switch e := event.Event.(type) {
		case person.RegisteredDirectly:
			e.Personal = person.Colleague{}
			company.Events[i].Event, company.Events[i].Erased = e, true
		case person.NameChanged:
			e.Personal = person.Called{}
			company.Events[i].Event, company.Events[i].Erased = e, true
		}
	}
	require.Equal(t, []string{"Max Miller changed somebody's name", "Somebody was registered by Max Miller", "Max Miller founded the account"}, told(t, company))
}
