package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// asInputs turns what looks like flags of an operation into its inputs, so that booleans
// can be said as flags are: --without-confirmation, --everyone-may-invite=false or
// --no-everyone-may-invite. After an operation, --help asks for the operation's.
func asInputs(model *kong.Application, args []string) []string {
	if len(args) == 0 || args[0] != "do" {
		return args
	}
	flags := flagsOf(model, "do")
	into := make([]string, 0, len(args))
	operation := false
	for i := 0; i < len(args); i++ {
		arg := args[i]
		name, value, valued := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		flag, known := flags[name]
		switch {
		case i == 0:
			into = append(into, arg)
		case arg == "--":
			return append(into, args[i:]...)
		case operation && (arg == "--help" || arg == "-h"):
			into = append(into, "--explain")
		case !strings.HasPrefix(arg, "-") || arg == "-":
			operation = true
			into = append(into, arg)
		case !strings.HasPrefix(arg, "--") || known:
			into = append(into, arg)
			if known && !valued && !flag.IsBool() && i+1 < len(args) {
				i++
				into = append(into, args[i])
			}
		case valued:
			into = append(into, name+"="+value)
		case operation && i+1 < len(args) && isValue(args[i+1]):
			i++
			into = append(into, name+"="+args[i])
		default:
			into = append(into, said(name))
		}
	}
	return into
}

// said is the input of a flag without a value.
func said(name string) string {
	if not, negated := strings.CutPrefix(name, "no-"); negated {
		return not + "=false"
	}
	return name + "=true"
}

// isValue reports what can stand behind a flag as its value.
func isValue(arg string) bool { return !strings.HasPrefix(arg, "-") && !strings.Contains(arg, "=") }

func flagsOf(model *kong.Application, command string) map[string]*kong.Flag {
	known := map[string]*kong.Flag{}
	for _, node := range append([]*kong.Node{model.Node}, model.Children...) {
		if node == model.Node || node.Name == command {
			for _, flag := range node.Flags {
				known[flag.Name] = flag
			}
		}
	}
	return known
}
