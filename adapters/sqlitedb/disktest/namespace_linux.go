package disktest

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// inside says that this process may mount what nobody else sees.
const inside = "USHER_TEST_MOUNTS"

// Run runs a whole test in a mount namespace of its own: in another process of
// the same program, of which it is the only test. It must be what the test does
// first, and all that it does.
func Run(t *testing.T, test func(*testing.T)) {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		test(t)
		return
	}
	program, err := os.Executable()
	require.NoError(t, err)
	var only []string
	for part := range strings.SplitSeq(t.Name(), "/") {
		only = append(only, "^"+regexp.QuoteMeta(part)+"$")
	}
	again := exec.CommandContext(t.Context(), program, "-test.run="+strings.Join(only, "/"), "-test.v=true", "-test.count=1", "-test.timeout=30m")
	again.Env = append(os.Environ(), inside+"="+t.Name())
	again.SysProcAttr = namespaces()
	said, err := again.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("a mount namespace of its own is needed: run this as root, or allow users their own namespaces (%v)", err)
	}
	t.Logf("%s", said)
	require.NoError(t, err, "the test failed in its namespace")
	require.Contains(t, string(said), "--- PASS: "+t.Name(), "it ran there")
}

// namespaces are root's, or those of a user who is root in there.
func namespaces() *syscall.SysProcAttr {
	made := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if user := os.Getuid(); user != 0 {
		made.Cloneflags = syscall.CLONE_NEWUSER
		made.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: user, Size: 1}}
		made.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return made
}
