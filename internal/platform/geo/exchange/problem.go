package exchange

import (
	"embed"
	"io/fs"
	"math"
	"strconv"

	"github.com/torg-no/torg/internal/platform/errs"
)

//go:embed messages
var messages embed.FS

// Messages returns the package's texts, as messages/<lang>.toml.
func Messages() fs.FS { return messages }

// Problem is one thing that is wrong with a file.
type Problem struct {
	// Line is where, from 1; 0 when the whole file is meant.
	Line int
	// Where names the feature or the part, as the file does.
	Where string
	// Key and Args are the reason, a message of this package.
	Key  string
	Args []any
}

// Wrong says what is wrong without saying where; the reader knows where.
func Wrong(key string, args ...any) *Problem { return &Problem{Key: "geo_file." + key, Args: args} }

// Message is what to tell people: a key and its arguments, line and where among
// them.
func (p *Problem) Message() (key string, args []any) {
	args = append([]any{"line", p.Line, "where", p.Where}, p.Args...)
	for i, arg := range args {
		if v, is := arg.(float64); is {
			args[i] = plain(v)
		}
	}
	return p.Key, args
}

// plain writes a coordinate as people do: 6600100 and not 6.6001e+06, and no finer than
// a centimetre in degrees.
func plain(v float64) string {
	if r := math.Round(v*1e7) / 1e7; math.Abs(v) < 1e9 {
		v = r
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// Fatal turns the problem into an error for people: the file cannot be read.
func (p *Problem) Fatal() error {
	key, args := p.Message()
	return errs.Invalid(key, args...)
}

// Report is what was found wrong with a file.
type Report struct {
	// Problems are why the file is not to be taken in; the first thousand.
	Problems []Problem
	// Warnings are worth knowing and stop nothing; one of each kind.
	Warnings []Problem
	// Count is how many problems there were, those not kept among them.
	Count int
}

// keep is how many problems a report holds: a file of a million wrong features
// is told by its first thousand.
const keep = 1000

// Add tells a problem.
func (r *Report) Add(p Problem) {
	r.Count++
	if len(r.Problems) < keep {
		r.Problems = append(r.Problems, p)
	}
}

// Warn tells a thing worth knowing; a second of the same kind is not told.
func (r *Report) Warn(p Problem) {
	for i := range r.Warnings {
		if r.Warnings[i].Key == p.Key {
			return
		}
	}
	r.Warnings = append(r.Warnings, p)
}

// Failed reports whether anything was wrong.
func (r *Report) Failed() bool { return r.Count > 0 }
