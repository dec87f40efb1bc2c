package archtest_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The README shows the way of one command. Each of its lines with a file names
// functions that are in that file.
func TestThePictureInTheReadmeNamesWhatIsThere(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	_, picture, found := strings.Cut(string(readme), "```text\n")
	require.True(t, found)
	picture, _, _ = strings.Cut(picture, "```")
	functions := map[string]map[string]bool{}
	for _, file := range goFiles(t) {
		functions[file.name] = map[string]bool{}
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok {
				functions[file.name][function.Name.Name] = true
			}
		}
	}
	checked := 0
	for line := range strings.Lines(picture) {
		columns := inColumns(line)
		at := 0
		for at < len(columns) && !strings.HasSuffix(columns[at], ".go") {
			at++
		}
		if at == len(columns) {
			continue // an arrow
		}
		require.Greater(t, len(columns), at+1, "what to look for in %s?", columns[at])
		for _, name := range strings.Fields(columns[at+1]) {
			checked++
			if !functions[columns[at]][name] {
				t.Errorf("the README says that %s is in %s, and it is not: draw the way anew", name, columns[at])
			}
		}
	}
	require.Greater(t, checked, 10)
}

// inColumns cuts a line where two blanks or more stand.
func inColumns(line string) []string {
	var columns []string
	for _, column := range strings.Split(line, "  ") {
		if column = strings.TrimSpace(column); column != "" {
			columns = append(columns, column)
		}
	}
	return columns
}
