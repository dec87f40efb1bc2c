package domaintest_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
)

// counter counts up to three; a negative command breaks it.
func counter() domain.Decider[int, int, int] {
	return domain.Decider[int, int, int]{
		Initial: func() int { return 0 },
		Decide: func(now time.Time, state, command int) ([]int, error) {
			switch {
			case now.After(domaintest.Now()):
				return nil, domain.Refuse(domain.LinkExpired, "count earlier")
			case command < -1:
				return nil, domain.Refuse(domain.Internal, "")
			case command < 0:
				return nil, errors.New("broken")
			case command == 0:
				return nil, nil
			case state+command > 3:
				return nil, domain.Refuse(domain.TooManyRows, "count to three at most")
			}
			return []int{command}, nil
		},
		Evolve: func(state, event int) int { return state + event },
	}
}

// witness is a test that fails without anybody hearing of it.
type witness struct {
	testing.TB
	failure string
}

func (*witness) Helper() {}

func (w *witness) Fatalf(format string, values ...any) {
	w.failure = fmt.Sprintf(format, values...)
	runtime.Goexit()
}

func failureOf(scenario func(testing.TB)) string {
	w := &witness{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		scenario(w)
	}()
	<-done
	return w.failure
}

func TestAScenarioThatIsTruePasses(t *testing.T) {
	domaintest.Given(t, counter(), 1, 1).When(1).Then(1)
	domaintest.Given(t, counter(), 1, 1).When(0).ThenNothing()
	domaintest.Given(t, counter(), 1, 1).When(2).ThenRefused(domain.TooManyRows)
	domaintest.Given(t, counter()).At(domaintest.Now().Add(1)).When(1).ThenRefused(domain.LinkExpired)
}

func TestAScenarioThatIsNotTrueFailsAndSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		scenario func(testing.TB)
		why      string
	}{
		"other events":                         {func(t testing.TB) { domaintest.Given(t, counter()).When(1).Then(2) }, "want [2]"},
		"a refusal where events were expected": {func(t testing.TB) { domaintest.Given(t, counter(), 3).When(1).Then(1) }, "refused: too_many_rows"},
		"another refusal":                      {func(t testing.TB) { domaintest.Given(t, counter(), 3).When(1).ThenRefused(domain.NotFound) }, "got too_many_rows"},
		"events where a refusal was expected":  {func(t testing.TB) { domaintest.Given(t, counter()).When(1).ThenRefused(domain.NotFound) }, "want refusal not_found"},
		"an error that is no refusal":          {func(t testing.TB) { domaintest.Given(t, counter()).When(-1).ThenRefused(domain.Internal) }, "error broken"},
		"a refusal without words":              {func(t testing.TB) { domaintest.Given(t, counter()).When(-2).ThenRefused(domain.Internal) }, "does not say what to do"},
		"events where nothing was expected":    {func(t testing.TB) { domaintest.Given(t, counter()).When(1).ThenNothing() }, "want nothing"},
		"a refusal where nothing was expected": {func(t testing.TB) { domaintest.Given(t, counter(), 3).When(1).ThenNothing() }, "want nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			failure := failureOf(c.scenario)
			require.True(t, strings.Contains(failure, c.why), "the failure says %q", failure)
		})
	}
}
