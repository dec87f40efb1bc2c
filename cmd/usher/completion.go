package main

import (
	_ "embed" // for the shells' scripts
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

var (
	//go:embed completions/usher.bash
	bashCompletion string
	//go:embed completions/_usher
	zshCompletion string
	//go:embed completions/usher.fish
	fishCompletion string
)

// completion writes a script by which a shell asks suggest.
type completion struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help implements kong.HelpProvider.
func (*completion) Help() string {
	return "The script completes commands, flags, operations of usher do, and what these take:\n\n" +
		"    source <(usher completion bash)     in ~/.bashrc\n" +
		"    source <(usher completion zsh)      in ~/.zshrc, behind compinit\n" +
		"    usher completion fish | source      in ~/.config/fish/config.fish"
}

// Run writes the script.
func (c *completion) Run(out *output) error {
	_, err := fmt.Fprint(out.stdout, map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell])
	return err
}

// suggest writes what the last of some words can become, one a line, with a tab and what
// it is behind it where a shell shows that. It asks no server.
type suggest struct {
	Shell string   `arg:"" enum:"bash,zsh,fish"`
	Words []string `arg:"" optional:"" passthrough:""`
}

// Run writes them.
func (s *suggest) Run(out *output, app *kong.Kong) error {
	words := s.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if s.Shell == "bash" {
		words = typed(strings.Join(words, " "))
	}
	if len(words) == 0 {
		words = []string{""}
	}
	for _, one := range suggestions(app.Model, words) {
		line := one.word + "\t" + one.help
		if s.Shell == "bash" {
			line = unbroken(words[len(words)-1], one.word)
		}
		if _, err := fmt.Fprintln(out.stdout, strings.TrimRight(line, "\t")); err != nil {
			return err
		}
	}
	return nil
}

// typed is a command line's words behind its first; the last may be empty.
func typed(line string) []string {
	words := strings.Fields(line)
	if line == "" || strings.HasSuffix(line, " ") {
		words = append(words, "")
	}
	return words[1:]
}

// unbroken is what of a word bash replaces, for which = and : begin another word.
func unbroken(typed, whole string) string {
	return whole[strings.LastIndexAny(typed, "=:")+1:]
}

// suggestion is a word that can come next, and what it is.
type suggestion struct{ word, help string }

func suggestions(model *kong.Application, words []string) []suggestion {
	node, current := model.Node, words[len(words)-1]
	var flags []*kong.Flag
	flags = append(flags, node.Flags...)
	var given []string // of what stands alone
	var open *kong.Flag
	for _, word := range words[:len(words)-1] {
		if open != nil {
			open = nil
			continue
		}
		if strings.HasPrefix(word, "-") {
			open = awaiting(flags, word)
			continue
		}
		if below := child(node, word); below != nil {
			node, flags = below, append(flags, below.Flags...)
			continue
		}
		given = append(given, word)
	}
	all := candidates(node, flags, open, given, current)
	return slices.DeleteFunc(all, func(one suggestion) bool { return !strings.HasPrefix(one.word, current) })
}

func candidates(node *kong.Node, flags []*kong.Flag, open *kong.Flag, given []string, current string) (all []suggestion) {
	name, _, valued := strings.Cut(current, "=")
	switch {
	case open != nil:
		return ofEnum(open.Value, "")
	case strings.HasPrefix(current, "-") && valued:
		if flag := named(flags, name); flag != nil {
			return ofEnum(flag.Value, name+"=")
		}
		return nil
	case strings.HasPrefix(current, "-"):
		for _, flag := range flags {
			if !flag.Hidden {
				all = append(all, suggestion{"--" + flag.Name, firstSentence(flag.Help)})
			}
		}
		if node.Name == "do" && len(given) > 0 {
			all = append(all, truths(given[0])...)
		}
		return all
	case node.Name == "do":
		return ofOperations(given, current)
	}
	for _, below := range node.Children {
		if !below.Hidden {
			all = append(all, suggestion{below.Name, firstSentence(below.Help)})
		}
	}
	if len(given) < len(node.Positional) {
		all = append(all, ofEnum(node.Positional[len(given)], "")...)
	}
	return all
}

// ofOperations is the operations, or what one of them takes.
func ofOperations(given []string, current string) (all []suggestion) {
	known, err := ownDocument()
	if err != nil {
		return nil
	}
	if len(given) == 0 {
		for _, one := range known.operations() {
			all = append(all, suggestion{one.OperationID, one.Summary})
		}
		return all
	}
	operation, err := known.find(given[0])
	if err != nil {
		return nil
	}
	name, _, valued := strings.Cut(current, "=")
	for _, input := range operation.inputs() {
		switch {
		case !valued:
			all = append(all, suggestion{input.name + "=", firstSentence(input.help)})
		case input.name == name:
			for _, value := range input.schema.values() {
				all = append(all, suggestion{name + "=" + value, ""})
			}
		}
	}
	return all
}

// truths is what can be said of an operation by flags.
func truths(operation string) (all []suggestion) {
	known, err := ownDocument()
	if err != nil {
		return nil
	}
	of, err := known.find(operation)
	if err != nil {
		return nil
	}
	for _, input := range of.inputs() {
		if input.schema.is("boolean") {
			all = append(all, suggestion{"--" + strings.ReplaceAll(input.name, "_", "-"), firstSentence(input.help)})
		}
	}
	return all
}

func ofEnum(value *kong.Value, before string) (all []suggestion) {
	if value.Enum == "" {
		return nil
	}
	for _, one := range value.EnumSlice() {
		all = append(all, suggestion{before + one, ""})
	}
	return all
}

// awaiting is a flag that takes the next word as its value.
func awaiting(flags []*kong.Flag, word string) *kong.Flag {
	if flag := named(flags, word); flag != nil && !flag.IsBool() {
		return flag
	}
	return nil
}

func named(flags []*kong.Flag, word string) *kong.Flag {
	for _, flag := range flags {
		if "--"+flag.Name == word {
			return flag
		}
	}
	return nil
}

func child(node *kong.Node, name string) *kong.Node {
	for _, below := range node.Children {
		if below.Name == name {
			return below
		}
	}
	return nil
}

func firstSentence(text string) string {
	sentence, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(sentence, ".")
}
