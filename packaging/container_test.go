package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// containerfile is what the Containerfile says of its last image.
type containerfile map[string][]string

func readContainerfile(t *testing.T) containerfile {
	t.Helper()
	text, err := os.ReadFile("container/Containerfile")
	require.NoError(t, err)
	_, last, found := strings.Cut(string(text), "FROM scratch\n")
	require.True(t, found)
	said := containerfile{}
	for line := range strings.Lines(last) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		said[name] = append(said[name], rest)
	}
	return said
}

// words are those of an instruction that has a list of them, such as CMD.
func (c containerfile) words(t *testing.T, instruction string) (words []string) {
	t.Helper()
	list := c[instruction][0]
	require.NoError(t, json.Unmarshal([]byte(list[strings.Index(list, "["):]), &words))
	return words
}

// container does what the Containerfile says without a container engine: the
// program is alone in a folder that is its whole world, as the user that it
// names, without network and home, and its health is asked for in the same way.
func container(t *testing.T, program string) {
	t.Helper()
	said := readContainerfile(t)
	world := t.TempDir()
	require.NoError(t, os.Chmod(world, 0o755))
	require.NoError(t, file{from: program, to: "usher", mode: 0o755}.put(world))
	user, err := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(said["USER"][0]))
	require.NoError(t, err)
	data := filepath.Join(world, "data")
	require.NoError(t, os.Mkdir(data, 0o700))
	attributes := &syscall.SysProcAttr{Chroot: world}
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(data, user, user))
		attributes.Credential = &syscall.Credential{Uid: uint32(user), Gid: uint32(user)}
	} else { // whoever one is, one is that user within
		attributes.Cloneflags = syscall.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getuid(), Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getgid(), Size: 1}}
	}
	within := func(words []string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), words[0], words[1:]...)
		c.Dir, c.SysProcAttr, c.Env = "/", attributes, strings.Fields(said["ENV"][0])
		return c
	}
	listen := "127.0.0.1:" + freePort(t)
	serving := within(append(said.words(t, "ENTRYPOINT"), said.words(t, "CMD")...))
	serving.Env = append(serving.Env, "USHER_LISTEN="+listen) // the container's own 8080 may be taken here
	var printed strings.Builder
	serving.Stdout, serving.Stderr = &printed, &printed
	require.NoError(t, serving.Start())
	require.Eventually(t, func() bool {
		health := within(said.words(t, "HEALTHCHECK"))
		health.Env = append(health.Env, "USHER_SERVER=http://"+listen)
		return health.Run() == nil
	}, time.Minute, 50*time.Millisecond)
	require.Eventually(t, func() bool { // alive is also one that is still starting
		ready := within([]string{said.words(t, "ENTRYPOINT")[0], "ready"})
		ready.Env = append(ready.Env, "USHER_SERVER=http://"+listen)
		return ready.Run() == nil
	}, time.Minute, 50*time.Millisecond)
	signal, err := strconv.Atoi(command(t, ".", "bash", "-c", "printf %s $(kill -l "+strings.TrimPrefix(said["STOPSIGNAL"][0], "SIG")+")"))
	require.NoError(t, err)
	require.NoError(t, serving.Process.Signal(syscall.Signal(signal)))
	require.NoError(t, serving.Wait(), "%s", printed.String())
	require.Contains(t, printed.String(), "Usher listens on")
	require.FileExists(t, filepath.Join(data, "log.db"))
}
