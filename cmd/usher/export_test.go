package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// Tell lets tests see an answer as it is told to people at a terminal of a width.
func Tell(answer string, width int) (string, error) {
	var told strings.Builder
	err := tell(&told, []byte(answer), width)
	return told.String(), err
}

// AsInputs lets tests see what is made of the arguments of a command line.
func AsInputs(args ...string) ([]string, error) {
	model, err := parsed()
	if err != nil {
		return nil, err
	}
	return asInputs(model, args), nil
}

// Suggested lets tests see what the last of some words can become.
func Suggested(words ...string) (suggested []string, err error) {
	model, err := parsed()
	if err != nil {
		return nil, err
	}
	for _, one := range suggestions(model, words) {
		suggested = append(suggested, one.word)
	}
	return suggested, nil
}

func parsed() (*kong.Application, error) {
	parser, err := newParser(nil, nil)
	if err != nil {
		return nil, err
	}
	return parser.Model, nil
}
