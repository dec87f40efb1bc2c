package passwords_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoPasswordOfTheDocumentsIsAccepted walks whatever people read for what looks like
// a password.
func TestNoPasswordOfTheDocumentsIsAccepted(t *testing.T) {
	root := os.DirFS(filepath.Join("..", ".."))
	found := []string{}
	for _, top := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs"} {
		require.NoError(t, fs.WalkDir(root, top, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(root, path)
			found = append(found, looksLikePasswords(string(text))...)
			return err
		}))
	}
	require.Contains(t, found, "correct horse battery staple", "this test finds what is there")
	for _, password := range found {
		require.NotEmpty(t, judged(password), "%q stands in the documents and is accepted", password)
	}
}

// looksLikePasswords is what stands where a password belongs: in bodies, in the examples of
// the API's document, and in shells; but not what a shell fills in.
func looksLikePasswords(text string) (found []string) {
	for _, place := range []*regexp.Regexp{
		regexp.MustCompile(`"(?:password|new|current)": ?"([^"$]{2,})"`),
		regexp.MustCompile(`"(?:password|new|current)": ?\{[^{}]*?"examples?": ?\[?\s*"([^"]+)"`),
		regexp.MustCompile(`(?i)password='?([^\s'"$]+)`),
	} {
		for _, one := range place.FindAllStringSubmatch(text, -1) {
			found = append(found, strings.TrimSpace(one[1]))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
