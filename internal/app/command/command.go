package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// errUsage says that the command was written wrongly; the words have been said.
var errUsage = errors.New("command: wrong usage")

// Env is what a command sees of the world.
type Env struct {
	Args   []string // without the program's name
	Stdout io.Writer
	Stderr io.Writer
	// Lang is the language the command line speaks, as LANG tells.
	Lang string
}

// command is one word, or two, of the command line.
type command struct {
	name string // "tenant add"
	args string // what follows it, for the help
	run  func(*call) error
}

// commands returns all of them, in the order the help lists them.
func commands() []command {
	return []command{
		{"serve", "", serve},
		{"demo", "[--fresh]", demoServe},
		{"migrate", "[--check]", migrate},
		{"tenant add", "[--test] NUMBER…", tenantAdd},
		{"tenant list", "", tenantList},
		{"tenant set", "--tenant SLUG NAME VALUE", tenantSet},
		{"tenant show", "NUMBER|SLUG", tenantShow},
		{"token create", "--tenant SLUG --role ROLE --days N [--department ID] [--name TEXT] [--scope PERMISSION…]", tokenCreate},
		{"token list", "--tenant SLUG", tokenList},
		{"token revoke", "--tenant SLUG ID", tokenRevoke},
		{"job list", "[--failed] [--tenant SLUG]", jobList},
		{"job retry", "ID", jobRetry},
		{"job discard", "ID", jobDiscard},
		{"message list", "[--failed] [--tenant SLUG]", messageList},
		{"message retry", "ID", messageRetry},
		{"message bounce", "FILE|-", messageBounce},
		{"key rotate", "--tenant SLUG", keyRotate},
		{"key shred", "--tenant SLUG --yes-destroy NUMBER", keyShred},
		{"key master", "show|rotate|drop", keyMaster},
		{"key client", "show|new|use|drop", keyClient},
		{"key log", "rotate", keyLog},
		{"retention run", "--tenant SLUG [--dry-run]", retentionRun},
		{"deadline begin", "[--tenant SLUG]", deadlineBegin},
		{"form publish", "FILE [--tenant SLUG] [--dry-run] [--accept-loss FIELD…]", formPublish},
		{"form list", "[--tenant SLUG]", formList},
		{"form show", "--tenant SLUG [--version N] [--json] KEY", formShow},
		{"geo import", "--layer LAYER FILE [--tenant SLUG] [--part NAME | --whole] [--crs EPSG] [--table T] [--anywhere] [--dry-run] [--title T] [--public] [--attribution A] [--licence L] [--licence-url U] [--tags A,B] [--zoom N-N]", geoImport},
		{"geo export", "--layer LAYER --format geojson|gml|gpkg FILE [--tenant SLUG] [--part NAME] [--crs EPSG] [--date 2026-01-31]", geoExport},
		{"geo layer", "list|show|set|remove [--layer LAYER] [--tenant SLUG] [--part NAME] [--title T] [--about T] [--public=false] [--attribution A] [--licence L] [--licence-url U] [--tags A,B] [--zoom N-N] [--order N]", geoLayer},
		{"geo history", "--layer LAYER [--tenant SLUG]", geoHistory},
		{"bench cases", "[--database sqlite|postgres|all] [--clients N] [--for 20s] [--tenants 1,20] [--preload 0,1000000] [--letters] [--residents N] [--think 1s] [--spike 60s] [--limit N] [--json|--markdown] [--profile FILE]", benchCases},
		{"bench geo", "[--database sqlite|postgres|all] [--plots N] [--people N] [--tenants N] [--clients N] [--for 10s] [--json|--markdown] [--profile FILE]", benchGeo},
		{"bench tenants", "[--database sqlite|postgres|all] [--tenants N] [--json|--markdown]", benchTenants},
		{"bench server", "[--profile FILE] [--hold KIND]", benchServer},
		{"backup", "--to FILE (--recipient age1… | --passphrase-file FILE)", backup},
		{"restore", "--from FILE (--identity FILE | --passphrase-file FILE)", restore},
		{"audit verify", "[--tenant SLUG] [--heads FILE]", auditVerify},
		{"audit heads", "[--out FILE]", auditHeads},
		{"doctor", "", doctor},
		{"config", "", printConfig},
		{"version", "", printVersion},
	}
}

// call is one run of a command.
type call struct {
	ctx    context.Context //nolint:containedctx // a call lives as long as its context
	env    Env
	words  *i18n.Localizer
	flags  *flag.FlagSet
	config map[string]string // settings given as flags
	args   []string
}

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, env Env) int {
	bundle, err := app.Bundle()
	if err != nil {
		say(env.Stderr, err.Error())
		return 1
	}
	words := bundle.For(languageOf(env.Lang))
	cmd, rest, ok := find(env.Args)
	if !ok {
		help(env, words)
		return 2
	}
	c := &call{ctx: ctx, env: env, words: words, config: map[string]string{}, args: rest}
	c.flags = flag.NewFlagSet("torg "+cmd.name, flag.ContinueOnError)
	c.flags.SetOutput(env.Stderr)
	c.flags.Usage = func() { say(env.Stderr, "torg "+cmd.name+" "+cmd.args) }
	return c.outcome(cmd.run(c))
}

// outcome says what went wrong, in the reader's words where there are any.
func (c *call) outcome(err error) int {
	switch e := errs.Of(err); {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp), errors.Is(err, errUsage):
		return 2
	case errors.Is(err, errAgain):
		say(c.env.Stderr, err.Error())
		return exitAgain
	case e != nil:
		say(c.env.Stderr, c.words.T(e.Key, e.Args...))
		for _, f := range e.Fields {
			say(c.env.Stderr, f.Name+": "+c.words.T(f.Key, f.Args...))
		}
	default:
		say(c.env.Stderr, err.Error())
	}
	return 1
}

// find looks for the command that the arguments begin with: two words before one.
func find(args []string) (command, []string, bool) {
	for n := min(2, len(args)); n > 0; n-- {
		name := strings.Join(args[:n], " ")
		i := slices.IndexFunc(commands(), func(c command) bool { return c.name == name })
		if i >= 0 {
			return commands()[i], args[n:], true
		}
	}
	return command{}, nil, false
}

func help(env Env, words *i18n.Localizer) {
	say(env.Stderr, words.T("app.help.title"))
	for _, c := range commands() {
		say(env.Stderr, fmt.Sprintf("  torg %-14s %s", c.name, words.T("app.help."+strings.ReplaceAll(c.name, " ", "_"))))
	}
}

// say writes a line. Nobody can be told when even that fails.
func say(w io.Writer, line string) { _, _ = io.WriteString(w, line+"\n") }

func (c *call) say(line string) { say(c.env.Stdout, line) }

func languageOf(env string) i18n.Lang {
	lang, _, _ := strings.Cut(env, "_")
	if l := i18n.Lang(lang); l.Valid() {
		return l
	}
	if lang == "no" {
		return i18n.NB
	}
	return i18n.EN
}

// parse reads the command's flags, with --data for all and whichever settings the
// command names. They may stand before or after the other arguments, which remain
// in c.args; what follows "--" is no flag.
func (c *call) parse(settings ...string) error {
	for _, name := range append([]string{"data=TORG_DATA"}, settings...) {
		flagName, setting, _ := strings.Cut(name, "=")
		c.flags.Func(flagName, setting, func(v string) error {
			c.config[setting] = v
			return nil
		})
	}
	given := c.args
	c.args = nil
	for {
		if err := c.flags.Parse(given); err != nil {
			return errUsage
		}
		rest := c.flags.Args()
		if len(rest) == 0 {
			return nil
		}
		if read := len(given) - len(rest); read > 0 && given[read-1] == "--" {
			c.args = append(c.args, rest...)
			return nil
		}
		c.args, given = append(c.args, rest[0]), rest[1:]
	}
}

func (c *call) read() (app.Config, error) { return app.ReadConfig(c.config) }

// open puts the product together for a command that works on its data. Nothing
// runs in the background; the directory of municipalities is read.
func (c *call) open() (*app.App, error) {
	config, err := c.read()
	if err != nil {
		return nil, err
	}
	a, err := app.New(c.ctx, config, app.Parts{Log: logger(config, c.env.Stderr)})
	if err != nil {
		return nil, err
	}
	if err := a.Directory.Refresh(c.ctx); err != nil {
		return nil, errors.Join(err, a.Stop(c.ctx))
	}
	return a, nil
}

func logger(config app.Config, w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(config.Get("TORG_LOG_LEVEL"))); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if config.Get("TORG_LOG_FORMAT") == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// makeDir makes the data folder, which only its owner may read.
func makeDir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("command: data folder: %w", err)
	}
	return nil
}
