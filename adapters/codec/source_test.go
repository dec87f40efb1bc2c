package codec_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is what the domain's source says, by "package.Name".
type source struct {
	types     map[string]*ast.TypeSpec
	constants map[string][]string // values by the constants' type
	eventType map[string]string   // wire names by constant
}

func readDomain(t testing.TB) source {
	t.Helper()
	s := source{types: map[string]*ast.TypeSpec{}, constants: map[string][]string{}, eventType: map[string]string{}}
	for _, folder := range []string{"", "account", "person", "structure", "batch", "operations"} {
		files, err := filepath.Glob(filepath.Join("../../domain", folder, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				s.read(t, file)
			}
		}
	}
	return s
}

func (s source) read(t testing.TB, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ParseComments)
	require.NoError(t, err)
	for _, declaration := range parsed.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Doc == nil {
					spec.Doc = general.Doc
				}
				s.types[parsed.Name.Name+"."+spec.Name.Name] = spec
			case *ast.ValueSpec:
				s.readConstant(t, parsed.Name.Name, spec)
			}
		}
	}
}

func (s source) readConstant(t testing.TB, pkg string, spec *ast.ValueSpec) {
	t.Helper()
	if spec.Type == nil || len(spec.Values) != 1 {
		return
	}
	literal, ok := spec.Values[0].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return
	}
	value, err := strconv.Unquote(literal.Value)
	require.NoError(t, err)
	name := qualified(pkg, spec.Type)
	s.constants[name] = append(s.constants[name], value)
	if name == "domain.EventType" {
		s.eventType[pkg+"."+spec.Names[0].Name] = value
	}
}

// qualified is a type's name with its package, seen from a file of pkg.
func qualified(pkg string, expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		if ast.IsExported(e.Name) {
			return pkg + "." + e.Name
		}
		return e.Name
	case *ast.SelectorExpr:
		return qualified(pkg, e.X) + "." + e.Sel.Name
	case *ast.ArrayType:
		return "[]" + qualified(pkg, e.Elt)
	default:
		return "?"
	}
}
