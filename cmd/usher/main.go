// Command usher is the whole program: it serves, and it will audit, rebuild and
// verify. Read serve.go first; everything it starts is in engine/.
package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/usher-engine/usher/adapters/telemetry"
)

type commandLine struct {
	Serve   serve         `cmd:"" help:"Serve the API of all accounts of a data folder."`
	Login   login         `cmd:"" help:"Sign in to an account of a running server."`
	Do      do            `cmd:"" help:"Do, or ask, anything that the API of a running server can."`
	Logout  logout        `cmd:"" help:"End the session of usher login."`
	Node    node          `cmd:"" help:"Serve a log of its own by EventStoreDB's protocol."`
	Log     logCommands   `cmd:"" help:"Copy, compare or check event logs."`
	Vault   vaultCommands `cmd:"" help:"Copy a vault between SQLite and PostgreSQL."`
	Backup  backup        `cmd:"" help:"Back up a data folder, also while it is served."`
	Restore restore       `cmd:"" help:"Restore a data folder from a backup."`
	Ready   ready         `cmd:"" help:"Ask a running server whether it is ready."`
	Version version       `cmd:"" help:"Say which version this is, of which commit, by which Go, and which protocol of EventStoreDB it serves."`

	Completion completion `cmd:"" help:"Write the script by which a shell completes what is typed."`
	Man        man        `cmd:"" help:"Write the manual page, to be read by man."`
	Suggest    suggest    `cmd:"" hidden:"" help:"Say what can be typed next; for the scripts of usher completion."`

	Projections projectionsCommands `cmd:"" help:"See, rebuild and verify the views of a running server, and let it go on where it is stopped."`

	ShowVersion kong.VersionFlag `help:"Say what usher version does, and end." name:"version" env:"-"`
}

func main() {
	time.Local = time.UTC // so that what is printed and logged here can be read beside what others did
	ctx, stop := untilAsked(context.Background())
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		os.Exit(exitStatus(err, os.Stderr))
	}
}

// run is the program with nothing of the process in it, for tests.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	parser, err := newParser(stdout, stderr)
	if err != nil {
		return err
	}
	command, err := parser.Parse(asInputs(parser.Model, args))
	if err != nil {
		return err
	}
	command.BindTo(ctx, (*context.Context)(nil))
	command.Bind(parser)
	return command.Run(&output{stdout: stdout, stderr: stderr})
}

func newParser(stdout, stderr io.Writer) (*kong.Kong, error) {
	return kong.New(&commandLine{},
		kong.Name("usher"), kong.Description("Bring people into a company, and prove afterwards what happened."),
		kong.UsageOnError(), kong.DefaultEnvars("USHER"), kong.Resolvers(kong.ResolverFunc(credential)), kong.Writers(stdout, stderr),
		kong.Vars{"version": thisBuild().String(), "default_server": defaultServer},
	)
}

type output struct{ stdout, stderr io.Writer }

// logger returns where a server logs, and what is to be called when nothing more
// is logged.
func (o *output) logger(level slog.Level) (*slog.Logger, func()) {
	lines := telemetry.NewLines(o.stderr)
	return slog.New(slog.NewJSONHandler(lines, &slog.HandlerOptions{Level: level})), func() { lines.Close() }
}
