package archtest_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	longestFile = 400 // lines
	longestDoc  = 12
	// glossary is the one doc.go that may be longer: it is the vocabulary.
	glossary        = "domain"
	longestGlossary = 60
)

func TestEachPackageSaysWhatItIs(t *testing.T) {
	said := map[string]bool{}
	for _, file := range goFiles(t) {
		if file.test {
			continue
		}
		said[file.folder] = said[file.folder] || file.Doc != nil && (path.Base(file.name) == "doc.go" || inProgram(file.folder))
	}
	for folder, ok := range said {
		if !ok {
			t.Errorf("%s needs a doc.go: what it is, what it is not, which file to read first", folder)
			continue
		}
		most := longestDoc
		if folder == glossary {
			most = longestGlossary
		}
		doc, err := os.ReadFile(path.Join(root, folder, "doc.go"))
		if err == nil && strings.Count(string(doc), "\n") > most {
			t.Errorf("%s/doc.go is longer than %d lines: say less, or say it where it is done", folder, most)
		}
	}
}

// inProgram reports whether a package's comment may stand in any of its files.
func inProgram(folder string) bool {
	return strings.HasPrefix(folder, "cmd/")
}

func TestNoFileIsTooLong(t *testing.T) {
	generated := regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	for _, file := range goFiles(t) {
		if count := strings.Count(file.text, "\n"); count > longestFile && !generated.MatchString(file.text) {
			t.Errorf("%s has %d lines: cut it where its subjects part; %d is the most", file.name, count, longestFile)
		}
	}
}

func TestTheDomainReadsNoClockAndDrawsNoIDs(t *testing.T) {
	banned := strings.Fields(`
		time.Now time.Since time.Until time.Sleep time.After time.AfterFunc time.Tick time.NewTimer time.NewTicker
		uuid.New uuid.NewString uuid.NewRandom uuid.NewUUID uuid.NewV6 uuid.NewV7`)
	for _, file := range goFiles(t) {
		if file.test || !fits(file.folder, []string{"domain/..."}) {
			continue
		}
		file.eachSelector(func(at token.Pos, of, name string) {
			if slices.Contains(banned, of+"."+name) {
				t.Errorf("%s uses %s.%s: times and ids arrive in commands", file.positions.Position(at), of, name)
			}
		})
	}
}

func TestNoTestIsSkipped(t *testing.T) {
	for _, file := range goFiles(t) {
		if !file.test && !strings.HasSuffix(file.folder, "test") {
			continue
		}
		file.eachSelector(func(at token.Pos, of, name string) {
			test := len(of) == 1 || of == "tb" || of == "suite" // as those are called that a test is run with
			if name == "SkipNow" || name == "Skipf" || name == "Skip" && test {
				t.Errorf("%s skips: a test that cannot run is a test that fails", file.positions.Position(at))
			}
		})
	}
}

func (f goFile) eachSelector(see func(at token.Pos, of, name string)) {
	ast.Inspect(f.File, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if of, ok := selector.X.(*ast.Ident); ok {
				see(selector.Pos(), of.Name, selector.Sel.Name)
			}
		}
		return true
	})
}

func TestWireNamesAreDottedLowerCaseAndBeginWithTheirAggregate(t *testing.T) {
	wellFormed := regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+(\.v[2-9])?$`)
	places := map[string]string{}
	for _, file := range goFiles(t) {
		for name, at := range file.wireNames(t) {
			aggregate, _, _ := strings.Cut(name, ".")
			if !wellFormed.MatchString(name) || aggregate != path.Base(file.folder) {
				t.Errorf("%s: %q is not a wire name of %s, such as %q", at, name, file.folder, path.Base(file.folder)+".something_happened")
			}
			if first, taken := places[name]; taken {
				t.Errorf("%s: %q is the wire name at %s already", at, name, first)
			}
			places[name] = at
		}
	}
	require.NotEmpty(t, places)
}

// wireNames is the constants of type domain.EventType in the domain, and their places.
func (f goFile) wireNames(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	if f.test || !fits(f.folder, []string{"domain/*"}) {
		return names
	}
	ast.Inspect(f.File, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		kind, ok := spec.Type.(*ast.SelectorExpr)
		if !ok || kind.Sel.Name != "EventType" {
			return true
		}
		for _, value := range spec.Values {
			if literal, ok := value.(*ast.BasicLit); ok {
				name, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				names[name] = f.positions.Position(value.Pos()).String()
			}
		}
		return true
	})
	return names
}

// The comment of commands.App is the table of contents of its package.
func TestTheTableOfContentsIsComplete(t *testing.T) {
	contents, methods := "", map[string]string{}
	for _, file := range goFiles(t) {
		if file.folder != "commands" || file.test {
			continue
		}
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.GenDecl:
				if spec, ok := d.Specs[0].(*ast.TypeSpec); ok && spec.Name.Name == "App" {
					contents = d.Doc.Text()
				}
			case *ast.FuncDecl:
				if d.Recv != nil && d.Name.IsExported() && path.Base(file.name) != "app.go" {
					if star, ok := d.Recv.List[0].Type.(*ast.StarExpr); ok && star.X.(*ast.Ident).Name == "App" {
						methods[d.Name.Name] = path.Base(file.name)
					}
				}
			}
		}
	}
	listed, file := map[string]string{}, ""
	for _, line := range strings.Split(contents, "\n") {
		if !strings.HasPrefix(line, "\t") {
			continue
		}
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("\t ,", r) }) {
			if strings.HasSuffix(word, ".go") {
				file = word
			} else {
				listed[word] = file
			}
		}
	}
	require.Equal(t, methods, listed)
}

// What functions answer is told as Go tells it: "Load returns the stream ...".
func TestDocstringsSayWhatFunctionsReturn(t *testing.T) {
	for _, file := range goFiles(t) {
		if file.test {
			continue
		}
		ast.Inspect(file.File, func(node ast.Node) bool {
			switch d := node.(type) {
			case *ast.FuncDecl:
				file.checkDocstring(t, d.Name.Name, d.Doc, d.Type)
			case *ast.InterfaceType:
				for _, method := range d.Methods.List {
					if function, ok := method.Type.(*ast.FuncType); ok && len(method.Names) == 1 {
						file.checkDocstring(t, method.Names[0].Name, method.Doc, function)
					}
				}
			}
			return true
		})
	}
}

func (f goFile) checkDocstring(t *testing.T, name string, doc *ast.CommentGroup, function *ast.FuncType) {
	t.Helper()
	if !ast.IsExported(name) || function.Results == nil {
		return
	}
	said, isSo := strings.CutPrefix(doc.Text(), name+" is ")
	if isSo && regexp.MustCompile(`^(the|a|an|what|how|where|who|whom|whose|every) `).MatchString(said) {
		t.Errorf("%s: a function is not %q, it returns that: write \"%s returns ...\"", f.positions.Position(function.Pos()), said[:min(20, len(said))], name)
	}
}
