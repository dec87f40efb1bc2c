package browsing_test

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

//go:embed package.json package-lock.json
var files embed.FS

const (
	installLimit = 5 * time.Minute
	needed       = "these tests need Node.js with npm: install them, on Debian by apt-get install nodejs npm"
)

var installing sync.Mutex

// axe is the text of axe-core, the same for all runs with the same lock.
func axe(t testing.TB) string {
	t.Helper()
	installing.Lock()
	defer installing.Unlock()
	lock, err := files.ReadFile("package-lock.json")
	require.NoError(t, err)
	digest := sha256.Sum256(lock)
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	folder := filepath.Join(cache, "usher", "axe-"+hex.EncodeToString(digest[:8]))
	text, err := os.ReadFile(filepath.Join(folder, "node_modules/axe-core/axe.min.js"))
	if err != nil {
		install(t, folder)
		text, err = os.ReadFile(filepath.Join(folder, "node_modules/axe-core/axe.min.js"))
	}
	require.NoError(t, err)
	return string(text)
}

// install appears whole at its place, or not at all; another run may be first.
func install(t testing.TB, target string) {
	t.Helper()
	_, err := exec.LookPath("npm")
	require.NoError(t, err, needed)
	require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o750))
	folder, err := os.MkdirTemp(filepath.Dir(target), "installing-") //nolint:usetesting // because a rename stays within a file system
	require.NoError(t, err)
	defer os.RemoveAll(folder)
	require.NoError(t, os.CopyFS(folder, files))
	ctx, cancel := context.WithTimeout(t.Context(), installLimit)
	defer cancel()
	command := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	command.Dir = folder
	said, err := command.CombinedOutput()
	require.NoError(t, err, "npm ci could not install axe-core: %s", said)
	if err := os.Rename(folder, target); err != nil {
		require.DirExists(t, target, "%v", err)
	}
}

// accessible is what axe-core finds wrong with a page, each with where that is.
const accessible = `axe.run(document, {resultTypes: ["violations"]}).then((found) =>
	found.violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ": " + node.target.join(" ") + " " + node.failureSummary)))`

// geometry is what axe-core does not see: what scrolls sideways, text too small to read,
// what is too small for a finger, and what stands outside of its dialog.
const geometry = `(() => {
	const wrong = [];
	const named = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + " " + (e.textContent || e.value || "").trim().slice(0, 30);
	const root = document.documentElement;
	if (root.scrollWidth > innerWidth) wrong.push("scrolls sideways: " + root.scrollWidth + " of " + innerWidth + " px");
	const shown = (e) => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 1;
	for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")) {
		if (!shown(e) || e.closest(".skip, .hidden, svg")) continue;
		let box = e.getBoundingClientRect();
		if (e.matches("input[type=checkbox], input[type=radio]") && e.labels?.length) box = e.labels[0].getBoundingClientRect();
		const inText = getComputedStyle(e).display === "inline";
		if (!inText && (box.height < 24 || box.width < 24)) wrong.push("too small for a finger: " + named(e) + " " + Math.round(box.width) + "x" + Math.round(box.height));
	}
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let text; (text = texts.nextNode());) {
		const e = text.parentElement;
		if (!text.data.trim() || !shown(e) || e.closest("svg [aria-hidden]")) continue;
		if (parseFloat(getComputedStyle(e).fontSize) < 11.9) wrong.push("too small to read: " + named(e));
	}
	for (const dialog of document.querySelectorAll("dialog[open]")) {
		const box = dialog.getBoundingClientRect();
		if (box.left < 0 || box.top < 0 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) wrong.push("the dialog is cut off");
	}
	if (document.querySelectorAll("h1").length !== 1) wrong.push(document.querySelectorAll("h1").length + " h1");
	return wrong;
})()`
