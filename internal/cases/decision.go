package cases

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/errs"
)

// Decision is what was decided in a case (vedtak), or the draft of it.
type Decision struct {
	Outcome string
	// Values are those of the kind's DecisionFields.
	Values map[string]string
	// LegalBasis names the provisions (hjemmel); forvaltningsloven § 25 first paragraph.
	LegalBasis string
	// Reasons (begrunnelse), which an individual decision must have; forvaltningsloven § 24.
	Reasons string
	// Appeal tells of the right to appeal, the deadline and to whom;
	// forvaltningsloven § 27 third paragraph.
	Appeal string
	// Terms are what the kind told of the values when the decision was made, in the
	// party's language: a kindergarten that is renamed later does not change it.
	Terms []Term
	// Layout is how its letter is laid out, kept when the decision was made or proposed;
	// empty for the standard order, as in decisions that the law made.
	Layout Layout
	// Final is false for a draft.
	Final       bool
	DecidedBy   string // person id
	DeciderName string
	DecidedAt   time.Time
	// ApprovedBy is the second person, where the department wants one.
	ApprovedBy, ApproverName string
	Letter                   string // id of the letter's document; empty until it is made
	// Version is that of the draft: how often it was saved. A draft is saved only
	// over the version that was read; AnyVersion over whatever stands.
	Version            int64
	SavedBy, SaverName string
	SavedAt            time.Time
}

// AnyVersion is the version of a decision that was not written in the editor.
const AnyVersion = -1

const (
	maxDecisionText = 20_000
	minReasons      = 20
)

// unfilled is a piece of a template that nothing was put in place of.
var unfilled = regexp.MustCompile(`\{[a-z_]{2,40}\}`)

// check returns what keeps a decision from being final, whatever its kind.
func (d Decision) check() []errs.Field {
	var wrong []errs.Field
	if d.Outcome != OutcomeGranted && d.Outcome != OutcomeRefused {
		wrong = append(wrong, errs.Field{Name: "outcome", Key: "cases.decision.need_outcome"})
	}
	for _, text := range []struct{ name, key, value string }{
		{"legal_basis", "cases.decision.need_basis", d.LegalBasis},
		{"reasons", "cases.decision.need_reasons", d.Reasons},
		{"appeal", "cases.decision.need_appeal", d.Appeal},
	} {
		length := utf8.RuneCountInString(strings.TrimSpace(text.value))
		switch {
		case length == 0, text.name == "reasons" && length < minReasons:
			wrong = append(wrong, errs.Field{Name: text.name, Key: text.key, Args: []any{"least", minReasons}})
		case length > maxDecisionText:
			wrong = append(wrong, errs.Field{Name: text.name, Key: "cases.too_long", Args: []any{"most", maxDecisionText}})
		default:
			if left := unfilled.FindString(text.value); left != "" {
				wrong = append(wrong, errs.Field{Name: text.name, Key: "cases.decision.placeholder", Args: []any{"name", left}})
			}
		}
	}
	return wrong
}

// tidy trims what was typed and drops values that the outcome does not have.
func (d Decision) tidy(fields []DecisionField) Decision {
	d.LegalBasis, d.Reasons, d.Appeal = clean(d.LegalBasis), clean(d.Reasons), clean(d.Appeal)
	kept := map[string]string{}
	if d.Outcome == OutcomeGranted {
		for _, f := range fields {
			kept[f.Name] = clean(d.Values[f.Name])
		}
	}
	d.Values = kept
	return d
}

// clean gives texts one kind of line end and no outer space; NUL, which
// PostgreSQL does not take, becomes a space.
func clean(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", " ").Replace(s))
}
