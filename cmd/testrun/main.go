// Command testrun runs `go test` with the arguments that it is given, prints
// what failed, and closes with how many tests ran. It fails where none did.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

type run struct {
	output                  map[string][]string // of what has not ended yet
	passed, failed, skipped int
	failures                []string // said again at the end, where one looks first
}

func main() {
	started := time.Now()
	command := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...) //nolint:gosec,noctx // because passing arguments on is what this is for
	command.Stderr = os.Stderr
	pipe, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testrun:", err)
		os.Exit(2)
	}
	r := run{output: map[string][]string{}}
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		r.take(lines.Bytes())
	}
	err = command.Wait()
	fmt.Println()
	for _, failure := range r.failures {
		fmt.Println(failure)
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
	fmt.Printf("in %s\n", time.Since(started).Round(time.Second))
	if err != nil || r.failed > 0 || r.passed == 0 {
		os.Exit(1)
	}
}

// take counts what ended, and prints the output of what failed.
func (r *run) take(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil {
		fmt.Println(string(line))
		return
	}
	if e.Package == "" {
		e.Package = e.ImportPath // of what does not build
	}
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		r.output[key] = append(r.output[key], e.Output)
	case "pass", "skip":
		delete(r.output, key)
		r.count(e)
	case "fail", "build-fail":
		if e.Test == "" {
			r.unended(e.Package)
		}
		for _, text := range r.output[key] {
			fmt.Print(text)
		}
		delete(r.output, key)
		r.count(e)
	}
}

// longest is how many lines are printed of a test that did not end.
const longest = 150

// unended prints the tests of a package that had not ended when it did: one of them
// has hung, or took everything down.
func (r *run) unended(of string) {
	for _, key := range slices.Sorted(maps.Keys(r.output)) {
		test, found := strings.CutPrefix(key, of+" ")
		if !found || test == "" {
			continue
		}
		fmt.Println("not ended:", key)
		lines := r.output[key]
		if at := slices.IndexFunc(lines, isPanic); at >= 0 {
			lines = lines[at:] // with the stacks of all, the one that panicked first
		}
		for _, text := range lines[:min(len(lines), longest)] {
			fmt.Print(text)
		}
		delete(r.output, key)
		r.fail("not ended: " + key)
	}
}

func (r *run) fail(what string) {
	r.failed++
	r.failures = append(r.failures, what)
}

func isPanic(line string) bool {
	return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")
}

func (r *run) count(e event) {
	switch {
	case e.Test == "" && e.Action == "pass":
		fmt.Printf("ok    %s  %.1fs\n", e.Package, e.Elapsed)
	case e.Test == "" && e.Action == "skip": // it has no tests
	case e.Test == "":
		fmt.Printf("%-5s %s\n", e.Action, e.Package)
	case e.Action == "pass":
		r.passed++
	case e.Action == "fail":
		r.fail("failed: " + e.Package + " " + e.Test)
	case e.Action == "skip":
		fmt.Printf("skip  %s %s\n", e.Package, e.Test)
		r.skipped++
	}
}
