package webtest

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// Values returns what the form would send.
func (f Form) Values() url.Values { return maps.Clone(f.values) }

// Upload sends the form as one that takes files, with a file in a field; without one where
// the field has no name.
func (f Form) Upload(t testing.TB, field, content string) Page {
	t.Helper()
	var body bytes.Buffer
	writer := multipart.NewWriter(&body)
	for name, values := range f.values {
		for _, value := range values {
			require.NoError(t, writer.WriteField(name, value))
		}
	}
	if field != "" {
		file, err := writer.CreateFormFile(field, "people.csv")
		require.NoError(t, err)
		_, err = file.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.page.browser.absolute(f.action), &body)
	require.NoError(t, err)
	request.Header.Set("Content-Type", writer.FormDataContentType())
	return f.page.browser.do(t, request)
}
