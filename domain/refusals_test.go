package domain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// These tests read the sources, so that no refusal is ever added without a
// scenario that leads to it.

func TestCodesAreDistinctAndLookAlike(t *testing.T) {
	names := map[string]string{}
	for name, code := range declaredCodes(t) {
		require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, code, "of %s", name)
		require.Empty(t, names[code], "%s and %s are the same code", name, names[code])
		names[code] = name
	}
	require.NotEmpty(t, names)
}

func TestDecidersRefuseOnlyWithDeclaredCodes(t *testing.T) {
	codes := declaredCodes(t)
	for _, aggregate := range aggregates(t) {
		for name := range refusedIn(t, aggregate) {
			require.Contains(t, codes, name, "in %s", aggregate)
		}
	}
}

func TestEachRefusalOfADeciderHasAScenario(t *testing.T) {
	for _, aggregate := range aggregates(t) {
		t.Run(aggregate, func(t *testing.T) {
			refused, shown := refusedIn(t, aggregate), shownIn(t, aggregate)
			t.Logf("refuses with %s", strings.Join(sorted(refused), ", "))
			require.Empty(t, without(refused, shown), "no test of %s says ThenRefused(domain.X) with these", aggregate)
			require.Empty(t, without(shown, refused), "tests of %s expect these, but its decider names none of them", aggregate)
		})
	}
}

func TestCodesThatNoDeciderRefusesWithAreForTheOthers(t *testing.T) {
	codes, refused := declaredCodes(t), map[string]bool{}
	for _, folder := range append(aggregates(t), ".") {
		maps.Copy(refused, refusedIn(t, folder))
	}
	var elsewhere []string
	for name := range codes {
		if !refused[name] {
			elsewhere = append(elsewhere, name)
		}
	}
	slices.Sort(elsewhere)
	t.Logf("refused under domain:       %s", strings.Join(sorted(refused), ", "))
	t.Logf("refused elsewhere, if at all: %s", strings.Join(elsewhere, ", "))
	require.Equal(t, len(codes), len(refused)+len(elsewhere))
}

// declaredCodes is the constants of refusal.go, by name.
func declaredCodes(t *testing.T) map[string]string {
	t.Helper()
	codes := map[string]string{}
	ast.Inspect(parse(t, "refusal.go"), func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		require.True(t, ok, "%s is not a literal", spec.Names[0].Name)
		code, err := strconv.Unquote(literal.Value)
		require.NoError(t, err)
		codes[spec.Names[0].Name] = code
		return true
	})
	return codes
}

// aggregates is the folders that have a decider.
func aggregates(t *testing.T) []string {
	t.Helper()
	found, err := fs.Glob(os.DirFS("."), "*/decide.go")
	require.NoError(t, err)
	require.NotEmpty(t, found)
	for i := range found {
		found[i] = path.Dir(found[i])
	}
	return found
}

// refusedIn is the names of the codes that a folder's sources refuse with.
func refusedIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	return firstArguments(t, folder, "Refuse", func(file string) bool { return !strings.HasSuffix(file, "_test.go") })
}

// shownIn is the names of the codes that a folder's scenarios end with.
func shownIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	return firstArguments(t, folder, "ThenRefused", func(file string) bool { return strings.HasSuffix(file, "_test.go") })
}

// firstArguments is what the calls of a function begin with: X, or domain.X.
// Anything that is not so plain fails the test, since it could hide a code.
func firstArguments(t *testing.T, folder, function string, counts func(file string) bool) map[string]bool {
	t.Helper()
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	found := map[string]bool{}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || !counts(file.Name()) {
			continue
		}
		ast.Inspect(parse(t, path.Join(folder, file.Name())), func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || lastName(call.Fun) != function {
				return true
			}
			name := lastName(call.Args[0])
			require.True(t, ast.IsExported(name), "%s/%s: name the code of %s as domain.X", folder, file.Name(), function)
			found[name] = true
			return true
		})
	}
	return found
}

func lastName(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	return parsed
}

func sorted(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }

func without(names, others map[string]bool) []string {
	var left []string
	for _, name := range sorted(names) {
		if !others[name] {
			left = append(left, name)
		}
	}
	return left
}
