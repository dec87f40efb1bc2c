package documents_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// pages are the documents for those who use Usher.
func pages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return append(found, filepath.Join(root, "README.md"))
}

// block is one fenced block of a page.
type block struct {
	at       string // the page and the line of its fence
	language string
	text     string
	first    string // what is done before it, unseen by readers
	notRun   string // why it is not run
}

var (
	fence  = regexp.MustCompile("^ *```+ *([a-z]*)")
	remark = regexp.MustCompile(`(?s)<!--\s*(.*?)\s*-->\s*$`)
)

// blocks are a page's. The remarks of a block stand right above it.
func blocks(page, text string) []block {
	var found []block
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		opened := fence.FindStringSubmatch(lines[i])
		if opened == nil {
			continue
		}
		length := slices.IndexFunc(lines[i+1:], func(line string) bool { return strings.TrimSpace(line) == "```" })
		if length < 0 {
			length = len(lines) - i - 1
		}
		b := block{at: fmt.Sprintf("%s:%d", page, i+1), language: opened[1], text: strings.Join(lines[i+1:i+1+length], "\n")}
		b.remarks(strings.Join(lines[:i], "\n"))
		found = append(found, b)
		i += length + 1
	}
	return found
}

// remarks takes those that are at the end of what is above a block.
func (b *block) remarks(above string) {
	for {
		last := strings.LastIndex(above, "<!--")
		if last < 0 {
			return
		}
		said := remark.FindStringSubmatch(above[last:])
		if said == nil {
			return
		}
		if what, ok := strings.CutPrefix(said[1], "not run:"); ok {
			b.notRun = strings.TrimSpace(what)
		}
		if what, ok := strings.CutPrefix(said[1], "first:"); ok {
			b.first = strings.TrimSpace(what)
		}
		above = above[:last]
	}
}

// wrong says what a block's writer has still to do; empty where nothing.
func (b *block) wrong() string {
	switch b.language {
	case "sh":
		return ""
	case "":
		return "say what this block is: ```sh for commands, which this test runs, or ```text"
	case "bash", "shell", "console", "zsh":
		return "commands are in blocks of ```sh, which this test runs; above those that it cannot run stands <!-- not run: and why -->"
	}
	return ""
}

func TestABlockHasTheRemarksRightAboveIt(t *testing.T) {
	found := blocks("p.md", strings.Join([]string{
		"<!-- not run: of another block -->", "", "Words.", "", "<!-- first: cd here", "make it -->", "<!-- not run: no cluster -->", "```sh", "one", "two", "```",
		"```", "out", "```", "```bash", "```",
	}, "\n"))
	require.Equal(t, []block{
		{at: "p.md:8", language: "sh", text: "one\ntwo", first: "cd here\nmake it", notRun: "no cluster"},
		{at: "p.md:12", text: "out"},
		{at: "p.md:15", language: "bash"},
	}, found)
	require.Empty(t, found[0].wrong())
	require.Contains(t, found[1].wrong(), "```text")
	require.Contains(t, found[2].wrong(), "not run")
}

func TestEveryBlockSaysWhatItIs(t *testing.T) {
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, b := range blocks(filepath.Base(page), string(text)) {
			if wrong := b.wrong(); wrong != "" {
				t.Errorf("%s: %s", b.at, wrong)
			}
		}
	}
}

// TestWhatThePagesNameIsThere looks at the commands within sentences: that the
// program knows the command and its flags, and that make knows the target.
func TestWhatThePagesNameIsThere(t *testing.T) {
	helps := map[string]string{}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	inSentences, flag, target := regexp.MustCompile("`(?:bin/)?usher ([^`]+)`"), regexp.MustCompile(`--[a-z-]+`), regexp.MustCompile(`\bmake ([a-z-]+)\b`)
	named := 0
	for _, page := range append(pages(t), filepath.Join(root, "CONTRIBUTING.md")) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, said := range inSentences.FindAllStringSubmatch(string(text), -1) {
			command := regexp.MustCompile(`^[a-z ]*[a-z]`).FindString(strings.SplitN(said[1], " -", 2)[0])
			if words := strings.Fields(command); len(words) > 0 && (words[0] == "do" || words[0] == "login") {
				command = words[0]
			}
			if _, known := helps[command]; !known {
				help, err := exec.CommandContext(t.Context(), program, append(strings.Fields(command), "--help")...).Output()
				require.NoError(t, err, "%s: usher %s", page, command)
				helps[command] = string(help)
			}
			for _, name := range flag.FindAllString(said[1], -1) {
				require.Contains(t, helps[command], name, "%s: usher %s", page, said[1])
			}
			named++
		}
		for _, said := range target.FindAllStringSubmatch(strings.Join(regexp.MustCompile("(?m)`make [^`]+`|^    make .*$").FindAllString(string(text), -1), "\n"), -1) {
			require.Contains(t, string(makefile), "\n"+said[1]+":", "%s: make %s", page, said[1])
			named++
		}
	}
	require.Greater(t, named, 20)
}
