package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// man writes the manual page, from what the commands and the API say of themselves.
type man struct{}

// Run writes the page.
func (*man) Run(out *output, app *kong.Kong) error {
	known, err := ownDocument()
	if err != nil {
		return err
	}
	page := manual{}
	page.write(app.Model, known)
	_, err = io.WriteString(out.stdout, page.String())
	return err
}

// manual is a page in the making, as man(7) has it.
type manual struct{ strings.Builder }

func (m *manual) write(model *kong.Application, known apiDocument) {
	m.line(`.TH USHER 1 "" "Usher" "User Commands"`)
	m.section("NAME")
	m.text("usher - bring people into a company, and prove afterwards what happened")
	m.section("SYNOPSIS")
	m.line(".B usher\n.I command\n.RI [ flags ]")
	m.section("DESCRIPTION")
	m.text(model.Help)
	m.paragraph("A flag can be set by the environment variable that stands behind it, where there is one.")
	m.section("COMMANDS")
	for _, command := range model.Leaves(true) {
		m.command(command)
	}
	m.section("FLAGS OF ALL COMMANDS")
	m.flags(model.Flags)
	m.section("OPERATIONS OF USHER DO")
	m.text("What a running server can be asked by usher do; usher do OPERATION --help says what an operation takes.")
	tag := ""
	for _, one := range known.operations() {
		if one.tag() != tag {
			tag = one.tag()
			m.line(".SS " + roff(tag))
		}
		m.line(".TP\n.B " + roff(one.OperationID))
		m.text(one.Summary + ".")
	}
	m.section("FILES")
	m.line(".TP\n.I /etc/usher/usher.env")
	m.text("The settings of the service, one environment variable a line.")
	m.line(".TP\n.I /var/lib/usher")
	m.text("All that the service keeps: log, vault, read models, and the operator token.")
	m.line(".TP\n.I $XDG_CONFIG_HOME/usher/session.json")
	m.text("Who is signed in by usher login, and at which server.")
	m.section("SEE ALSO")
	m.line(".I /usr/share/doc/usher/install.md\nand\n.IR /usr/share/doc/usher/operations.md .")
}

func (m *manual) command(node *kong.Node) {
	m.line(".SS " + roff(node.FullPath()+arguments(node)))
	m.text(node.Help)
	for paragraph := range strings.SplitSeq(node.Detail, "\n\n") {
		switch {
		case strings.HasPrefix(paragraph, "    "):
			m.line(".PP\n.nf")
			for row := range strings.SplitSeq(paragraph, "\n") {
				m.line(roff(row))
			}
			m.line(".fi")
		case paragraph != "":
			m.paragraph(paragraph)
		}
	}
	for _, argument := range node.Positional {
		m.line(".TP\n.I " + roff(argument.Name))
		m.text(argument.Help)
	}
	m.flags(node.Flags)
}

func arguments(node *kong.Node) (text string) {
	for _, argument := range node.Positional {
		text += " " + argument.Summary()
	}
	return text
}

func (m *manual) flags(flags []*kong.Flag) {
	for _, flag := range flags {
		if flag.Hidden {
			continue
		}
		name := "--" + flag.Name
		if !flag.IsBool() {
			name += "=" + strings.ToUpper(flag.Name)
			if flag.HasDefault && flag.Default != "" {
				name = "--" + flag.Name + "=" + flag.Default
			}
		}
		m.line(".TP\n.B " + roff(name))
		help := flag.Help
		if len(flag.Envs) > 0 {
			help += " ($" + strings.Join(flag.Envs, ", $") + ")"
		}
		m.text(help)
	}
}

func (m *manual) section(name string)   { m.line(".SH " + name) }
func (m *manual) paragraph(text string) { m.line(".PP"); m.text(text) }
func (m *manual) text(text string)      { m.line(roff(strings.Join(strings.Fields(text), " "))) }
func (m *manual) line(text string)      { fmt.Fprintln(m, text) }

// roff is a text of which nothing is taken for an instruction.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
