package main_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheManualPageIsAsTheProgramIs(t *testing.T) {
	t.Parallel()
	page, err := exec.CommandContext(t.Context(), build(t), "man").Output()
	require.NoError(t, err)
	kept, err := os.ReadFile("../../packaging/debian/usher.1")
	require.NoError(t, err)
	require.Equal(t, string(kept), string(page), "packaging/debian/usher.1 is stale: make generate")
	for line := range strings.Lines(string(page)) {
		require.NotRegexp(t, `^'`, line, "which man would obey")
		require.NotRegexp(t, `^\.[^A-Zn f]`, line)
	}
	require.NotContains(t, string(page), "suggest")
	for _, wanted := range []string{".SS usher do ", ".B invite\\-by\\-email\n", "($USHER_PUBLIC_URL)", ".SS usher completion "} {
		require.Contains(t, string(page), wanted)
	}
}

// TestBashCompletes asks bash itself, as it does when Tab is pressed.
func TestBashCompletes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.Symlink(build(t), filepath.Join(folder, "usher")))
	for line, replies := range map[string]string{
		"usher do invi":                       "invite-by-email invite-by-sms invited",
		"usher do employees status=":          "active dismissed",
		"usher do history type=person.employ": "person.employed",
		"usher completion ":                   "bash zsh fish",
		"usher vault ":                        "copy",
		"usher do nothing ":                   "",
	} {
		const press = `source <(usher completion bash); COMP_LINE=$1; COMP_POINT=$2; _usher; echo "${COMPREPLY[*]}"`
		command := exec.CommandContext(t.Context(), "bash", "-c", press, "bash", line, strconv.Itoa(len(line)))
		command.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"))
		replied, err := command.Output()
		require.NoError(t, err)
		require.Equal(t, replies, strings.TrimSpace(string(replied)), line)
	}
}

func TestCompletionScriptsOfShells(t *testing.T) {
	t.Parallel()
	binary := build(t)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script, err := exec.CommandContext(t.Context(), binary, "completion", shell).Output()
		require.NoError(t, err)
		require.Contains(t, string(script), "usher suggest "+shell+" -- ")
	}
	require.Contains(t, fails(t, binary, "completion", "tcsh"), "must be one of")
	shown, err := exec.CommandContext(t.Context(), binary, "suggest", "fish", "--", "do", "invite-by-s").Output()
	require.NoError(t, err)
	require.Equal(t, "invite-by-sms\tInvite phone numbers by SMS\n", string(shown))
}

func TestAPortThatIsTaken(t *testing.T) {
	t.Parallel()
	binary := build(t)
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, taken.Close()) })
	usher, at := founded(t, binary)
	running := strings.TrimPrefix(at.base, "http://")
	for address, who := range map[string]string{taken.Addr().String(): "another program", running: "an Usher that runs already"} {
		said := fails(t, binary, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", address)
		require.Contains(t, said, address+" is taken by "+who+": stop that, or choose another address by --listen (make run LISTEN=...)")
		said = fails(t, binary, "node", "--data", filepath.Join(t.TempDir(), "data"), "--listen", address)
		require.Contains(t, said, address+" is taken by "+who+": stop that, or choose another address by --listen:")
	}
	usher.end()
}

func TestMakeRunAndMakeBuildCompileTheSame(t *testing.T) {
	t.Parallel()
	flags := func(target string) string {
		var out bytes.Buffer
		command := exec.CommandContext(t.Context(), "make", "-n", target, "VERSION=v1", "LISTEN=127.0.0.1:9")
		command.Dir, command.Stdout = "../..", &out
		require.NoError(t, command.Run())
		for line := range strings.Lines(out.String()) {
			if rest, is := strings.CutPrefix(line, map[string]string{"run": "go run ", "build": "go build "}[target]); is {
				return rest
			}
		}
		return ""
	}
	run, build := flags("run"), flags("build")
	same, _, _ := strings.Cut(build, "-o ")
	require.NotEmpty(t, same)
	require.True(t, strings.HasPrefix(run, same), "%s\n%s", run, build)
	require.Contains(t, run, "--listen 127.0.0.1:9 ")
}
