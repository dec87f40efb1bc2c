package httpapi_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi"
)

type form struct {
	Name   string   `json:"name"`
	Age    *int     `json:"age,omitempty"`
	Groups []string `json:"groups,omitempty"`
	Inner  *form    `json:"inner,omitempty"`
}

// FuzzBody reads bodies strictly, and beside it as everybody does: what the
// strict reading takes, the other reads the same.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"name":"A","age":3,"groups":["x"],"inner":{"name":"B"}}`, `{"name":"A","name":"B"}`, `{"Name":"A"}`, `{"name":null}`,
		`{"name":"\ud800"}`, "{\"name\":\"\xff\"}", `{"name":"A"}{}`, `{"age":1.0}`, `{"age":1e400}`, `[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]`, `"\\"`, `"[[[[[[[[[[[[[[[[["`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var strict form
		var tree any
		errTree := httpapi.Unmarshal(body, &tree)
		if err := httpapi.Unmarshal(body, &strict); err != nil {
			require.True(t, strings.HasPrefix(err.Error(), "body"), "%s", err)
			return
		}
		require.NoError(t, errTree)
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		var lenient form
		require.NoError(t, decoder.Decode(&lenient))
		require.Equal(t, lenient.Name, strict.Name)
		require.Equal(t, lenient.Age, strict.Age)
	})
}
