package structure_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
)

// companyOf is how a company of so many departments came about: each stands
// below an earlier one, a tenth of them right below the root.
func companyOf(count int) []structure.Event {
	events := make([]structure.Event, count)
	for i := range events {
		parent := root
		if i%10 > 0 {
			parent = numbered(i / 10)
		}
		events[i] = created(numbered(i), parent, fmt.Sprint("Department ", i))
	}
	return events
}

func numbered(number int) domain.DepartmentID {
	id := domain.DepartmentID{7}
	binary.BigEndian.PutUint32(id[4:], uint32(number))
	return id
}

// BenchmarkFold folds the largest company there can be; ratio is what an event
// costs there, against one of a company a tenth as large.
func BenchmarkFold(b *testing.B) {
	large, decider := companyOf(10_000), structure.Decider()
	perEvent := func(events []structure.Event) time.Duration {
		began := time.Now()
		decider.Fold(decider.Initial(), events...)
		return time.Since(began) / time.Duration(len(events))
	}
	var ofLarge, ofSmall time.Duration
	for b.Loop() {
		ofSmall += perEvent(large[:1000])
		ofLarge += perEvent(large)
	}
	b.ReportMetric(float64(ofLarge.Nanoseconds())/float64(b.N), "ns/event")
	b.ReportMetric(float64(ofLarge)/float64(ofSmall), "ratio")
}

// BenchmarkDecide asks for what looks at most of the largest company.
func BenchmarkDecide(b *testing.B) {
	decider := structure.Decider()
	state := decider.Fold(decider.Initial(), companyOf(9_999)...)
	for name, command := range map[string]structure.Command{
		"create": create(sales, root, "Sales"),
		"rename": rename(numbered(0), "Sales"),
		"move":   move(numbered(10), numbered(1)),
		"delete": remove(numbered(0)),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := decider.Decide(time.Time{}, state, command)
				require.NoError(b, err)
			}
		})
	}
}
