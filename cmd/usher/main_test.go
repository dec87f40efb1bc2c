package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// built is the program under test, which is built once for all tests.
var built = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(os.Getenv(builtIn), "usher")
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return binary, err
})

// builtIn names the folder that it is built in.
const builtIn = "USHER_TEST_BUILT_IN"

func TestMain(m *testing.M) { os.Exit(inFolder(m.Run)) }

func inFolder(run func() int) int {
	folder, err := os.MkdirTemp("", "usher-built")
	if err == nil {
		err = os.Setenv(builtIn, folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	return run()
}

func build(t *testing.T) string {
	t.Helper()
	binary, err := built()
	require.NoError(t, err)
	return binary
}
