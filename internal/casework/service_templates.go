package casework

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Templates returns a department's templates, by name.
func (s *Service) Templates(ctx context.Context, department string) (list []Template, err error) {
	if err := s.arranges(ctx, department); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = templatesOf(ctx, tx, department)
		return err
	})
	return list, err
}

// Template returns one with its versions, the newest first.
func (s *Service) Template(ctx context.Context, id string) (t Template, versions []Template, err error) {
	if err := s.arranges(ctx, ""); err != nil {
		return t, nil, err
	}
	if !ids.Valid(id) {
		return t, nil, errs.NotFound("errs.not_found")
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if t, err = loadTemplate(ctx, tx, id, false); err != nil {
			return err
		}
		if err := s.knows(ctx, t); err != nil {
			return err
		}
		versions, err = versionsOf(ctx, tx, id)
		return err
	})
	return t, versions, err
}

// SaveTemplate writes a new template, or a new version over the one that was read.
func (s *Service) SaveTemplate(ctx context.Context, t Template) (Template, error) {
	if err := s.arranges(ctx, ""); err != nil {
		return t, err
	}
	t = t.tidy()
	if t.ID != "" && !ids.Valid(t.ID) {
		return t, errs.NotFound("errs.not_found")
	}
	kept := t // the function may run twice, and must begin with what was written
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		saved := t
		action := "casework.template_made"
		if saved.ID == "" {
			saved.ID, saved.Version = ids.New(), 0
		} else {
			stands, err := loadTemplate(ctx, tx, saved.ID, true)
			if err != nil {
				return err
			}
			saved.Department, saved.Retired, action = stands.Department, stands.Retired, "casework.template_changed"
			if err := s.knows(ctx, stands); err != nil {
				return err
			}
			if saved.Version != stands.Version {
				return errs.Conflict("errs.conflict")
			}
		}
		if err := s.mayKeep(ctx, tx, saved); err != nil {
			return err
		}
		saved.Version++
		if err := saveTemplate(ctx, tx, saved); err != nil {
			return err
		}
		saved.SavedName, saved.SavedAt = identity.From(ctx).Name, tx.Now.Time
		kept = saved
		return recordTemplate(ctx, tx, saved, action)
	})
	return kept, err
}

func recordTemplate(ctx context.Context, tx *store.Tx, t Template, action string) error {
	return audit.Record(ctx, tx, audit.Event{Action: action, Object: audit.Ref{Type: "template", ID: t.ID}, Details: map[string]string{"department": t.Department, "part": t.Part}})
}

// mayKeep asks access for the department and checks what was written.
func (s *Service) mayKeep(ctx context.Context, tx *store.Tx, t Template) error {
	if err := s.arranges(ctx, t.Department); err != nil {
		return err
	}
	all, err := tenant.Departments(ctx, tx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(d tenant.Department) bool { return d.ID == t.Department }) {
		return errs.InvalidFields(errs.Field{Name: "department", Key: "errs.invalid_input"})
	}
	known, err := s.known(ctx, tx, t.Kind)
	if err != nil {
		return err
	}
	return errs.InvalidFields(t.check(known)...)
}

// knows answers for another department's template as for one that is not there.
func (s *Service) knows(ctx context.Context, t Template) error {
	if err := s.arranges(ctx, t.Department); err != nil {
		return errs.NotFound("errs.not_found").Because(err)
	}
	return nil
}

// known are the placeholders that a kind fills in, or all of them for no kind.
func (s *Service) known(ctx context.Context, tx *store.Tx, kind string) ([]string, error) {
	list := always()
	kinds := s.Cases.Kinds().All()
	if kind != "" {
		one, err := s.kind(kind)
		if err != nil {
			return nil, err
		}
		kinds = []cases.Kind{one}
	}
	for _, k := range kinds {
		if k.Fields == nil {
			continue
		}
		fields, err := k.Fields(ctx, tx)
		if err != nil {
			return nil, err
		}
		for _, f := range fields {
			if !slices.Contains(list, f.Name) {
				list = append(list, f.Name)
			}
		}
	}
	return list, nil
}

// Placeholders returns what can stand in braces in a template of a kind.
func (s *Service) Placeholders(ctx context.Context, kind string) (list []string, err error) {
	if err := s.arranges(ctx, ""); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.known(ctx, tx, kind)
		return err
	})
	return list, err
}

// Retire takes a template out of use, or back into it.
func (s *Service) Retire(ctx context.Context, id string, retired bool) error {
	if err := s.arranges(ctx, ""); err != nil {
		return err
	}
	if !ids.Valid(id) {
		return errs.NotFound("errs.not_found")
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := loadTemplate(ctx, tx, id, true)
		if err != nil {
			return err
		}
		if err := s.knows(ctx, t); err != nil {
			return err
		}
		if t.Retired == retired {
			return nil
		}
		t.Retired = retired
		t.Version++
		if err := saveTemplate(ctx, tx, t); err != nil {
			return err
		}
		return recordTemplate(ctx, tx, t, "casework.template_retired")
	})
}

// aid offers the department's texts in the party's language, and warns of what is
// not ticked. Access to the case is granted already.
func (s *Service) aid(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) (cases.Aid, error) {
	var aid cases.Aid
	list, err := offered(ctx, tx, c.Department, c.Kind)
	if err != nil {
		return aid, err
	}
	if len(list) > 0 {
		values, err := s.values(ctx, tx, c, d)
		if err != nil {
			return aid, err
		}
		for _, t := range list {
			aid.Snippets = append(aid.Snippets, cases.Snippet{ID: t.ID, Field: t.Part, Title: t.Name, Text: fill(t.Texts.In(c.Lang), values)})
		}
	}
	items, err := itemsFor(ctx, tx, c)
	if err != nil {
		return aid, err
	}
	if left := undone(items); left > 0 {
		aid.Warnings = append(aid.Warnings, i18n.T(ctx, "casework.checklist.warning", "count", left))
	}
	return aid, nil
}

// values are what the placeholders stand for in a case, in the party's language.
func (s *Service) values(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) (map[string]string, error) {
	words, t := s.Bundle.For(c.Lang), tenant.From(ctx)
	kind, err := s.Cases.Kinds().Get(c.Kind)
	if err != nil {
		return nil, err
	}
	values := map[string]string{
		"child": c.SubjectName, "applicant": c.ApplicantName, "number": c.Label(), "kind": words.T(kind.Title), "case_worker": c.AssigneeName,
		"municipality": words.T("web.municipality", "name", t.Name.In(c.Lang)),
		"received":     words.Date(clock.DateIn(c.ReceivedAt)), "today": words.Date(clock.DateIn(tx.Now.Time)),
	}
	departments, err := tenant.Departments(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("casework: departments: %w", err)
	}
	for _, department := range departments {
		if department.ID == c.Department {
			values["department"] = department.Name
		}
	}
	if kind.Fields == nil {
		return values, nil
	}
	fields, err := kind.Fields(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		values[f.Name] = valueOf(f, d.Values[f.Name], words)
	}
	return values, nil
}

// valueOf is a decision's value as people read it.
func valueOf(f cases.DecisionField, value string, words *i18n.Localizer) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Text.In(words.Lang())
		}
	}
	if day, err := clock.ParseDate(value); err == nil && f.Type == "date" {
		return words.Date(day)
	}
	return value
}
