package catalogue_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
)

var update = flag.Bool("update", false, "write the shapes of the views' rows anew, of versions that have none yet")

// TestRowsOfAnotherShapeAreOfAnotherVersion holds each view's rows to the shape that
// they had when its version was new: rows of the same version that are there
// already lack what is added, and nothing would build them anew.
func TestRowsOfAnotherShapeAreOfAnotherVersion(t *testing.T) {
	for _, view := range catalogue.All() {
		name := filepath.Join("testdata", "shapes", fmt.Sprintf("%s.v%d.txt", view.Name(), view.Version()))
		row, err := view.Decode(projections.Row{Doc: []byte("{}")})
		require.NoError(t, err)
		var shape strings.Builder
		describe(&shape, "", reflect.TypeOf(row), nil)
		if _, err := os.Stat(name); *update && os.IsNotExist(err) {
			require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
			require.NoError(t, os.WriteFile(name, []byte(shape.String()), 0o644))
		}
		kept, err := os.ReadFile(name)
		require.NoError(t, err, "a new view, or version? run this package's tests with -update")
		require.Equal(t, string(kept), shape.String(), "rows of %s have another shape: raise its version, and run this package's tests with -update", view.Name())
	}
}

// describe writes a line for each member that is kept: its name in the row's JSON,
// and what kind of value it is.
func describe(into *strings.Builder, path string, of reflect.Type, within []reflect.Type) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	for _, outer := range within {
		if outer == of {
			fmt.Fprintf(into, "%s as above\n", path)
			return
		}
	}
	within = append(within[:len(within):len(within)], of)
	switch of.Kind() { //nolint:exhaustive // because all others are plain values
	case reflect.Slice, reflect.Array:
		if of.Elem().Kind() != reflect.Uint8 {
			describe(into, path+"[]", of.Elem(), within)
			return
		}
	case reflect.Map:
		describe(into, path+"{}", of.Elem(), within)
		return
	case reflect.Struct:
		if kept := keptMembers(of); len(kept) > 0 {
			for _, field := range kept {
				describe(into, path+"."+nameOf(field), field.Type, within)
			}
			return
		}
	}
	fmt.Fprintf(into, "%s %s\n", path, of.Kind())
}

func keptMembers(of reflect.Type) (kept []reflect.StructField) {
	for i := range of.NumField() {
		if field := of.Field(i); field.IsExported() && field.Tag.Get("json") != "-" {
			kept = append(kept, field)
		}
	}
	return kept
}

func nameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "" {
		return field.Name
	}
	return name
}
