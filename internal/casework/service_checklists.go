package casework

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Checklist returns the list of a kind in a department.
func (s *Service) Checklist(ctx context.Context, department, kind string) (c Checklist, err error) {
	if err := s.arranges(ctx, department); err != nil {
		return c, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err = loadChecklist(ctx, tx, department, kind, false)
		return err
	})
	return c, err
}

// SaveChecklist writes the list over the version that was read. What is ticked in
// open cases stays ticked.
func (s *Service) SaveChecklist(ctx context.Context, department, kind string, version int64, text string) error {
	if err := s.arranges(ctx, department); err != nil {
		return err
	}
	if _, err := s.kind(kind); err != nil || department == "" {
		return errs.Invalid("errs.invalid_input")
	}
	lines := linesOf(text)
	if err := checkLines(lines); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := loadChecklist(ctx, tx, department, kind, true)
		if err != nil {
			return err
		}
		if c.Version != version {
			return errs.Conflict("errs.conflict")
		}
		if slices.Equal(lines, linesOf(c.text())) {
			return nil
		}
		if err := saveChecklist(ctx, tx, c, lines); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{
			Action: "casework.checklist_changed", Object: audit.Ref{Type: "department", ID: department}, Details: map[string]string{"kind": kind, "items": strconv.Itoa(len(lines))},
		})
	})
}

// Tick ticks what is done in a case and was not ticked on the page, and takes back
// what was. What a colleague has ticked meanwhile stays.
func (s *Service) Tick(ctx context.Context, caseID string, was, done []string) error {
	if !ids.Valid(caseID) {
		return errs.NotFound("errs.not_found")
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := s.Cases.CaseIn(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.Cases.CheckCase(ctx, cases.PermNote, c); err != nil {
			return err
		}
		items, err := itemsFor(ctx, tx, c)
		if err != nil {
			return err
		}
		changed := false
		for _, i := range items {
			before, after := slices.Contains(was, i.ID), slices.Contains(done, i.ID)
			switch {
			case after && !before && !i.Done():
				err = insertTick(ctx, tx, c.ID, i.ID)
			case before && !after && i.Done():
				err = deleteTick(ctx, tx, c.ID, i.ID)
			default:
				continue
			}
			if err != nil {
				return err
			}
			changed = true
		}
		if !changed {
			return nil
		}
		tx.Wake(cases.Topic(c.ID))
		return audit.Record(ctx, tx, audit.Event{Action: "casework.ticked", Object: audit.Ref{Type: "case", ID: c.ID}, Subject: c.Subject, Case: c.ID})
	})
}

// panel shows the checklist on the page of a case.
func (s *Service) panel(ctx context.Context, tx *store.Tx, c cases.Case) (templ.Component, error) {
	items, err := itemsFor(ctx, tx, c)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	may := c.Status.Open() && s.Cases.CheckCase(ctx, cases.PermNote, c) == nil
	return checklistCard(c, items, may), nil
}
