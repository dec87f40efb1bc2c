package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/usher-engine/usher/bench/compare"
)

// machine is what figures are worth nothing without.
type machine struct {
	OS    string  `json:"os"`
	Arch  string  `json:"arch"`
	CPU   string  `json:"cpu,omitzero"`
	Cores int     `json:"cores"`
	Sync  float64 `json:"sync_ms"` // the median of writing 4 KiB and syncing them, where the data is
}

func describeMachine(folder string) (machine, error) {
	sync, err := syncTime(folder)
	return machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpuModel(), Cores: runtime.NumCPU(), Sync: compare.Milliseconds(sync)}, err
}

// cpuModel is empty where the system does not tell.
func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // only Linux has it
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func syncTime(folder string) (median time.Duration, err error) {
	file, err := os.Create(filepath.Join(folder, "sync"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	page := make([]byte, 4<<10)
	times := make([]time.Duration, 50)
	for i := range times {
		began := time.Now()
		if _, err := file.Write(page); err != nil {
			return 0, err
		}
		if err := file.Sync(); err != nil {
			return 0, err
		}
		times[i] = time.Since(began)
	}
	return compare.Quantile(times, 0.5), nil
}
