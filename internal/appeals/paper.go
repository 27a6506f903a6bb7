package appeals

import (
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/notify"
)

// framed are the paragraphs of a letter: what it encloses, or the text that stands
// in the case with what it is and what one can do about it. Whoever gets letters
// may have no other place to read it (eForvaltningsforskriften § 15 a).
func framed(words *i18n.Localizer, c cases.Case, m message, paper notify.Paper) []string {
	if paper.Document == "" && len(paper.Paragraphs) == 0 || !slices.Contains(withFrame(), m.what) {
		return paper.Paragraphs
	}
	return paragraphs(words.T(m.key+".paper", "number", c.Label(), "text", strings.Join(paper.Paragraphs, "\n\n")))
}

// withFrame are the messages whose letters have a text of their own, ".paper".
func withFrame() []string {
	return []string{string(Rejected), string(Forwarded), string(Answered), string(Changed), "revived", "late_accepted", "reasons_given"}
}
