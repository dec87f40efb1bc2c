// Command usher is the whole program: it serves, and it will audit, rebuild and
// verify. Read serve.go first; everything it starts is in engine/.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commandLine struct {
	Serve   serve         `cmd:"" help:"Serve the API of all accounts of a data folder."`
	Login   login         `cmd:"" help:"Sign in to an account of a running server."`
	Do      do            `cmd:"" help:"Do, or ask, anything that the API of a running server can."`
	Logout  logout        `cmd:"" help:"End the session of usher login."`
	Node    node          `cmd:"" help:"Serve a log of its own by EventStoreDB's protocol."`
	Log     logCommands   `cmd:"" help:"Copy or compare event logs."`
	Vault   vaultCommands `cmd:"" help:"Copy a vault between SQLite and PostgreSQL."`
	Backup  backup        `cmd:"" help:"Back up a data folder, also while it is served."`
	Restore restore       `cmd:"" help:"Restore a data folder from a backup."`

	Projections projectionsCommands `cmd:"" help:"See, rebuild and verify the views of a running server, and let it go on where it is stopped."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "usher:", err)
		os.Exit(1)
	}
}

// run is the program with nothing of the process in it, for tests.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var line commandLine
	parser, err := kong.New(&line,
		kong.Name("usher"), kong.Description("Bring people into a company, and prove afterwards what happened."),
		kong.UsageOnError(), kong.DefaultEnvars("USHER"), kong.Writers(stdout, stderr),
	)
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	command.BindTo(ctx, (*context.Context)(nil))
	return command.Run(&output{stdout: stdout, stderr: stderr})
}

type output struct{ stdout, stderr io.Writer }
