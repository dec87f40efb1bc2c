package main

import (
	"debug/buildinfo"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"
)

// writeBOM writes what a program is made of, as CycloneDX: Go's library and the
// modules, with the versions and digests that its build noted in it.
func writeBOM(program, version, to string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	main := component(cyclonedx.ComponentTypeApplication, info.Main.Path, version)
	main.Licenses = &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "Apache-2.0"}}}
	goVersion := strings.TrimPrefix(strings.Fields(info.GoVersion)[0], "go")
	parts := []cyclonedx.Component{component(cyclonedx.ComponentTypeLibrary, "std", goVersion)}
	for _, module := range info.Deps {
		part := component(cyclonedx.ComponentTypeLibrary, module.Path, module.Version)
		if module.Replace != nil {
			return fmt.Errorf("%s is replaced: say of what the program is made", module.Path)
		}
		part.Properties = &[]cyclonedx.Property{{Name: "go:sum", Value: module.Sum}}
		parts = append(parts, part)
	}
	needs := make([]string, len(parts))
	for i, part := range parts {
		needs[i] = part.BOMRef
	}
	settings := []cyclonedx.Property{}
	for _, setting := range info.Settings {
		settings = append(settings, cyclonedx.Property{Name: "go:build:" + setting.Key, Value: setting.Value})
	}
	main.Properties = &settings
	bom := cyclonedx.NewBOM()
	bom.Metadata = &cyclonedx.Metadata{Component: &main}
	bom.Components = &parts
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: main.BOMRef, Dependencies: &needs}}
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	err = cyclonedx.NewBOMEncoder(file, cyclonedx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cyclonedx.SpecVersion1_6)
	return errors.Join(err, file.Close())
}

func component(kind cyclonedx.ComponentType, path, version string) cyclonedx.Component {
	address := "pkg:golang/" + path + "@" + url.PathEscape(version)
	return cyclonedx.Component{BOMRef: address, Type: kind, Name: path, Version: version, PackageURL: address}
}
