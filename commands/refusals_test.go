package commands_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatAFileHoldsIsShownInTests reads the sources: of each file that has tests
// beside it, these name each code that it refuses with, and some test of this folder
// each of its use-cases.
func TestWhatAFileHoldsIsShownInTests(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "*_test.go")
	require.NoError(t, err)
	named := map[string]bool{}
	for _, tests := range files {
		maps.Copy(named, selected(t, tests))
	}
	seen := 0
	for _, tests := range files {
		file := strings.TrimSuffix(tests, "_test.go") + ".go"
		if _, err := os.Stat(file); err != nil {
			continue
		}
		seen++
		t.Run(file, func(t *testing.T) {
			beside := selected(t, tests)
			codes, useCases := contentsOf(t, file)
			for _, code := range codes {
				require.True(t, beside[code], "no test in %s names the refusal %s", tests, code)
			}
			for _, useCase := range useCases {
				require.True(t, named[useCase], "no test names the use-case %s of %s", useCase, file)
			}
		})
	}
	require.GreaterOrEqual(t, seen, 10)
}

// contentsOf is the codes that a file refuses with, and its use-cases.
func contentsOf(t *testing.T, file string) (codes, useCases []string) {
	t.Helper()
	ast.Inspect(parsed(t, file), func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.FuncDecl:
			if n.Recv != nil && n.Name.IsExported() && isOfApp(n.Recv.List[0].Type) {
				useCases = append(useCases, n.Name.Name)
			}
		case *ast.CallExpr:
			if called, ok := n.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "Refuse" {
				code, ok := n.Args[0].(*ast.SelectorExpr)
				require.True(t, ok, "%s: name the code of Refuse as domain.X", file)
				codes = append(codes, code.Sel.Name)
			}
		}
		return true
	})
	return codes, useCases
}

func isOfApp(receiver ast.Expr) bool {
	pointer, ok := receiver.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := pointer.X.(*ast.Ident)
	return ok && name.Name == "App"
}

// selected is all that a file names of other packages and of values.
func selected(t *testing.T, file string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	ast.Inspect(parsed(t, file), func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			names[selector.Sel.Name] = true
		}
		return true
	})
	return names
}

func parsed(t *testing.T, file string) *ast.File {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	return tree
}
