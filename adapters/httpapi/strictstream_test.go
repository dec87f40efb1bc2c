package httpapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/httpkit"
)

// TestStreams reads bulk bodies that are read in more than one way elsewhere, in one
// piece and byte by byte.
func TestStreams(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct{ body, code, location string }{
		"two texts":                        {`{"emails":["a","b"],"department_id":"d","workgroup_ids":["g"],"message":"m"}`, "", ""},
		"blanks around":                    {" \r\n\t{ \"emails\" : [ \"a\" , \"b\" ] } \n", "", ""},
		"nothing":                          {``, "malformed_request", "body"},
		"half of it":                       {`{"emails":["a"`, "malformed_request", "body.emails"},
		"a key twice":                      {`{"emails":[],"emails":[]}`, "malformed_request", "body.emails"},
		"a key twice, one escaped":         {`{"emails":[],"\u0065mails":[]}`, "malformed_request", "body.emails"},
		"a key in another case":            {`{"Emails":[]}`, "invalid_request", "body.Emails"},
		"the Kelvin sign for a k":          {"{\"wor\u212Agroup_ids\":[]}", "invalid_request", "body.wor\u212Agroup_ids"},
		"an unknown field":                 {`{"emails":[],"approved":true}`, "invalid_request", "body.approved"},
		"a value behind the value":         {`{"emails":[]}{}`, "malformed_request", "body"},
		"a letter behind the value":        {`{"emails":[]}x`, "malformed_request", "body"},
		"a byte order mark":                {"\uFEFF{}", "malformed_request", "body"},
		"a comma at the end":               {`{"emails":["a",]}`, "malformed_request", "body.emails"},
		"null":                             {`null`, "invalid_request", "body"},
		"null for a text":                  {`{"message":null}`, "", ""},
		"null for a list":                  {`{"emails":null}`, "", ""},
		"null for what is unknown":         {`{"approved":null}`, "invalid_request", "body.approved"},
		"null twice":                       {`{"emails":null,"emails":null}`, "malformed_request", "body.emails"},
		"null in a list":                   {`{"emails":["a",null]}`, "invalid_request", "body.emails[1]"},
		"a number in a list":               {`{"emails":["a",1]}`, "invalid_request", "body.emails[1]"},
		"a list in a list":                 {`{"emails":["a",[]]}`, "invalid_request", "body.emails[1]"},
		"an object for a list":             {`{"emails":{"0":"a"}}`, "invalid_request", "body.emails"},
		"a text for a list":                {`{"emails":"a"}`, "invalid_request", "body.emails"},
		"a list for a text":                {`{"message":["a"]}`, "invalid_request", "body.message"},
		"a list alone":                     {`["a"]`, "invalid_request", "body"},
		"a text alone":                     {`"a"`, "invalid_request", "body"},
		"half a pair":                      {`{"emails":["\ud800"]}`, "malformed_request", "body.emails[0]"},
		"no UTF-8":                         {"{\"emails\":[\"\xff\"]}", "malformed_request", "body.emails[0]"},
		"100,000 levels":                   {`{"emails":` + strings.Repeat("[", 100_000), "invalid_request", "body.emails[0]"},
		"a text of 1,100 KiB":              {`{"emails":["` + strings.Repeat("a", 1100<<10) + `"]}`, "body_too_large", ""},
		"a text of 1,100 KiB, all escaped": {`{"emails":["` + strings.Repeat(`\"`, 550<<10) + `"]}`, "body_too_large", ""},
		"1,100 KiB of digits":              {`{"emails":[` + strings.Repeat("1", 1100<<10) + `]}`, "body_too_large", ""},
		"1,100 KiB of blanks":              {`{"emails":` + strings.Repeat(" ", 1100<<10) + `[]}`, "body_too_large", ""},
		"1,100 KiB of a name":              {`{"` + strings.Repeat("n", 1100<<10) + `":1}`, "body_too_large", ""},
	} {
		t.Run(what, func(t *testing.T) {
			for _, read := range []error{
				httpapi.ReadInvitation(strings.NewReader(c.body)),
				httpapi.ReadInvitation(iotest.OneByteReader(strings.NewReader(c.body))),
			} {
				if c.code == "" {
					require.NoError(t, read)
					continue
				}
				problem, ok := errors.AsType[*httpkit.Problem](read)
				require.True(t, ok, "%v", read)
				require.Equal(t, c.code, string(problem.Code), "%s %v", problem.Detail, problem.Errors)
				if c.location != "" {
					require.Equal(t, c.location, problem.Errors[0].Location)
				}
			}
		})
	}
}

// FuzzStream reads bodies as streams, and beside it as other bodies are read: one takes
// what the other takes.
func FuzzStream(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"emails":["a","b"],"message":"m"}`, `{"emails":[],"emails":[]}`, `{"Emails":[]}`, `{"emails":null}`, `{"emails":[null]}`,
		`{"emails":["\ud800"]}`, "{\"emails\":[\"\xff\"]}", `{"emails":["a"]}{}`, `{"message":"\u0000"}`, `[[[[[[]]]]]]`, `{"emails":["a"],}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var whole struct {
			Emails       []string `json:"emails"`
			DepartmentID string   `json:"department_id"`
			WorkgroupIDs []string `json:"workgroup_ids"`
			Message      *string  `json:"message"`
		}
		taken := httpapi.Unmarshal(body, &whole) == nil && !strayNull(t, body)
		if len(body) > 32<<10 {
			return // longer texts are refused here alone
		}
		require.Equal(t, taken, httpapi.ReadInvitation(bytes.NewReader(body)) == nil)
	})
}

// strayNull reports whether null stands in a body that is JSON elsewhere than as a member.
func strayNull(t *testing.T, body []byte) bool {
	t.Helper()
	var tree any
	if json.Unmarshal(body, &tree) != nil {
		return false
	}
	return tree == nil || listsNull(tree)
}

func listsNull(tree any) bool {
	switch value := tree.(type) {
	case map[string]any:
		for _, member := range value {
			if listsNull(member) {
				return true
			}
		}
	case []any:
		for _, element := range value {
			if element == nil || listsNull(element) {
				return true
			}
		}
	}
	return false
}
