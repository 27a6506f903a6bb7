package casework

import (
	"cmp"
	"context"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// LetterPlace is a place for a letter template: a kind of case, in a department or in
// the whole municipality.
type LetterPlace struct {
	Kind   cases.Kind
	Letter Letter // of version zero when nobody has written one
	// Follows says that the department's letters are laid out by the municipality's.
	Follows bool
}

// layings asks whether the actor may lay out a kind's letters in a department. Those of
// the whole municipality are for the head of the department that the kind comes to.
func (s *Service) layings(ctx context.Context, k cases.Kind, department string) error {
	return s.arranges(ctx, cmp.Or(department, tenant.From(ctx).Settings[k.Setting]))
}

// letterKind finds the kind and asks access. What another department arranges is told
// of as if it were not there.
func (s *Service) letterKind(ctx context.Context, kind, department string) (cases.Kind, error) {
	if err := s.arranges(ctx, ""); err != nil {
		return cases.Kind{}, err
	}
	k, err := s.Cases.Kinds().Get(kind)
	if err == nil && k.Undecided() {
		err = errs.NotFound("errs.not_found")
	}
	if err == nil {
		err = s.layings(ctx, k, department)
	}
	if err != nil {
		return k, errs.NotFound("errs.not_found").Because(err)
	}
	return k, nil
}

// Letters returns where a department may have letter templates: for the kinds that
// come to it or that it has one for, and the whole municipality's of those.
func (s *Service) Letters(ctx context.Context, department string) (list []LetterPlace, err error) {
	if err := s.arranges(ctx, department); err != nil {
		return nil, err
	}
	if department == "" {
		return nil, errs.InvalidFields(errs.Field{Name: "department", Key: "errs.invalid_input"})
	}
	var written []Letter
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		written, err = lettersOf(ctx, tx, department)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, k := range s.Cases.Kinds().All() {
		if k.Undecided() {
			continue // there is no decision to write a letter of
		}
		whole, here := Letter{Kind: k.Key}, Letter{Kind: k.Key, Department: department}
		for _, l := range written {
			switch {
			case l.Kind != k.Key:
			case l.Department == "":
				whole = l
			default:
				here = l
			}
		}
		if tenant.From(ctx).Settings[k.Setting] == department {
			list = append(list, LetterPlace{Kind: k, Letter: whole})
		} else if here.Version == 0 {
			continue
		}
		list = append(list, LetterPlace{Kind: k, Letter: here, Follows: !here.serves() && whole.serves()})
	}
	return list, nil
}

// Letter returns a letter template with its versions, the newest first. When nobody
// has written it, it is of version zero and as letters are laid out without it: a
// department's as the municipality's, else in the standard order.
func (s *Service) Letter(ctx context.Context, kind, department string) (l Letter, versions []Letter, err error) {
	k, err := s.letterKind(ctx, kind, department)
	if err != nil {
		return l, nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if l, err = loadLetter(ctx, tx, k.Key, department, false); err != nil {
			return err
		}
		if l.Version == 0 {
			whole, found, err := letterInUse(ctx, tx, k.Key, department)
			if l.Blocks = standard(k); found {
				l.Blocks = whole.whole(k).Blocks
			}
			return err
		}
		versions, err = letterVersions(ctx, tx, k.Key, department)
		return err
	})
	return l, versions, err
}

// SaveLetter writes a new version of a letter template over the one that was read, and
// takes it into use. What stands already is not written again: a form that is sent
// twice makes one version.
func (s *Service) SaveLetter(ctx context.Context, l Letter) (Letter, error) {
	k, err := s.letterKind(ctx, l.Kind, l.Department)
	if err != nil {
		return l, err
	}
	l = l.tidy()
	l.Retired = false
	return s.writeLetter(ctx, l, func(ctx context.Context, tx *store.Tx) (err error) {
		known := letterCheck{always: always()}
		if known.granted, err = s.known(ctx, tx, k.Key); err != nil {
			return err
		}
		return errs.InvalidFields(known.check(l, k)...)
	})
}

// RetireLetter takes a letter template out of use, over the version that was read. Its
// versions can still be read.
func (s *Service) RetireLetter(ctx context.Context, kind, department string, version int64) (Letter, error) {
	l, _, err := s.Letter(ctx, kind, department)
	if err != nil || l.Version == 0 {
		return l, err
	}
	l.Retired, l.Version = true, version
	return s.writeLetter(ctx, l, nil)
}

func (s *Service) writeLetter(ctx context.Context, l Letter, check func(ctx context.Context, tx *store.Tx) error) (saved Letter, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		saved = l
		if check != nil {
			if err := check(ctx, tx); err != nil {
				return err
			}
		}
		stands, err := loadLetter(ctx, tx, l.Kind, l.Department, true)
		if err != nil {
			return err
		}
		if stands.Version > 0 && stands.same(l) {
			saved = stands
			return nil
		}
		if stands.Version != l.Version {
			return errs.Conflict("errs.conflict")
		}
		saved.Version++
		saved.SavedName, saved.SavedAt = identity.From(ctx).Name, tx.Now.Time
		if err := saveLetter(ctx, tx, saved); err != nil {
			return err
		}
		return recordLetter(ctx, tx, saved)
	})
	return saved, err
}

func recordLetter(ctx context.Context, tx *store.Tx, l Letter) error {
	action := "casework.letter_changed"
	if l.Retired {
		action = "casework.letter_retired"
	}
	return audit.Record(ctx, tx, audit.Event{Action: action, Object: audit.Ref{Type: "letter_template", ID: l.Kind}, Details: map[string]string{"department": l.Department, "kind": l.Kind}})
}

// layout lays out the letter of a decision by the template in use; nil when there is
// none. Access to the case is granted already.
func (s *Service) layout(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) (cases.Layout, error) {
	l, found, err := letterInUse(ctx, tx, c.Kind, c.Department)
	if err != nil || !found {
		return nil, err
	}
	return s.lay(ctx, tx, l, c, d)
}

// lay fills in a template for a decision: with the blocks that its outcome has, in
// every language, since the recipient may choose another one before the letter is
// written.
func (s *Service) lay(ctx context.Context, tx *store.Tx, l Letter, c cases.Case, d cases.Decision) (cases.Layout, error) {
	values := map[i18n.Lang]map[string]string{}
	var layout cases.Layout
	for _, b := range l.Blocks {
		if b.When != "" && b.When != d.Outcome {
			continue
		}
		one := cases.LetterBlock{Locked: b.Locked}
		if b.Locked == "" {
			one.Heading, one.Text = i18n.Text{}, i18n.Text{}
			for _, lang := range languages() {
				if values[lang] == nil && placeholder.MatchString(b.Heading[lang]+b.Text[lang]) {
					var err error
					if values[lang], err = s.valuesIn(ctx, tx, lang, c, d); err != nil {
						return nil, err
					}
				}
				one.Heading[lang], one.Text[lang] = fill(b.Heading[lang], values[lang]), fill(b.Text[lang], values[lang])
			}
		}
		layout = append(layout, one)
	}
	return layout, nil
}

// valuesIn are what the placeholders stand for in a case, in one language.
func (s *Service) valuesIn(ctx context.Context, tx *store.Tx, lang i18n.Lang, c cases.Case, d cases.Decision) (map[string]string, error) {
	c.Lang = lang
	return s.values(i18n.With(ctx, s.Bundle.For(lang)), tx, c, d)
}

// PreviewLetter writes the letter of an invented decision as the template would lay it
// out, also one that is not saved.
func (s *Service) PreviewLetter(ctx context.Context, l Letter, outcome string, lang i18n.Lang) ([]byte, error) {
	k, err := s.letterKind(ctx, l.Kind, l.Department)
	if err != nil {
		return nil, err
	}
	if outcome != cases.OutcomeRefused {
		outcome = cases.OutcomeGranted
	}
	if !lang.Valid() {
		lang = tenant.From(ctx).Lang()
	}
	l = l.tidy().whole(k)
	return s.Cases.SampleLetter(ctx, cases.Sample{
		Kind: k.Key, Department: cmp.Or(l.Department, tenant.From(ctx).Settings[k.Setting]), Outcome: outcome, Lang: lang,
		Layout: func(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) (cases.Layout, error) {
			return s.lay(ctx, tx, l, c, d)
		},
	})
}
