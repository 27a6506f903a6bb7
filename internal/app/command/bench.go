package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/torg-no/torg/internal/bench"
)

// benchOptions are the flags of bench cases.
type benchOptions struct {
	bench.Options
	tenants, preload int
	database         string
	profile          string
}

// benchCases measures how many cases a server of this very program takes, on
// each database, in folders of its own that are removed afterwards.
func benchCases(c *call) error {
	o, asJSON, asMarkdown := benchFlags(c)
	if err := c.parse(); err != nil {
		return err
	}
	if o.Clients < 1 || o.For <= 0 || o.tenants < 1 || o.preload < 0 {
		c.flags.Usage()
		return errUsage
	}
	// Interrupted, it still ends its server and removes its folders.
	ctx, stop := signal.NotifyContext(c.ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	c.ctx = ctx
	databases, err := benchDatabases(c, o.database)
	if err != nil {
		return err
	}
	var report bench.Report
	for _, d := range databases {
		// Everything with an empty database first, so that there is something to
		// compare a full one with.
		preloads := []int{0}
		if o.preload > 0 {
			preloads = append(preloads, o.preload)
		}
		for _, n := range preloads {
			row, err := benchOne(c, *o, d, n)
			if err != nil {
				return err
			}
			report.Add(row)
		}
	}
	return sayReport(c, report, *asJSON, *asMarkdown)
}

func benchFlags(c *call) (o *benchOptions, asJSON, asMarkdown *bool) {
	o = &benchOptions{Options: bench.Options{Warm: 3 * time.Second}}
	c.flags.IntVar(&o.Clients, "clients", 50, c.words.T("app.flag.bench_clients"))
	c.flags.DurationVar(&o.For, "for", 20*time.Second, c.words.T("app.flag.bench_for"))
	c.flags.IntVar(&o.tenants, "tenants", 1, c.words.T("app.flag.bench_tenants"))
	c.flags.IntVar(&o.preload, "preload", 0, c.words.T("app.flag.bench_preload"))
	c.flags.StringVar(&o.database, "database", "all", c.words.T("app.flag.bench_database"))
	c.flags.StringVar(&o.profile, "profile", "", c.words.T("app.flag.bench_profile"))
	asJSON = c.flags.Bool("json", false, c.words.T("app.flag.bench_json"))
	asMarkdown = c.flags.Bool("markdown", false, c.words.T("app.flag.bench_markdown"))
	return o, asJSON, asMarkdown
}

func sayReport(c *call, report bench.Report, asJSON, asMarkdown bool) error {
	switch {
	case asJSON:
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return fmt.Errorf("command: write the report: %w", err)
		}
		c.say(string(text))
	case asMarkdown:
		c.say(report.Markdown())
	default:
		c.say(report.Text())
	}
	for _, row := range report.Rows {
		if row.Result.Errors > 0 {
			return fmt.Errorf("command: %d requests failed on %s, the first so: %s", row.Result.Errors, row.Database, row.Result.Example)
		}
	}
	return nil
}

// benchServer is serve with a CPU profile of its whole life in the file that the
// first argument names.
func benchServer(c *call) (err error) {
	if len(c.args) == 0 {
		c.flags.Usage()
		return errUsage
	}
	f, err := os.Create(c.args[0])
	if err != nil {
		return fmt.Errorf("command: profile: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return fmt.Errorf("command: profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	c.args = c.args[1:]
	return serve(c)
}
