package deadline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
)

const good = `[[rule]]
key = "a.b"
version = 1
paragraph = "§ 1"
text = "deadlines.rule.a"
binds = "municipality"
valid_from = "2010-01-01"
length = "3 weeks"
starts = "received"
meets = ["decided"]
passes = "tell_head"
`

const table = `[[rule]]
key = "a.b"
version = 1
paragraph = "§ 1"
text = "deadlines.rule.a"
binds = "municipality"
valid_from = "2010-01-01"
turns = 1
starts = "received"
meets = ["decided"]
passes = "tell_head"
day = [ { until = "08-31", due = "08-31" }, { until = "09-30", due = "09-30" } ]
`

func TestParse_readsARule(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		good, table, good + "lead = \"2 days\"\nlead_hour = 8\n", good + "moves = true\nvalid_to = \"2030-01-01\"\n",
		good + "each_party = true\npost = \"5 working days\"\nkinds = [\"building\"]\nsource = \"x\"\ndoubt = \"y\"\n", good + "except_kinds = [\"building\"]\n",
	} {
		rules, err := deadline.Parse([]byte(text))
		if err != nil || len(rules) != 1 || rules[0].Key != "a.b" {
			t.Errorf("%v, %v of\n%s", rules, err, text)
		}
	}
}

// Each change makes one rule wrong; the parser must say so.
func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, from, to string }{
		"unknown field":          {good, "passes =", "psses ="},
		"unknown event":          {good, `"received"`, `"recieved"`},
		"unknown met event":      {good, `"decided"`, `"decidet"`},
		"met by nothing":         {good, `["decided"]`, `[]`},
		"no start":               {good, `starts = "received"`, ``},
		"no key":                 {good, `"a.b"`, `""`},
		"key with space":         {good, `"a.b"`, `"a b"`},
		"capital key":            {good, `"a.b"`, `"A.b"`},
		"version zero":           {good, `version = 1`, `version = 0`},
		"version text":           {good, `version = 1`, `version = "1"`},
		"version too high":       {good, `version = 1`, `version = 101`},
		"no paragraph":           {good, `"§ 1"`, `" "`},
		"paragraph too long":     {good, `"§ 1"`, `"` + strings.Repeat("x", 300) + `"`},
		"bad text key":           {good, `"deadlines.rule.a"`, `"Deadlines"`},
		"binds nobody":           {good, `"municipality"`, `"county"`},
		"no first day":           {good, `"2010-01-01"`, `""`},
		"no such day":            {good, `"2010-01-01"`, `"2010-02-30"`},
		"ends before it begins":  {good, `length`, "valid_to = \"2009-01-01\"\nlength"},
		"bad last day":           {good, `length`, "valid_to = \"2009\"\nlength"},
		"no length":              {good, `length = "3 weeks"`, ``},
		"bad length":             {good, `"3 weeks"`, `"three weeks"`},
		"no consequence":         {good, `"tell_head"`, `""`},
		"turns without table":    {good, `length`, "turns = 1\nlength"},
		"lead hour alone":        {good, `length`, "lead_hour = 8\nlength"},
		"lead at night":          {good, `length`, "lead = \"2 days\"\nlead_hour = 2\nlength"},
		"bad lead":               {good, `length`, "lead = \"2\"\nlead_hour = 8\nlength"},
		"lead that repeats":      {good, `length`, "lead = \"2 days\"\nlead_hour = 8\neach = { every = \"1 week\", percent = 25, most = 100 }\nlength"},
		"falls by nothing":       {good, `length`, "each = { every = \"1 week\", percent = 0, most = 100 }\nlength"},
		"falls by more than all": {good, `length`, "each = { every = \"1 week\", percent = 25, most = 125 }\nlength"},
		"most below percent":     {good, `length`, "each = { every = \"1 week\", percent = 25, most = 20 }\nlength"},
		"falls every never":      {good, `length`, "each = { every = \"\", percent = 25, most = 100 }\nlength"},
		"pause without end":      {good, `length`, "pause = [ { stop = \"asked\", restart = \"asked\" } ]\nlength"},
		"pause by the unknown":   {good, `length`, "pause = [ { stop = \"asked\", restart = \"replied\" } ]\nlength"},
		"too many events":        {good, `["decided"]`, `["decided","told","asked","answered","decided","told","asked","answered","decided","told","asked","answered"]`},
		"post for nobody":        {good, `length`, "post = \"5 days\"\nlength"},
		"bad post":               {good, `length`, "each_party = true\npost = \"soon\"\nlength"},
		"kind with capitals":     {good, `length`, "kinds = [\"Building\"]\nlength"},
		"no kind at all":         {good, `length`, "except_kinds = [\"\"]\nlength"},
		"too much doubt":         {good, `length`, "doubt = \"" + strings.Repeat("x", 1001) + "\"\nlength"},
		"no TOML":                {good, `[[rule]]`, `[[rule`},
		"a key twice":            {good, `version = 1`, "version = 1\nversion = 1"},
		"no rules":               {good, good, ``},
		"table and length":       {table, `turns = 1`, "turns = 1\nlength = \"3 weeks\""},
		"table without age":      {table, `turns = 1`, ``},
		"table out of order":     {table, `"08-31", due`, `"10-31", due`},
		"table with leap day":    {table, `due = "08-31"`, `due = "02-29"`},
		"table with no day":      {table, `"08-31", due`, `"08-32", due`},
		"table that pauses":      {table, `turns = 1`, "turns = 1\npause = [ { stop = \"asked\", restart = \"answered\" } ]"},
	} {
		text := strings.Replace(c.text, c.from, c.to, 1)
		if text == c.text {
			t.Fatalf("%s: nothing was changed", name)
		}
		if rules, err := deadline.Parse([]byte(text)); err == nil {
			t.Errorf("%s was read as %v", name, rules)
		}
	}
}

func TestParse_hasLimits(t *testing.T) {
	t.Parallel()
	if _, err := deadline.Parse([]byte(good + strings.Repeat("#", 64<<10))); err == nil {
		t.Error("a file of more than 64 KiB was read")
	}
	if _, err := deadline.Parse([]byte(strings.Repeat("[[rule]]\n", 101))); err == nil {
		t.Error("more than a hundred rules were read")
	}
}

func TestLoad_tellsWhichFileIsWrong(t *testing.T) {
	t.Parallel()
	_, err := deadline.Load(fstest.MapFS{"rules/good.toml": {Data: []byte(good)}, "rules/wrong.toml": {Data: []byte("x = 1")}})
	if err == nil || !strings.Contains(err.Error(), "rules/wrong.toml") {
		t.Errorf("%v", err)
	}
	_, err = deadline.Load(fstest.MapFS{"rules/one.toml": {Data: []byte(good)}, "rules/two.toml": {Data: []byte(good)}})
	if err == nil || !strings.Contains(err.Error(), `"a.b"`) {
		t.Errorf("one rule in two files: %v", err)
	}
}

// FuzzParse looks for files that are taken and then cannot be reckoned with.
func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(table))
	f.Add([]byte(twoVersions))
	files, err := filepath.Glob("rules/*.toml")
	if err != nil || len(files) == 0 {
		f.Fatal("no rules to begin with", err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	start := clock.NewDate(2026, 1, 31)
	f.Fuzz(func(t *testing.T, content []byte) {
		rules, err := deadline.Parse(content)
		if err != nil {
			return
		}
		for _, r := range rules {
			timer, ok := deadline.Begin(r, start.Start(), deadline.About{Born: start.AddYears(-1)})
			if !ok {
				continue
			}
			for n := 0; timer.Open() || n < r.Each.Steps(); n++ {
				at, ok := timer.Next()
				if !ok || !timer.Fire(at) || n > r.Each.Steps() {
					t.Fatalf("%v of %+v does not come to an end", timer, r)
				}
			}
		}
	})
}
