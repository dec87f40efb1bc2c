package httpapi_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// Who uses a token while it is revoked is answered or not signed in, and nobody
// is answered once the revocation is.
func TestATokenThatIsRevokedWhileItIsUsedWorksNoMore(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	token := makeToken(t, company.Admin, "read_lists")
	id := company.Admin.Get(t, "/me/tokens").Items(t)[0]["id"].(string)

	var statuses [8][10]int
	var group sync.WaitGroup
	for user := range statuses {
		group.Go(func() {
			for use := range statuses[user] {
				statuses[user][use] = token.Get(t, "/employees").Status
			}
		})
	}
	group.Go(func() {
		company.Admin.Do(t, "DELETE", "/me/tokens/"+id, "").Must(t, 200)
		token.Get(t, "/employees").Refused(t, 401, "not_signed_in")
	})
	group.Wait()

	for _, of := range statuses {
		ended := false
		for _, status := range of {
			require.Contains(t, []int{200, 401}, status)
			require.False(t, ended && status == 200, "a token that had ended works again")
			ended = status == 401
		}
	}
}
