package command

import (
	"encoding/json"
	"fmt"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/torg-no/torg/internal/bench"
)

// benchOptions are the flags of bench cases.
type benchOptions struct {
	bench.Options

	tenants, preload  []int
	database          string
	profile           string
	along             bool // letters are made beside the requests
	residents         int
	think             time.Duration
	spike             time.Duration
	limit             int // requests a second of one token; 0 is none
	json, markdown    bool
	preloads, several string
}

// benchCases measures how many cases a server of this very program takes, on
// each database, in folders of its own that are removed afterwards.
func benchCases(c *call) error {
	o := benchFlags(c)
	if err := c.parse(); err != nil {
		return err
	}
	if !o.tidy() {
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
		for _, tenants := range o.tenants {
			for _, preload := range o.preload {
				row, err := benchOne(c, *o, d, tenants, preload)
				if err != nil {
					return err
				}
				report.Add(row)
			}
		}
	}
	return sayReport(c, report, o.json, o.markdown)
}

func benchFlags(c *call) *benchOptions {
	o := &benchOptions{Options: bench.Options{Warm: 3 * time.Second}}
	c.flags.IntVar(&o.Clients, "clients", 50, c.words.T("app.flag.bench_clients"))
	c.flags.DurationVar(&o.For, "for", 20*time.Second, c.words.T("app.flag.bench_for"))
	c.flags.StringVar(&o.several, "tenants", "1", c.words.T("app.flag.bench_tenants"))
	c.flags.StringVar(&o.preloads, "preload", "0", c.words.T("app.flag.bench_preload"))
	c.flags.BoolVar(&o.along, "letters", false, c.words.T("app.flag.bench_letters"))
	c.flags.IntVar(&o.residents, "residents", 50, c.words.T("app.flag.bench_residents"))
	c.flags.DurationVar(&o.think, "think", time.Second, c.words.T("app.flag.bench_think"))
	c.flags.DurationVar(&o.spike, "spike", 0, c.words.T("app.flag.bench_spike"))
	c.flags.IntVar(&o.limit, "limit", 0, c.words.T("app.flag.bench_limit"))
	c.flags.StringVar(&o.database, "database", "all", c.words.T("app.flag.bench_database"))
	c.flags.StringVar(&o.profile, "profile", "", c.words.T("app.flag.bench_profile"))
	c.flags.BoolVar(&o.json, "json", false, c.words.T("app.flag.bench_json"))
	c.flags.BoolVar(&o.markdown, "markdown", false, c.words.T("app.flag.bench_markdown"))
	return o
}

// tidy reads the lists and reports whether all makes sense. Everything begins with
// an empty database, so that there is something to compare a full one with.
func (o *benchOptions) tidy() bool {
	var ok [2]bool
	o.tenants, ok[0] = numbers(o.several, 1)
	o.preload, ok[1] = numbers(o.preloads, 0)
	if !slices.Contains(o.preload, 0) {
		o.preload = append([]int{0}, o.preload...)
	}
	slices.Sort(o.preload)
	return ok[0] && ok[1] && o.Clients > 0 && o.For > 0 && o.residents >= 0 && o.think >= 0 && o.spike >= 0 && o.limit >= 0
}

// numbers reads "1,20".
func numbers(list string, least int) (out []int, ok bool) {
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < least {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
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
		if failed, example := row.Errors(); failed > 0 {
			return fmt.Errorf("command: %d requests failed on %s, the first so: %s", failed, row.Database, example)
		}
	}
	return nil
}
