package httpapi_test

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

const documentFile = "../../docs/openapi.json"

func TestOpenAPIDocument(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	served := usher.Client("").Get(t, "/openapi.json").Must(t, 200)
	require.Equal(t, "application/openapi+json", served.Header.Get("Content-Type"))
	if *update {
		require.NoError(t, os.MkdirAll("../../docs", 0o755))
		require.NoError(t, os.WriteFile(documentFile, served.Body, 0o644))
	}
	committed, err := os.ReadFile(documentFile)
	require.NoError(t, err)
	require.Equal(t, string(committed), string(served.Body), "docs/openapi.json is stale: go test ./adapters/httpapi -update")

	t.Run("describes everything", func(t *testing.T) {
		var document map[string]any
		require.NoError(t, json.Unmarshal(served.Body, &document))
		paths, _ := document["paths"].(map[string]any)
		require.Greater(t, len(paths), 20)
		for path, methods := range paths {
			for method, op := range methods.(map[string]any) {
				operation := op.(map[string]any)
				require.NotEmpty(t, operation["summary"], "%s %s", method, path)
				require.NotEmpty(t, operation["operationId"], "%s %s", method, path)
				require.Contains(t, operation["responses"], "500", "%s %s", method, path)
			}
		}
		require.NotContains(t, string(served.Body), "ErrorModel")
	})
	t.Run("has what answers have in common, too", func(t *testing.T) {
		var document struct {
			Components struct {
				Schemas map[string]struct{ Properties map[string]any }
			}
		}
		require.NoError(t, json.Unmarshal(served.Body, &document))
		for schema, member := range map[string]string{"Approval": "registration", "Employee": "history_missing", "Invitee": "history_missing", "PageEmployee": "position"} {
			require.Contains(t, document.Components.Schemas[schema].Properties, member)
		}
	})
	t.Run("refers only to what is there", func(t *testing.T) {
		var document struct {
			Components struct{ Schemas map[string]any }
		}
		require.NoError(t, json.Unmarshal(served.Body, &document))
		for _, reference := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(string(served.Body), -1) {
			require.Contains(t, document.Components.Schemas, reference[1])
		}
	})
}

func TestDocsPage(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	page := usher.Client("").Get(t, "/docs").Must(t, 200)
	require.Contains(t, page.Header.Get("Content-Security-Policy"), "script-src 'self'")
	loaded := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(string(page.Body), -1)
	require.Len(t, loaded, 4)
	for _, asset := range loaded {
		require.True(t, strings.HasPrefix(asset[1], "/docs/"), "%s is not from this server", asset[1])
		answer := usher.Client("").Get(t, asset[1]).Must(t, 200)
		require.NotEmpty(t, answer.Body, asset[1])
	}
	require.NotRegexp(t, `https?://`, string(page.Body))
	usher.Client("").Get(t, "/docs/nothing.js").Must(t, 404)
	require.Equal(t, "/docs", usher.Client("").Get(t, "/").Must(t, 303).Header.Get("Location"))
}
