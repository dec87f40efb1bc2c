package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/adapters/esdbnode"
)

// released is the version that a build is given by the linker, as the Makefile
// does; without it, a build says of itself what Go knows.
var released string //nolint:gochecknoglobals // because the linker sets variables only

// build is which program this is.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"` // unknown where it was built without git
	Go       string `json:"go"`
	Protocol string `json:"protocol"`        // the release of EventStoreDB whose protocol it serves
	Plans    string `json:"numbering_plans"` // the day as of which it knows phone numbers
}

// thisBuild tells from what the toolchain noted in the binary.
func thisBuild() build {
	made := build{Version: released, Protocol: esdbnode.Version, Plans: contacts.PlansAsOf}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return made
	}
	made.Go = info.GoVersion
	if made.Version == "" {
		made.Version = info.Main.Version
	}
	changed := false
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			made.Commit = setting.Value
		case "vcs.modified":
			changed = setting.Value == "true"
		}
	}
	if changed && made.Commit != "" {
		made.Commit += " and changes"
	}
	return made
}

// String returns what people read.
func (b build) String() string {
	lines := []string{"usher " + b.Version}
	if b.Commit != "" {
		lines = append(lines, "commit "+b.Commit)
	}
	lines = append(lines, b.Go, "EventStoreDB's protocol as of "+b.Protocol, "numbering plans as of "+b.Plans)
	return strings.Join(lines, "\n")
}

type version struct {
	JSON bool `help:"Write it as one line of JSON." name:"json" env:"-"`
}

// Run shows which program this is.
func (v *version) Run(out *output) error {
	if v.JSON {
		return json.NewEncoder(out.stdout).Encode(thisBuild())
	}
	_, err := fmt.Fprintln(out.stdout, thisBuild())
	return err
}
