package httpapi_test

import (
	"sync"
	"testing"

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

	var used sync.WaitGroup // by everybody, before it is revoked
	var group sync.WaitGroup
	for range 8 {
		used.Add(1)
		group.Go(func() {
			first := token.Get(t, "/employees")
			used.Done()
			first.Must(t, 200)
			for token.Get(t, "/employees").Status == 200 { //nolint:revive // until it is not
			}
			for range 5 {
				token.Get(t, "/employees").Refused(t, 401, "not_signed_in")
			}
		})
	}
	used.Wait()
	company.Admin.Do(t, "DELETE", "/me/tokens/"+id, "").Must(t, 200)
	token.Get(t, "/employees").Refused(t, 401, "not_signed_in")
	group.Wait()
}
