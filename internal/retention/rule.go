package retention

import (
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/torg-no/torg/internal/platform/clock"
)

//go:embed rules/*.toml
var shipped embed.FS

// Trigger says from when the time is reckoned.
type Trigger string

// The triggers.
const (
	Closed       Trigger = "closed"        // the case was over
	Decided      Trigger = "decided"       // the decision was made
	Child18      Trigger = "child_18"      // the person it is about came of age, or the case was over if that was later
	LastActivity Trigger = "last_activity" // somebody last did something with it
)

// Action says what happens when the time is over.
type Action string

// The actions.
const (
	Anonymise Action = "anonymise" // anonymisering: nobody's any more, still counted
	Delete    Action = "delete"    // sletting
	Keep      Action = "keep"      // bevaring: to the archive
)

// Length is how long something is kept.
type Length struct {
	Years, Days int
	text        string
}

// String returns the length as rules write it.
func (l Length) String() string { return l.text }

// Before is the instant before which the trigger must lie for the time to be over
// now: whole days in Norway, so that nothing goes an hour too early.
func (l Length) Before(now time.Time) time.Time {
	return clock.DateIn(now).AddYears(-l.Years).AddDays(-l.Days).Start()
}

// From is the day on which the time is over that was reckoned from a day.
func (l Length) From(day clock.Date) clock.Date { return day.AddYears(l.Years).AddDays(l.Days) }

// Rule is how long a kind of data is kept.
type Rule struct {
	Kind    string // "draft"; "case.kindergarten"; "case" for all cases without their own
	Trigger Trigger
	Length  Length
	Action  Action
	Basis   string // message key of the legal basis
	Fixed   bool   // the municipality cannot change it
	// Own says that the municipality has changed the rule, and Broken that its
	// setting cannot be read: then nothing is ended until it is mended.
	Own, Broken bool
}

// casePrefix begins the kinds that are kinds of case.
const casePrefix = "case."

// IsCase reports whether the rule is for cases.
func (r Rule) IsCase() bool { return r.Kind == "case" || strings.HasPrefix(r.Kind, casePrefix) }

// Setting is the municipality's setting that changes the rule.
func (r Rule) Setting() string { return settingPrefix + r.Kind }

const settingPrefix = "retention."

type ruleDoc struct {
	Kind, Trigger, Length, Action, Basis string
	Fixed                                bool
}

// Shipped returns the rules that come with the program.
func Shipped() ([]Rule, error) {
	text, err := shipped.ReadFile("rules/retention.toml")
	if err != nil {
		return nil, fmt.Errorf("retention: read rules: %w", err)
	}
	return Parse(text)
}

var kindPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}(\.[a-z][a-z0-9_]{0,29}){0,3}$`)

// Parse reads a file of rules.
func Parse(text []byte) ([]Rule, error) {
	var doc struct{ Rule []ruleDoc }
	meta, err := toml.Decode(string(text), &doc)
	if err != nil {
		return nil, fmt.Errorf("retention: rules: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("retention: rules have an unknown field %s", unknown[0])
	}
	var list []Rule
	for _, d := range doc.Rule {
		r, err := d.rule()
		if err != nil {
			return nil, fmt.Errorf("retention: rule for %q: %w", d.Kind, err)
		}
		if slices.ContainsFunc(list, func(o Rule) bool { return o.Kind == r.Kind }) {
			return nil, fmt.Errorf("retention: two rules for %q", r.Kind)
		}
		list = append(list, r)
	}
	return list, nil
}

func (d ruleDoc) rule() (r Rule, err error) {
	r = Rule{Kind: d.Kind, Trigger: Trigger(d.Trigger), Action: Action(d.Action), Basis: d.Basis, Fixed: d.Fixed}
	if r.Length, err = parseLength(d.Length); err != nil {
		return r, err
	}
	switch {
	case !kindPattern.MatchString(r.Kind):
		return r, errors.New("no kind is called so")
	case !strings.HasPrefix(r.Basis, "retention.basis."):
		return r, fmt.Errorf("basis %q is no message key", r.Basis)
	case !slices.Contains(r.triggers(), r.Trigger):
		return r, fmt.Errorf("trigger %q does not suit it", r.Trigger)
	case !slices.Contains(r.actions(), r.Action):
		return r, fmt.Errorf("action %q does not suit it", r.Action)
	}
	return r, nil
}

// triggers are those that suit the kind.
func (r Rule) triggers() []Trigger {
	if r.IsCase() {
		return []Trigger{Closed, Decided, Child18}
	}
	return []Trigger{LastActivity}
}

// actions are those that suit the kind: a case is never deleted, or its number
// would be missing in the journal (arkivforskriften).
func (r Rule) actions() []Action {
	if r.IsCase() {
		return []Action{Anonymise, Keep}
	}
	return []Action{Delete, Keep}
}

// maxLength bounds lengths, in years and in days.
const maxLength = 200

// parseLength reads "90 days" and "10 years".
func parseLength(text string) (Length, error) {
	number, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 1:
	case unit == "years" && n <= maxLength:
		return Length{Years: n, text: text}, nil
	case unit == "days" && n <= 366*maxLength:
		return Length{Days: n, text: text}, nil
	}
	return Length{}, fmt.Errorf("length %q is not a number of days or years", text)
}

// with returns the rule as a municipality's setting changes it. What is kept for
// the archive stays kept, whatever the setting says (arkivlova): only the archive
// itself may let it go, in a new version of the rules.
func (r Rule) with(setting string) Rule {
	if setting == "" || r.Fixed {
		return r
	}
	r.Own = true
	words := strings.Fields(setting)
	if len(words) != 2 && len(words) != 3 {
		return r.broken()
	}
	length, err := parseLength(words[0] + " " + words[1])
	if err != nil {
		return r.broken()
	}
	action := r.Action
	if len(words) == 3 {
		action = Action(words[2])
	}
	if !slices.Contains(r.actions(), action) || r.Action == Keep && action != Keep {
		return r.broken()
	}
	r.Length, r.Action = length, action
	return r
}

func (r Rule) broken() Rule {
	r.Broken, r.Action = true, Keep
	return r
}

// Settings returns the settings by which a municipality changes rules.
func Settings() []string {
	rules, err := Shipped()
	if err != nil {
		return nil // NewService says why
	}
	var names []string
	for _, r := range rules {
		if !r.Fixed && r.Kind != "case" {
			names = append(names, r.Setting())
		}
	}
	return names
}
