package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// checkout is a folder with what .ci/go looks at, and a PATH with the programs
// of a small machine: no Go but what a test puts there, and no apt-get.
type checkout struct {
	t           *testing.T
	folder, bin string
	proxy       string // what GOPROXY says
}

func newCheckout(t *testing.T) *checkout {
	t.Helper()
	c := &checkout{t: t, folder: t.TempDir(), bin: t.TempDir(), proxy: "off"}
	c.write(".ci/toolchain.sum", "")
	script, err := os.ReadFile("../.ci/go")
	require.NoError(t, err)
	c.write(".ci/go", string(script))
	c.write("go.mod", "module example.com/usher\n\ngo 1.26.0\n")
	for _, name := range strings.Fields("bash sh sed sort cut uname mkdir rm mv cp chmod find flock grep tail dirname cat") {
		program, err := exec.LookPath(name)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(program, filepath.Join(c.bin, name)))
	}
	return c
}

func (c *checkout) write(name, text string) {
	path := filepath.Join(c.folder, name)
	require.NoError(c.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(c.t, os.WriteFile(path, []byte(text), 0o755))
}

// installed puts a Go into the PATH that says it is of a version, and loads
// modules as the Go of this test does.
func (c *checkout) installed(version string) {
	real, err := exec.LookPath("go")
	require.NoError(c.t, err)
	text := fmt.Sprintf("#!/bin/sh\ncase \"$1\" in env) echo %s;; version) echo go version %s linux/amd64;; *) exec %s \"$@\";; esac\n", version, version, real)
	require.NoError(c.t, os.WriteFile(filepath.Join(c.bin, "go"), []byte(text), 0o755))
}

// run runs the script as make does, with .go/bin first in PATH.
func (c *checkout) run() (said string, err error) {
	command := exec.CommandContext(c.t.Context(), filepath.Join(c.folder, ".ci/go"))
	command.Env = []string{"PATH=" + filepath.Join(c.folder, ".go/bin") + ":" + c.bin, "HOME=" + c.folder, "GOPROXY=" + c.proxy, "USHER_GO_PLACES=", "GOROOT=/nowhere"}
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestWhereGoIsRightNothingIsDone(t *testing.T) {
	for _, version := range []string{"go1.26.0", "go1.26.8", "go1.27rc1", "go2.0"} {
		c := newCheckout(t)
		c.installed(version)
		said, err := c.run()
		require.NoError(t, err, version)
		require.Empty(t, said)
		require.NoDirExists(t, filepath.Join(c.folder, ".go"))
	}
}

func TestWhereGoCannotBeHadOneLineSaysWhich(t *testing.T) {
	const which = "Usher needs Go 1.26.0 or newer, and there is %s here: install it from https://go.dev/dl/ and have its bin folder in PATH"
	c := newCheckout(t)
	said, err := c.run()
	require.Error(t, err)
	require.Equal(t, fmt.Sprintf(which, "none")+".\n", said)

	for _, version := range []string{"go1.19.8", "go1.25.9", "go1.3"} {
		c := newCheckout(t)
		c.serve("go1.26.8", "echo go1.26.8")
		c.proxy = "off"
		c.installed(version)
		said, err := c.run()
		require.Error(t, err)
		lines := strings.Split(strings.TrimSpace(said), "\n")
		require.Contains(t, lines[len(lines)-1], fmt.Sprintf(which, version)+" (getting it failed: ")
		require.Contains(t, lines[len(lines)-1], "GOPROXY=off")
		require.Len(t, lines, 2, "and what is tried")
	}
}

func TestAnOldGoLoadsTheRightOne(t *testing.T) {
	c := newCheckout(t)
	c.installed("go1.19.8")
	c.serve("go1.26.8", `echo "go1.26.8 of ${GOROOT:-itself} $GOTOOLCHAIN"`)
	said, err := c.run()
	require.NoError(t, err, said)
	require.Contains(t, said, "There is go1.19.8 here")
	require.Equal(t, "go1.26.8 of itself local\n", command(t, c.folder, filepath.Join(c.folder, ".go/bin/go"), "env", "GOVERSION"), "whatever the environment says of others")
	mod, err := filepath.Glob(filepath.Join(c.folder, ".go/*/src/go.mod"))
	require.NoError(t, err)
	require.Len(t, mod, 1)
	said, err = c.run()
	require.NoError(t, err)
	require.Empty(t, said, "once is enough")

	c.write("go.mod", "module example.com/usher\n\ngo 1.27.0\n")
	said, err = c.run()
	require.Error(t, err, "what was loaded is too old now")
	require.Contains(t, said, "needs Go 1.27.0")
}

func TestAToolchainThatIsNotTheOneIsRefused(t *testing.T) {
	c := newCheckout(t)
	c.installed("go1.19.8")
	c.serve("go1.26.8", "echo go1.26.8")
	sums, err := os.ReadFile(filepath.Join(c.folder, ".ci/toolchain.sum"))
	require.NoError(t, err)
	c.serve("go1.26.8", "echo go1.26.8; echo and something else")
	c.write(".ci/toolchain.sum", string(sums))
	said, err := c.run()
	require.Error(t, err)
	require.Contains(t, said, "checksum mismatch")
	require.NoDirExists(t, filepath.Join(c.folder, ".go/bin"))
}

// serve has the proxy, a folder, serve a toolchain whose go is a script, and
// .ci/toolchain.sum know it.
func (c *checkout) serve(version, script string) {
	c.t.Helper()
	module := "golang.org/toolchain@v0.0.1-" + version + "." + runtime.GOOS + "-" + runtime.GOARCH
	proxy := c.t.TempDir()
	c.proxy = "file://" + proxy
	path, release, _ := strings.Cut(module, "@")
	put := func(ending string, text []byte) {
		name := filepath.Join(proxy, path, "@v", release+ending)
		require.NoError(c.t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(c.t, os.WriteFile(name, text, 0o644))
	}
	put(".info", []byte(`{"Version":"`+release+`"}`))
	put(".mod", []byte("module golang.org/toolchain\n"))
	var packed strings.Builder
	all := zip.NewWriter(&packed)
	for name, text := range map[string]string{"bin/go": "#!/bin/sh\n" + script + "\n", "bin/gofmt": "#!/bin/sh\n", "pkg/tool/x/compile": "", "src/_go.mod": "module std\n"} {
		entry, err := all.Create(module + "/" + name)
		require.NoError(c.t, err)
		_, err = entry.Write([]byte(text))
		require.NoError(c.t, err)
	}
	require.NoError(c.t, all.Close())
	put(".zip", []byte(packed.String()))
	download := exec.CommandContext(c.t.Context(), "go", "mod", "download", "-json", "-modcacherw", module)
	download.Dir = c.t.TempDir()
	download.Env = append(os.Environ(), "GOPROXY="+c.proxy, "GONOSUMDB=*", "GONOSUMCHECK=1", "GOFLAGS=", "GOMODCACHE="+c.t.TempDir())
	out, err := download.Output()
	require.NoError(c.t, err, "%s", out)
	var loaded struct{ Sum, GoModSum string }
	require.NoError(c.t, json.Unmarshal(out, &loaded))
	c.write(".ci/toolchain.sum", fmt.Sprintf("%s %s %s\n%s %s/go.mod %s\n", path, release, loaded.Sum, path, release, loaded.GoModSum))
}
