package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// explain is the help of an operation, for a terminal of a width.
func (o apiOperation) explain(to io.Writer, width int) error {
	var text strings.Builder
	fmt.Fprintf(&text, "Usage: usher do %s [name=value ...]\n\n", o.OperationID)
	wrapped(&text, o.Summary+". "+o.Description, "", width)
	if inputs := o.inputs(); len(inputs) > 0 {
		fmt.Fprintf(&text, "\nInputs:\n")
		for _, input := range inputs {
			input.explain(&text, width)
		}
	}
	fmt.Fprintf(&text, "\nExample:\n")
	fmt.Fprintf(&text, "  %s\n", strings.Join(o.example(), " "))
	fmt.Fprintf(&text, "\nIn the API: %s %s\n", o.method, o.path)
	_, err := io.WriteString(to, text.String())
	return err
}

func (i apiInput) explain(text *strings.Builder, width int) {
	kind := i.kind()
	switch {
	case i.name == "account" && i.inPath:
		kind += ", or --account, or the one signed in to"
	case i.needed:
		kind += ", needed"
	}
	wrapped(text, i.name+" ("+kind+")", "  ", width)
	if i.help != "" {
		wrapped(text, i.help, "      ", width)
	}
	if values := i.schema.values(); len(values) > 0 && !i.schema.is("boolean") && i.schema.AnyOf == nil {
		wrapped(text, "One of "+strings.Join(values, ", ")+".", "      ", width)
	}
}

// kind is what an input is, in words.
func (i apiInput) kind() string {
	words := map[string]string{"string": "text", "integer": "number", "number": "number", "boolean": "true or false", "object": "JSON"}
	var kinds []string
	for _, one := range i.schema.AnyOf {
		if kind := (apiInput{schema: one}).kind(); len(one.values()) > 0 {
			kinds = append(kinds, one.values()...)
		} else if kind != "" {
			kinds = append(kinds, kind)
		}
	}
	if kinds != nil {
		return strings.Join(kinds, " or ")
	}
	for _, kind := range i.schema.kinds() {
		word := words[kind]
		if kind == "array" {
			word = "list"
			if i.schema.Items != nil && i.schema.Items.Ref == "" && !i.schema.Items.is("object") {
				word = "list of " + words[i.schema.Items.kinds()[0]] + "s"
			}
		}
		kinds = append(kinds, word)
	}
	return strings.Join(kinds, " or ")
}

// example is the operation as it can be typed, with what it needs.
func (o apiOperation) example() []string {
	words := []string{"usher", "do", o.OperationID}
	inputs := slices.DeleteFunc(o.inputs(), func(input apiInput) bool { return input.name == "account" && input.inPath })
	some := 0
	for _, input := range inputs {
		if input.needed || some == 0 && !slices.ContainsFunc(inputs, func(other apiInput) bool { return other.needed }) && len(input.examples()) > 0 && isCommand(o.method) {
			some++
			for _, value := range input.examples() {
				words = append(words, quoted(input.name+"="+value))
			}
			if len(input.examples()) == 0 {
				words = append(words, input.name+"=...")
			}
		}
	}
	if o.takesFile() {
		words = append(words, "--file", "people.csv")
	}
	return words
}

func (i apiInput) examples() (values []string) {
	if len(i.schema.Examples) == 0 {
		return nil
	}
	list, is := i.schema.Examples[0].([]any)
	if !is {
		list = i.schema.Examples[:1]
	}
	for _, one := range list {
		values = append(values, fmt.Sprint(one))
	}
	return values
}

// quoted is a word as a shell reads it.
func quoted(word string) string {
	if !strings.ContainsAny(word, " \t\n'\"\\$`!*?[]{}()<>|&;#~") {
		return word
	}
	name, value, _ := strings.Cut(word, "=")
	return name + "='" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// wrapped writes words in lines that are no wider than width, if they can be, each behind
// an indent.
func wrapped(text *strings.Builder, words, indent string, width int) {
	line := 0
	for _, word := range strings.Fields(words) {
		wide := uniseg.StringWidth(word)
		switch {
		case line == 0:
			text.WriteString(indent)
			line = len(indent)
		case line+1+wide > width:
			text.WriteString("\n" + indent)
			line = len(indent)
		default:
			text.WriteString(" ")
			line++
		}
		text.WriteString(word)
		line += wide
	}
	text.WriteString("\n")
}
