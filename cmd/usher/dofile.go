package main

import (
	"fmt"
	"io"
	"os"

	"github.com/usher-engine/usher/adapters/pasted"
)

// fileBody is a request's body that is a file as it is, and no JSON.
type fileBody []byte

// withFile puts the named file where the operation takes one: as its body, or as its text.
func (d *do) withFile(request apiRequest, o apiOperation) (apiRequest, error) {
	takesFile := o.takesFile()
	_, takesText := o.fields["text"]
	switch {
	case d.File == "" && takesFile:
		return request, fmt.Errorf("%s needs --file: a CSV with a header", o.OperationID)
	case d.File == "":
		return request, nil
	case !takesFile && !takesText:
		return request, fmt.Errorf("%s takes no --file", o.OperationID)
	}
	file, err := readAll(d.File)
	if err != nil {
		return request, err
	}
	if takesFile {
		request.body = fileBody(file)
		return request, nil
	}
	text, err := pasted.Decode(file)
	if err != nil {
		return request, err
	}
	if body, is := request.body.(map[string]any); is {
		body["text"] = text
	}
	return request, nil
}

// readAll reads a file, or standard input where its name is -.
func readAll(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name) //nolint:gosec // because the caller names the file
}

// takesFile reports whether the operation's body is a file, and no JSON.
func (o apiOperation) takesFile() bool {
	if o.RequestBody == nil {
		return false
	}
	_, is := o.RequestBody.Content[csvType]
	return is
}
