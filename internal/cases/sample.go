package cases

import (
	"context"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Sample says which invented decision a letter is shown for.
type Sample struct {
	Kind, Department string
	Outcome          string
	Lang             i18n.Lang
	// Layout lays the letter out, as a Companion's; may be nil.
	Layout func(ctx context.Context, tx *store.Tx, c Case, d Decision) (Layout, error)
}

// SampleLetter writes the letter of an invented decision as a PDF, for whoever
// arranges what letters look like. It tells of nobody. The caller has asked access.
func (s *Service) SampleLetter(ctx context.Context, o Sample) ([]byte, error) {
	words := s.Bundle.For(o.Lang)
	ctx = i18n.With(ctx, words) // what the kinds offer is named in the letter's language
	l := letter{tenant: tenant.From(ctx), words: words, unplaced: true}
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if l.kind, err = s.kinds.Get(o.Kind); err != nil {
			return err
		}
		if l.department, err = departmentName(ctx, tx, o.Department); err != nil {
			return err
		}
		l.c, l.recipient = sampleCase(ctx, tx, o, words)
		if l.d, l.terms, err = s.sampleDecision(ctx, tx, l.kind, o.Outcome, words); err != nil || o.Layout == nil {
			return err
		}
		l.d.Layout, err = o.Layout(ctx, tx, l.c, l.d)
		return err
	})
	if err != nil {
		return nil, err
	}
	return l.write()
}

func sampleCase(ctx context.Context, tx *store.Tx, o Sample, words *i18n.Localizer) (Case, identity.Person) {
	given, family := words.T("cases.sample.given"), words.T("cases.sample.family")
	recipient := identity.Person{Name: identity.Name{Given: given, Family: family}, Lang: o.Lang}
	return Case{
		Kind: o.Kind, Department: o.Department, Lang: o.Lang, Year: int64(clock.DateIn(tx.Now.Time).Year), Number: 1,
		ApplicantName: recipient.Name.Full(), SubjectName: words.T("cases.sample.child") + " " + family,
		AssigneeName: identity.From(ctx).Name, ReceivedAt: tx.Now.AddDate(0, 0, -14),
	}, recipient
}

// sampleDecision invents what a case worker would write. What there is to choose is
// the first choice.
func (*Service) sampleDecision(ctx context.Context, tx *store.Tx, kind Kind, outcome string, words *i18n.Localizer) (d Decision, terms []Term, err error) {
	d = Decision{
		Outcome: outcome, Values: map[string]string{}, Reasons: words.T("cases.sample.reasons"), Appeal: words.T("cases.letter.appeal"),
		DecidedBy: actorID(ctx), DeciderName: identity.From(ctx).Name, DecidedAt: tx.Now.Time,
	}
	if kind.Basis != nil {
		d.LegalBasis = words.T(kind.Basis(outcome))
	}
	if outcome != OutcomeGranted || kind.Fields == nil {
		return d, nil, nil
	}
	fields, err := kind.Fields(ctx, tx)
	if err != nil {
		return d, nil, err
	}
	for _, f := range fields {
		value, told := f.sample(tx.Now, words)
		if told != "" {
			d.Values[f.Name] = value
			terms = append(terms, Term{Label: words.T(f.Label), Value: told})
		}
	}
	return d, terms, nil
}

// sample is a value that the field could have, and how it is told.
func (f DecisionField) sample(now store.Time, words *i18n.Localizer) (value, told string) {
	switch {
	case f.Type == "date":
		day := clock.DateIn(now.Time).AddDays(30)
		return day.String(), words.Date(day)
	case f.Type == "text":
		told = words.T("cases.sample.text")
		return told, told
	case len(f.Choices) > 0:
		return f.Choices[0].Value, f.Choices[0].Text.In(words.Lang())
	}
	return "", ""
}
