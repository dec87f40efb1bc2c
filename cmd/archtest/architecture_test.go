package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/usher-engine/usher/"

// arrows is which of our packages each package may import; the first line that
// fits a package is the one that counts. "x/*" is the folders in x, "x/..." is x
// and all below; "-" is none. Packages of one adapter may import each other.
// Add a line for a new technology; do not widen one to get through.
const arrows = `
	domain                       -
	domain/*                     domain                            # aggregates never import each other

	commands/...                 domain/... commands/...

	projections                  domain/...
	projections/catalogue        domain/... projections/...        # lists all views
	projections/projectionstest  domain/... projections projections/memory
	projections/*                domain/... projections            # views never import each other

	adapters/journal/...         domain/... commands
	adapters/codec/...           domain/... commands commands/bounded projections adapters/journal
	adapters/osfiles/...         -
	adapters/sqlitedb/...        -
	adapters/transparency/...    adapters/journal
	adapters/eventlog/...        domain adapters/journal adapters/sqlitedb adapters/transparency adapters/osfiles
	adapters/sqlite/...          domain commands commands/bounded projections adapters/sqlitedb adapters/osfiles adapters/codec adapters/outbox adapters/moving/vaults
	adapters/messaging/...       domain/... commands/... projections adapters/journal adapters/codec adapters/periodic
	adapters/questions/...       domain/... commands projections/... adapters/journal   # history is read from the log itself
	adapters/httpkit/...         domain commands adapters/journal adapters/questions
	adapters/web/...             domain/... commands/... projections/... adapters/httpkit adapters/questions adapters/pasted
	adapters/httpapi/...         domain/... commands/... projections/... adapters/httpkit adapters/questions/... adapters/periodic adapters/messaging   # whose standings are shown
	adapters/storetest/...       domain/... commands projections/... adapters/journal adapters/transparency
	adapters/esdbnode/users      domain commands commands/bounded adapters/journal adapters/passwords   # which it hashes
	adapters/esdbnode/...        domain adapters/journal
	adapters/eventstoredb/...    domain adapters/journal adapters/periodic
	adapters/moving/...          domain adapters/journal
	adapters/postgres/...        domain commands commands/bounded projections adapters/codec adapters/outbox adapters/moving/vaults
	adapters/telemetry/...       domain commands/execution adapters/journal
	adapters/pairing/...         domain commands projections adapters/journal adapters/codec adapters/moving/vaults
	adapters/composition/...     domain commands commands/execution commands/policies projections projections/catalogue adapters/journal adapters/codec adapters/contacts adapters/lookup adapters/messaging adapters/passwords adapters/pasted adapters/periodic
	adapters/...                 domain/... commands/... projections/...

	cmd/...                      domain/... commands/... projections/... adapters/... cmd/...
`

// testArrows is what test files may import besides what their package may.
const testArrows = `
	domain/...                   domain/...
	commands/...                 domain/... commands/... adapters/...
	projections/...              domain/... projections/...
	adapters/...                 domain/... commands/... projections/... adapters/...
	cmd/...                      cmd/...
`

// modules is which packages may import a third-party module, test files included.
const modules = `
	github.com/google/uuid                          domain/... commands/... projections/... adapters/... cmd/...
	github.com/go-json-experiment/json              adapters/...

	github.com/ncruces/go-sqlite3                   adapters/sqlitedb/... adapters/eventlog/... adapters/sqlite/...
	golang.org/x/sys                                adapters/osfiles/... adapters/eventlog/...
	github.com/ThreeDotsLabs/watermill              adapters/messaging/...
	github.com/danielgtaylor/huma/v2                adapters/httpapi/...
	github.com/swaggest/swgui                       adapters/httpapi/...
	github.com/nyaruka/phonenumbers                 adapters/contacts/...
	golang.org/x/net/idna                           adapters/contacts/...
	golang.org/x/net/publicsuffix                   adapters/contacts/...
	golang.org/x/text                               projections adapters/contacts/... adapters/passwords/... adapters/pasted/... adapters/web/...   # names are folded and ordered: docs/decisions/0025
	github.com/ccojocar/zxcvbn-go                   adapters/contacts/... adapters/passwords/...
	golang.org/x/crypto/argon2                      adapters/passwords/...
	golang.org/x/sync                               adapters/...
	github.com/prometheus/client_golang             adapters/telemetry/... adapters/httpkit/... adapters/httpapi/... cmd/...
	github.com/alecthomas/kong                      cmd/...

	github.com/EventStore/EventStore-Client-Go/v4   adapters/eventstoredb/... adapters/esdbnode/...   # the node takes the client's stubs
	google.golang.org/genproto/googleapis/rpc       adapters/esdbnode/...
	github.com/dlclark/regexp2                      adapters/esdbnode/...
	github.com/schollz/progressbar/v3               cmd/...
	github.com/rivo/uniseg                          cmd/...   # how wide names are on a terminal
	golang.org/x/term                               cmd/...
	google.golang.org/grpc                          adapters/eventstoredb/... adapters/esdbnode/...
	google.golang.org/protobuf                      adapters/eventstoredb/... adapters/esdbnode/...
	github.com/jackc/pgx/v5                         adapters/postgres/...
	github.com/pressly/goose/v3                     adapters/postgres/... adapters/sqlite/...
	github.com/a-h/templ                            adapters/web/...
	github.com/piglig/go-qr                         adapters/web/...
	github.com/wneessen/go-mail                     adapters/mail/...
	go.opentelemetry.io                             adapters/telemetry/...
`

// testModules is what only test files, and packages whose names end in "test",
// may import; any of them may.
const testModules = `
	github.com/stretchr/testify
	pgregory.net/rapid
	go.uber.org/goleak
	github.com/anishathalye/porcupine
	github.com/rogpeppe/go-internal
	github.com/Shopify/toxiproxy/v2
	github.com/rs/zerolog
	github.com/jackc/pgx/v5
	golang.org/x/net/html
	golang.org/x/net/http2
	github.com/emersion/go-smtp
	github.com/chromedp
`

// impure is what of the standard library has no place in pure rules and folds.
const impure = `
	domain/...        context crypto/rand database/sql io/fs log log/slog math/rand math/rand/v2 net net/http os os/exec sync
	projections/...   crypto/rand database/sql log log/slog math/rand math/rand/v2 net net/http os os/exec
	commands/...      database/sql log net net/http os os/exec
`

func TestPackagesImportOnlyWhatTheyMay(t *testing.T) {
	for _, file := range goFiles(t) {
		for _, imported := range file.Imports {
			name, err := strconv.Unquote(imported.Path.Value)
			require.NoError(t, err)
			if why := forbidden(file.folder, name, file.test); why != "" {
				t.Errorf("%s: %s may not import %s: %s", file.name, file.folder, name, why)
			}
		}
	}
}

func TestTheTableForbidsWhatItShould(t *testing.T) {
	for _, c := range []struct {
		from, to string
		test     bool
		allowed  bool
	}{
		{"domain/person", module + "domain", false, true},
		{"domain/person", module + "domain/account", false, false},
		{"domain/person", module + "domain/domaintest", false, false},
		{"domain/person", module + "domain/domaintest", true, true},
		{"domain/person", module + "adapters/codec", true, false},
		{"domain", "net/http", false, false},
		{"domain", "github.com/google/uuid", false, true},
		{"domain", "github.com/stretchr/testify/require", false, false},
		{"domain", "github.com/stretchr/testify/require", true, true},
		{"commands", module + "projections", false, false},
		{"commands", module + "projections/employees", true, false},
		{"commands/policies", module + "commands", false, true},
		{"projections/invited", module + "commands", false, false},
		{"projections/invited", module + "projections/employees", false, false},
		{"projections/invited", module + "projections", false, true},
		{"adapters/httpapi", module + "adapters/sqlite", false, false},
		{"adapters/httpapi", module + "adapters/sqlite", true, true},
		{"adapters/httpapi", "github.com/ncruces/go-sqlite3", false, false},
		{"adapters/httpapi", module + "cmd/usher", false, false},
		{"adapters/sqlite", "github.com/ncruces/go-sqlite3/driver", false, true},
		{"adapters/sqlite", "github.com/ncruces/go-sqlite3-other", false, false},
		{"adapters/storetest", "pgregory.net/rapid", false, true},
		{"cmd/usher", module + "adapters/storetest", false, false},
		{"cmd/usher", "example.com/unheard/of", false, false},
	} {
		require.Equal(t, c.allowed, forbidden(c.from, c.to, c.test) == "", "%s imports %s (in tests: %v)", c.from, c.to, c.test)
	}
}

// forbidden says why a package may not import another and what to do instead;
// empty where it may.
func forbidden(from, imported string, test bool) string {
	test = test || strings.HasSuffix(from, "test")
	ours, internal := strings.CutPrefix(imported, module)
	switch {
	case internal && !test && strings.HasSuffix(ours, "test"):
		return "it is for tests only"
	case internal:
		if ours == from || sameAdapter(ours, from) || fits(ours, row(arrows, from)) || test && fits(ours, row(testArrows, from)) {
			return ""
		}
		return advice(from)
	case !strings.Contains(strings.Split(imported, "/")[0], "."): // the standard library
		for _, banned := range row(impure, from) {
			if !test && banned == imported {
				return "what is in there is pure: take a value in, or do it in adapters"
			}
		}
		return ""
	case test && under(imported, lines(testModules)...):
		return ""
	}
	for _, line := range lines(modules) {
		if under(imported, line) && fits(from, line[1:]) {
			return ""
		}
	}
	return "a third-party module is used only by the adapters of its technology; call that adapter through a port, or, where this is its adapter, add it to the table \"modules\" in cmd/archtest"
}

func sameAdapter(one, other string) bool {
	first, second := strings.Split(one, "/"), strings.Split(other, "/")
	return len(first) > 1 && len(second) > 1 && first[0] == "adapters" && first[0] == second[0] && first[1] == second[1]
}

func advice(from string) string {
	switch layer, _, _ := strings.Cut(from, "/"); layer {
	case "domain":
		return "an aggregate knows nobody else: refer to others by their typed ids, and pass values in with the command"
	case "commands":
		return "declare what you need as a port in commands/ports.go, and build it in adapters"
	case "projections":
		return "a view is folded from events alone: take what you need from the events, or share it in projections"
	case "adapters":
		return "declare an interface where you use it and let cmd bring the two together; where one technology sits on another, add the arrow to the table in cmd/archtest"
	default:
		return "add the arrow to the table in cmd/archtest, if it should be there"
	}
}

// lines is a table's lines, cut into words, without remarks.
func lines(table string) [][]string {
	var all [][]string
	for line := range strings.Lines(table) {
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) > 0 {
			all = append(all, words)
		}
	}
	return all
}

// row is the rest of the first line whose pattern a package fits.
func row(table, pkg string) []string {
	for _, line := range lines(table) {
		if fits(pkg, line[:1]) {
			return line[1:]
		}
	}
	return nil
}

func fits(pkg string, patterns []string) bool {
	for _, pattern := range patterns {
		above, deep := strings.CutSuffix(pattern, "/...")
		parent, shallow := strings.CutSuffix(pattern, "/*")
		switch {
		case deep && (pkg == above || strings.HasPrefix(pkg, above+"/")), shallow && path.Dir(pkg) == parent, pkg == pattern:
			return true
		}
	}
	return false
}

// under reports whether an import is of one of the modules that begin the lines.
func under(imported string, modules ...[]string) bool {
	for _, line := range modules {
		if imported == line[0] || strings.HasPrefix(imported, line[0]+"/") {
			return true
		}
	}
	return false
}

// goFile is a parsed file of the repository.
type goFile struct {
	*ast.File
	name, folder string
	test         bool
	text         string
	positions    *token.FileSet
}

// root is the module, seen from here.
const root = "../.."

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || exists(filepath.Join(root, name, "go.mod"))) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		positions := token.NewFileSet()
		parsed, err := parser.ParseFile(positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, goFile{
			File: parsed, name: filepath.ToSlash(name), folder: filepath.ToSlash(filepath.Dir(name)),
			test: strings.HasSuffix(name, "_test.go"), text: string(text), positions: positions,
		})
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
