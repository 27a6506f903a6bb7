package deadline

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/torg-no/torg/internal/platform/clock"
)

// The limits of a file of rules.
const (
	maxFile  = 64 << 10
	maxRules = 100
	maxText  = 200
	maxNote  = 1000
	maxRows  = 24
	maxList  = 12
	maxSteps = 100
)

var keyPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}(\.[a-z][a-z0-9_]{0,29}){0,3}$`)

type fileDoc struct {
	Rule []ruleDoc `toml:"rule"`
}

type ruleDoc struct {
	Key       string     `toml:"key"`
	Version   int        `toml:"version"`
	Paragraph string     `toml:"paragraph"`
	Text      string     `toml:"text"`
	Binds     string     `toml:"binds"`
	ValidFrom string     `toml:"valid_from"`
	ValidTo   string     `toml:"valid_to"`
	Length    string     `toml:"length"`
	Turns     int        `toml:"turns"`
	Day       []dayDoc   `toml:"day"`
	Every     bool       `toml:"every_matter"`
	EachParty bool       `toml:"each_party"`
	Kinds     []string   `toml:"kinds"`
	Except    []string   `toml:"except_kinds"`
	Post      string     `toml:"post"`
	Source    string     `toml:"source"`
	Doubt     string     `toml:"doubt"`
	Starts    string     `toml:"starts"`
	Pause     []pauseDoc `toml:"pause"`
	Meets     []string   `toml:"meets"`
	Cancels   []string   `toml:"cancels"`
	Moves     bool       `toml:"moves"`
	Passes    string     `toml:"passes"`
	Lead      string     `toml:"lead"`
	LeadHour  int        `toml:"lead_hour"`
	Sent      string     `toml:"sent"`
	Each      *eachDoc   `toml:"each"`
}

type dayDoc struct {
	Until string `toml:"until"`
	Due   string `toml:"due"`
}

type pauseDoc struct {
	Stop    string `toml:"stop"`
	Restart string `toml:"restart"`
	Anew    bool   `toml:"anew"`
}

type eachDoc struct {
	Every   string `toml:"every"`
	Percent int    `toml:"percent"`
	Most    int    `toml:"most"`
}

// Parse reads a file of rules. It is strict: a field that is not known, an event
// that nobody tells or a day that does not exist is an error, because a clock
// with a misspelt rule would stand still without anybody seeing it.
func Parse(content []byte) ([]Rule, error) {
	if len(content) > maxFile {
		return nil, fmt.Errorf("deadline: a file of rules has at most %d bytes", maxFile)
	}
	var doc fileDoc
	meta, err := toml.Decode(string(content), &doc)
	if err != nil {
		return nil, fmt.Errorf("deadline: read rules: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("deadline: rules have no field %q", unknown[0].String())
	}
	if len(doc.Rule) == 0 || len(doc.Rule) > maxRules {
		return nil, fmt.Errorf("deadline: a file has from 1 to %d rules", maxRules)
	}
	rules := make([]Rule, 0, len(doc.Rule))
	for _, d := range doc.Rule {
		rule, err := d.rule()
		if err != nil {
			return nil, fmt.Errorf("deadline: rule %q version %d: %w", d.Key, d.Version, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func (d ruleDoc) rule() (Rule, error) {
	r := Rule{
		Key: d.Key, Version: d.Version, Paragraph: strings.TrimSpace(d.Paragraph), Text: d.Text, Binds: d.Binds,
		Every: d.Every, EachParty: d.EachParty, Kinds: d.Kinds, Except: d.Except, Source: strings.TrimSpace(d.Source), Doubt: strings.TrimSpace(d.Doubt), Starts: d.Starts, Meets: d.Meets, Cancels: d.Cancels, Moves: d.Moves, Passes: d.Passes, LeadHour: d.LeadHour, Sent: d.Sent,
	}
	for _, p := range d.Pause {
		r.Pauses = append(r.Pauses, Pause(p))
	}
	return r, errors.Join(d.checkNames(), d.checkEvents(), d.days(&r), d.length(&r), d.lead(&r), d.each(&r), d.parties(&r))
}

func (d ruleDoc) checkNames() error {
	switch {
	case !keyPattern.MatchString(d.Key), !keyPattern.MatchString(d.Text), !keyPattern.MatchString(d.Passes):
		return errors.New("key, text and passes are names such as building.simple")
	case d.Version < 1 || d.Version > maxRules:
		return fmt.Errorf("versions count from 1 to %d", maxRules)
	case strings.TrimSpace(d.Paragraph) == "" || len(d.Paragraph) > maxText:
		return fmt.Errorf("the paragraph has from 1 to %d bytes", maxText)
	case d.Binds != Municipality && d.Binds != Party:
		return fmt.Errorf("binds is %q or %q", Municipality, Party)
	}
	return nil
}

func (d ruleDoc) checkEvents() error {
	events := append([]string{d.Starts}, d.Meets...)
	events = append(events, d.Cancels...)
	for _, p := range d.Pause {
		if p.Stop == p.Restart {
			return errors.New("a pause ends by another event than it begins")
		}
		events = append(events, p.Stop, p.Restart)
	}
	if len(events) > maxList || len(d.Meets) == 0 {
		return fmt.Errorf("a rule is met by something and listens to at most %d events", maxList)
	}
	for _, e := range events {
		if !isEvent(e) {
			return fmt.Errorf("nothing tells of the event %q", e)
		}
	}
	return nil
}

func (d ruleDoc) days(r *Rule) (err error) {
	if r.From, err = clock.ParseDate(d.ValidFrom); err != nil || r.From.IsZero() {
		return errors.New("valid_from is a day written YYYY-MM-DD")
	}
	if r.To, err = clock.ParseDate(d.ValidTo); err != nil {
		return errors.New("valid_to is a day written YYYY-MM-DD")
	}
	if !r.To.IsZero() && r.To.Before(r.From) {
		return errors.New("valid_to is before valid_from")
	}
	return nil
}

// length reads how long the limit is: a length, or a table of days.
func (d ruleDoc) length(r *Rule) (err error) {
	if len(d.Day) == 0 {
		if d.Turns != 0 {
			return errors.New("turns belongs to a table of days")
		}
		r.Length, err = ParseLength(d.Length)
		return err
	}
	switch {
	case d.Length != "" || len(d.Day) > maxRows:
		return fmt.Errorf("a rule has a length or a table of at most %d days", maxRows)
	case d.Turns < 1 || d.Turns > maxRules:
		return errors.New("turns is an age in years")
	case len(d.Pause) > 0:
		return errors.New("a day in the calendar is not put off by a pause")
	}
	r.Table.Turns = d.Turns
	for i, day := range d.Day {
		row, err := day.row()
		if err != nil {
			return err
		}
		if i > 0 && !r.Table.Rows[i-1].Until.before(row.Until) {
			return errors.New("the days of a table stand in order")
		}
		r.Table.Rows = append(r.Table.Rows, row)
	}
	return nil
}

func (d dayDoc) row() (Row, error) {
	until, err := parseMonthDay(d.Until)
	if err != nil {
		return Row{}, err
	}
	due, err := parseMonthDay(d.Due)
	return Row{Until: until, Due: due}, err
}

func (m MonthDay) before(other MonthDay) bool {
	return m.Month < other.Month || m.Month == other.Month && m.Day < other.Day
}

// parseMonthDay reads MM-DD. It takes no 29 February, which not every year has.
func parseMonthDay(s string) (MonthDay, error) {
	const commonYear = "2023-"
	day, err := clock.ParseDate(commonYear + s)
	if err != nil {
		return MonthDay{}, fmt.Errorf("%q is no day of every year, written MM-DD", s)
	}
	return MonthDay{Month: day.Month, Day: day.Day}, nil
}

func (d ruleDoc) lead(r *Rule) (err error) {
	if d.Lead == "" {
		if d.LeadHour != 0 || d.Sent != "" {
			return errors.New("lead_hour and sent belong to a lead")
		}
		return nil
	}
	const lastHour, firstHour = 23, 4 // not in the hours that summer time takes and gives
	if d.LeadHour < firstHour || d.LeadHour > lastHour {
		return fmt.Errorf("lead_hour is from %d to %d", firstHour, lastHour)
	}
	if d.Each != nil {
		return errors.New("what happens before the last day is not repeated")
	}
	if d.Sent != "" && !slices.Contains(d.Meets, d.Sent) {
		return errors.New("what is sent before the last day meets the limit")
	}
	r.Lead, err = ParseLength(d.Lead)
	return err
}

// parties reads for whom the rule is, and how long a letter to her takes.
func (d ruleDoc) parties(r *Rule) (err error) {
	for _, kind := range append(append([]string{}, d.Kinds...), d.Except...) {
		if !keyPattern.MatchString(kind) || len(d.Kinds)+len(d.Except) > maxList {
			return fmt.Errorf("%q is no kind of matter, of which a rule names at most %d", kind, maxList)
		}
	}
	if len(d.Source) > maxNote || len(d.Doubt) > maxNote {
		return fmt.Errorf("source and doubt have at most %d bytes", maxNote)
	}
	if d.Post == "" {
		return nil
	}
	if !d.EachParty {
		return errors.New("post is for a rule that runs for each party")
	}
	r.Post, err = ParseLength(d.Post)
	return err
}

func (d ruleDoc) each(r *Rule) (err error) {
	if d.Each == nil {
		return nil
	}
	const all = 100
	e := Each{Percent: d.Each.Percent, Most: d.Each.Most}
	if e.Percent < 1 || e.Most < e.Percent || e.Most > all || e.Steps() > maxSteps {
		return errors.New("each has a percent from 1 and most up to 100")
	}
	if e.Every, err = ParseLength(d.Each.Every); err != nil {
		return err
	}
	r.Each = e
	return nil
}
