package projections_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/projections"
)

func TestWhatIsToldOfAPanic(t *testing.T) {
	told := func(panics func()) (said string) {
		defer func() { said = projections.Panicked(recover()) }()
		panics()
		return ""
	}
	var none []int
	for name, is := range map[string]struct {
		panics func()
		said   string
	}{
		"text":                   {func() { panic("ann@acme.example") }, "panicked with a string at panicked_test.go:"},
		"an error":               {func() { panic(fmt.Errorf("of ann@acme.example: %w", errors.ErrUnsupported)) }, "panicked with a *fmt.wrapError at panicked_test.go:"},
		"an index out of range":  {func() { _ = none[len(none)] }, "panicked: runtime error: index out of range [0] with length 0 at panicked_test.go:"},
		"a type that is another": {func() { _ = any("ann@acme.example").(int) }, "panicked: interface conversion: interface {} is string, not int at panicked_test.go:"},
	} {
		t.Run("given "+name, func(t *testing.T) {
			require.Regexp(t, "^\\Q"+is.said+"\\E[0-9]+$", told(is.panics))
		})
	}
}
