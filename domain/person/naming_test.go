package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestChangeName(t *testing.T) {
	hired := employedByPublicLink()
	named := func(first, last string) person.Event {
		return person.NameChanged{Person: anna, Personal: person.Called{FirstName: first, LastName: last}}
	}
	t.Run("given an employee, it changes", func(t *testing.T) {
		given(t, hired...).When(person.ChangeName{FirstName: "Anne", LastName: "Archer"}).Then(named("Anne", "Archer"))
	})
	t.Run("given people with one name, the last name is empty", func(t *testing.T) {
		given(t, hired...).When(person.ChangeName{FirstName: "Anna"}).Then(named("Anna", ""))
	})
	t.Run("given the same name, it is quiet", func(t *testing.T) {
		given(t, hired...).When(person.ChangeName{FirstName: "Anna", LastName: "Archer"}).ThenNothing()
		given(t, with(hired, one(named("Anne", "")))...).When(person.ChangeName{FirstName: "Anne"}).ThenNothing()
	})
	t.Run("given nobody, or somebody without access, it refuses", func(t *testing.T) {
		given(t).When(person.ChangeName{FirstName: "Anne"}).ThenRefused(domain.NotEmployed)
		given(t, joined(1, person.Approval, public)).When(person.ChangeName{FirstName: "Anne"}).ThenRefused(domain.NotEmployed)
		gone := person.Dismissed{Person: anna, By: carla, Epoch: 2}
		given(t, with(hired, one(gone))...).When(person.ChangeName{FirstName: "Anne"}).ThenRefused(domain.NotEmployed)
	})
	t.Run("it stays through a dismissal and a return", func(t *testing.T) {
		state := after(with(hired, one(named("Anne", "Baker"), person.Dismissed{Person: anna, By: carla, Epoch: 2}))...)
		require.Equal(t, "Anne Baker", state.FirstName+" "+state.LastName)
	})
	t.Run("a registrant with one name is called by it alone", func(t *testing.T) {
		require.Equal(t, "Anna", person.Registration{FirstName: "Anna"}.Name())
		require.Equal(t, "Anna Archer", person.Registration{FirstName: "Anna", LastName: "Archer"}.Name())
	})
}
