package httpapi_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// twice sends the same request two times at once, without an idempotency key,
// and says how both were answered.
func twice(t *testing.T, send func() httpapitest.Answer) []int {
	t.Helper()
	statuses := make([]int, 2)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() { statuses[i] = send().Status })
	}
	group.Wait()
	slices.Sort(statuses)
	return statuses
}

func TestADoubleClickOnAPasswordKeepsTheSession(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	ben := company.Employee(t, "ben@mill.example")
	const body = `{"current":"` + httpapitest.Password + `","new":"another phrase, and longer"}`
	require.Equal(t, []int{200, 422}, twice(t, func() httpapitest.Answer { return ben.Do(t, "PUT", "/me/password", body) }))
	ben.Get(t, "/me").Must(t, 200)
	company.SignIn(t, "ben@mill.example", "another phrase, and longer")
}

func TestADoubleClickOnRehiringCostsOneMessage(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	person := company.Admin.Post(t, "/employees", `{"email":"ben@mill.example","first_name":"Ben","last_name":"Miller","job_title":"Baker"}`).Must(t, 201).Text(t, "person")
	for range 2 { // the second time with the last message that the day allows
		company.Admin.Post(t, "/employees/"+person+"/dismiss", "").Must(t, 200)
		require.Equal(t, []int{200, 200}, twice(t, func() httpapitest.Answer {
			return company.Admin.Do(t, "POST", "/employees/"+person+"/rehire", "")
		}))
	}
	company.Admin.Post(t, "/employees/"+person+"/dismiss", "").Must(t, 200)
	company.Admin.Post(t, "/employees/"+person+"/rehire", "").Refused(t, 429, "contact_limit")
}
