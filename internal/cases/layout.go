package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
)

// The blocks that the letter of a decision cannot do without: what was decided, by
// which provisions and why (forvaltningsloven §§ 24 and 25), how an offer is answered,
// and the right to appeal (§ 27 third paragraph).
const (
	BlockDecision = "decision"
	BlockBasis    = FieldBasis
	BlockReasons  = FieldReasons
	BlockAnswer   = "answer"
	BlockAppeal   = FieldAppeal
)

// LockedBlocks returns the blocks that every letter of the kind has, in the order of
// a letter that nobody has laid out otherwise.
func (k Kind) LockedBlocks() []string {
	list := []string{BlockDecision, BlockBasis, BlockReasons, BlockAnswer, BlockAppeal}
	if !k.Offer {
		list = slices.DeleteFunc(list, func(b string) bool { return b == BlockAnswer })
	}
	return list
}

// Layout is the blocks of a letter, in order, between its introduction and its
// signature. It is part of the decision: what is arranged otherwise afterwards changes
// no letter of a decision that is made. An empty one is the standard order.
type Layout []LetterBlock

// LetterBlock is a part of a letter: a locked one, or a text with its heading in
// every language that letters are written in, with all names and dates filled in.
type LetterBlock struct {
	Locked  string    `json:"locked,omitempty"`
	Heading i18n.Text `json:"heading,omitempty"`
	Text    i18n.Text `json:"text,omitempty"`
}

// whole returns the layout with every block that the kind's letters must have: those
// it lacks stand last.
func (l Layout) whole(k Kind) Layout {
	all := slices.Clone(l)
	for _, locked := range k.LockedBlocks() {
		if !slices.ContainsFunc(all, func(b LetterBlock) bool { return b.Locked == locked }) {
			all = append(all, LetterBlock{Locked: locked})
		}
	}
	return all
}

// unfilled returns the first placeholder that nothing was put in place of, and the
// block in which it stands.
func (l Layout) unfilled() (in LetterBlock, name string) {
	for _, b := range l {
		for _, lang := range i18n.Offered() {
			for _, text := range []i18n.Text{b.Heading, b.Text} {
				if name = unfilled.FindString(text[lang]); name != "" {
					return b, name
				}
			}
		}
	}
	return in, ""
}

// layout asks the companions how the letter of a decision is laid out; the first that
// answers is heard.
func (s *Service) layout(ctx context.Context, tx *store.Tx, c Case, d Decision) (Layout, error) {
	for _, companion := range s.kinds.companions {
		if companion.Layout == nil {
			continue
		}
		l, err := companion.Layout(ctx, tx, c, d)
		if err != nil {
			return nil, fmt.Errorf("cases: layout of %s: %w", companion.Name, err)
		}
		if len(l) > 0 {
			return l, nil
		}
	}
	return nil, nil
}

// pin lays out the letter of a decision that is made now. No letter goes out with a
// placeholder in it: the fault stands at the field of the decision that would fill it.
func (s *Service) pin(ctx context.Context, tx *store.Tx, c Case, d *Decision, fields []DecisionField) (err error) {
	if d.Layout, err = s.layout(ctx, tx, c, *d); err != nil {
		return err
	}
	in, name := d.Layout.unfilled()
	if name == "" {
		return nil
	}
	field := "outcome"
	for _, f := range fields {
		if "{"+f.Name+"}" == name {
			field = f.Name
		}
	}
	heading := in.Heading.In(i18n.From(ctx).Lang())
	return errs.InvalidFields(errs.Field{Name: field, Key: "cases.decision.block_placeholder", Args: []any{"name", name, "heading", heading}})
}

// block writes one part of the letter.
func (l letter) block(b LetterBlock) []pdf.Block {
	switch b.Locked {
	case BlockDecision:
		return l.decided()
	case BlockBasis:
		return section(l.text("basis"), l.d.LegalBasis)
	case BlockReasons:
		return section(l.text("reasons"), l.d.Reasons)
	case BlockAppeal:
		return section(l.text("appeal_heading"), l.d.Appeal)
	case BlockAnswer:
		if !l.kind.Offer || l.d.Outcome != OutcomeGranted {
			return nil
		}
		return section(l.text("answer"), l.text("answer_text"))
	}
	heading, text := b.Heading.In(l.words.Lang()), b.Text.In(l.words.Lang())
	if heading == "" {
		return nil
	}
	return section(heading, text)
}

// decided is what was decided, with its terms.
func (l letter) decided() []pdf.Block {
	blocks := []pdf.Block{
		pdf.Heading{Level: 2, Text: l.text("decision")},
		pdf.Paragraph{Spans: []pdf.Span{{Text: l.told("outcome." + l.d.Outcome), Bold: true}}},
	}
	for _, t := range l.terms {
		blocks = append(blocks, pdf.Paragraph{Spans: []pdf.Span{{Text: t.Label + ": ", Bold: true}, {Text: t.Value}}})
	}
	return blocks
}
