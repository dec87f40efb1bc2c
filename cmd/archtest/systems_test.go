package archtest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// systems is what `make dist` builds for; packaging/systems, for the Makefile.
func systems(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "packaging", "systems"))
	require.NoError(t, err)
	return strings.Fields(string(text))
}

// TestTheProgramFitsEachSystem checks the types of the program, and of all that
// it is made of, as they are on each system that it is distributed for. It
// takes seconds where a build takes minutes, and finds what does not build.
func TestTheProgramFitsEachSystem(t *testing.T) {
	read := sources{positions: token.NewFileSet(), files: map[string]*ast.File{}}
	for _, system := range systems(t) {
		t.Run(system, func(t *testing.T) {
			packages := programOn(t, system, read)
			require.Contains(t, packages, strings.TrimSuffix(module, "/")+"/cmd/usher")
		})
	}
}

// sources are files that were read, each once for all systems.
type sources struct {
	positions *token.FileSet
	files     map[string]*ast.File
}

func (s sources) file(t *testing.T, path string, bodies bool) *ast.File {
	t.Helper()
	if s.files[path] == nil {
		file, err := parser.ParseFile(s.positions, path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declared := range file.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok && function.Body != nil && !bodies {
				*function.Body = ast.BlockStmt{} // much of it, and of no use here
			}
		}
		s.files[path] = file
	}
	return s.files[path]
}

// listed is what `go list` says of a package.
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	ImportMap       map[string]string
	Standard        bool
}

// programOn is the packages of the program on a system, by import path.
func programOn(t *testing.T, system string, read sources) map[string]*types.Package {
	t.Helper()
	goos, goarch, _ := strings.Cut(system, "/")
	command := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Dir,GoFiles,ImportMap,Standard", "./cmd/usher")
	command.Dir, command.Stderr = root, os.Stderr
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	out, err := command.Output()
	require.NoError(t, err)
	packages := map[string]*types.Package{"unsafe": types.Unsafe}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		if p.ImportPath != "unsafe" { // dependencies come first
			packages[p.ImportPath] = p.check(t, goarch, packages, read)
		}
	}
}

// check reports what is wrong in a package. Only of our own the bodies of
// functions are looked into.
func (p listed) check(t *testing.T, goarch string, packages map[string]*types.Package, read sources) *types.Package {
	t.Helper()
	ours := strings.HasPrefix(p.ImportPath, module)
	files := make([]*ast.File, len(p.GoFiles))
	for i, name := range p.GoFiles {
		files[i] = read.file(t, filepath.Join(p.Dir, name), ours)
	}
	config := types.Config{
		IgnoreFuncBodies: !ours,
		Sizes:            types.SizesFor("gc", goarch),
		Importer: importing(func(path string) (*types.Package, error) {
			if mapped, ok := p.ImportMap[path]; ok {
				path = mapped
			}
			return packages[path], nil
		}),
		Error: func(err error) { t.Error(err) },
	}
	checked, _ := config.Check(p.ImportPath, read.positions, files, nil) // each error was reported
	return checked
}

type importing func(string) (*types.Package, error)

func (f importing) Import(path string) (*types.Package, error) { return f(path) }
