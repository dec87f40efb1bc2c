package main

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

const version = "v1.2.3"

// made is one distribution for one system, which all tests look at.
func made(t *testing.T) (folder, program string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "dist")
	require.NoError(t, run(t.Context(), []string{"-out", folder, "-version", version, "-time", "1700000000", "-systems", "linux/amd64"}))
	unpacked := t.TempDir()
	command(t, folder, "tar", "xf", "usher-v1.2.3-linux-amd64.tar.gz", "-C", unpacked)
	return folder, filepath.Join(unpacked, "usher-v1.2.3-linux-amd64", "usher")
}

func command(t *testing.T, folder, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir = folder
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s %v: %s", name, args, out)
	return string(out)
}

func TestDistribution(t *testing.T) {
	folder, program := made(t)
	t.Run("the same sources make the same bytes", func(t *testing.T) { sameBytes(t, folder) })
	t.Run("the checksums are those of the files", func(t *testing.T) {
		command(t, folder, "sha256sum", "--check", "--strict", "SHA256SUMS")
	})
	t.Run("the program needs nothing of the system, and says its version", func(t *testing.T) { static(t, program) })
	t.Run("the list of parts is CycloneDX, and whole", func(t *testing.T) { partsList(t, folder, program) })
	t.Run("the package is installed, upgraded and removed", func(t *testing.T) { debianPackage(t, folder, program) })
	t.Run("the container starts from nothing", func(t *testing.T) { container(t, program) })
}

func sameBytes(t *testing.T, first string) {
	t.Helper()
	second, _ := made(t)
	want, err := os.ReadFile(filepath.Join(first, "SHA256SUMS"))
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join(second, "SHA256SUMS"))
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	require.Equal(t, 3, strings.Count(string(want), "\n"), "an archive, a package and a list: %s", want)
}

func static(t *testing.T, program string) {
	t.Helper()
	opened, err := elf.Open(program)
	require.NoError(t, err)
	defer opened.Close()
	for _, part := range opened.Progs {
		require.NotEqual(t, elf.PT_INTERP, part.Type, "it asks for a loader of libraries")
	}
	require.Contains(t, command(t, ".", program, "--version"), version)
	notices, err := os.ReadFile(filepath.Join(filepath.Dir(program), "THIRD_PARTY_NOTICES"))
	require.NoError(t, err)
	require.NotEmpty(t, notices)
}

// partsList validates against the schema that the library of CycloneDX brings.
func partsList(t *testing.T, folder, program string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "usher-v1.2.3-linux-amd64.cdx.json"))
	require.NoError(t, err)
	schemas := filepath.Join(strings.TrimSpace(command(t, ".", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go")), "schema")
	compiler := jsonschema.NewCompiler()
	for name, file := range map[string]string{
		"bom-1.6.schema.json": "bom-1.6.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		schema, err := os.ReadFile(filepath.Join(schemas, file))
		require.NoError(t, err)
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
		require.NoError(t, err)
		require.NoError(t, compiler.AddResource("http://cyclonedx.org/schema/"+name, document))
	}
	schema, err := compiler.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(document))
	document.(map[string]any)["specVersion"] = 1
	require.Error(t, schema.Validate(document), "the schema refuses what is wrong")

	var bom cyclonedx.BOM
	require.NoError(t, json.Unmarshal(text, &bom))
	info, err := buildinfo.ReadFile(program)
	require.NoError(t, err)
	listed := map[string]string{}
	for _, part := range *bom.Components {
		listed[part.Name] = part.Version
	}
	for _, module := range info.Deps {
		require.Equal(t, module.Version, listed[module.Path], module.Path)
	}
	require.Len(t, listed, len(info.Deps)+1, "and Go's own library")
	require.Equal(t, version, bom.Metadata.Component.Version)
}

func TestVersionsAsDebianOrdersThem(t *testing.T) {
	for given, want := range map[string]string{"v1.2.3": "1.2.3", "v1.2.3-4-gabcdef0-dirty": "1.2.3-4-gabcdef0-dirty", "1abcdef": "0.0.0~1abcdef", "unknown": "0.0.0~unknown"} {
		require.Equal(t, want, debianVersion(given))
	}
}
