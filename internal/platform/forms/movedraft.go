package forms

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/platform/store"
)

// MoveDraft moves a draft to the live version of its form, which is an explicit
// act of the person: the questions may have changed. It returns the ids of the
// fields whose answers the new version has no place for, sorted; those answers
// are dropped. A draft that is on the live version stays as it is.
func (s *Service) MoveDraft(ctx context.Context, tx *store.Tx, id string) (Draft, []string, error) {
	draft, old, err := s.editable(ctx, tx, id)
	if err != nil {
		return draft, nil, err
	}
	live, err := s.Live(ctx, tx, draft.Form)
	if err != nil || live.Version == old.Version {
		return draft, nil, err
	}
	var dropped []string
	for _, f := range old.order {
		if f.fitsInto(live.Field(f.ID)) {
			continue
		}
		if draft.Answers.Values[f.ID] != nil {
			dropped = append(dropped, f.ID)
		}
		draft.Answers.take(f.ID, Answers{})
	}
	slices.Sort(dropped)
	draft.FormVersion, draft.Outdated, draft.touched = live.Version, false, nil
	if live.Page(draft.Page) == nil {
		draft.Page = live.Pages[0].ID
	}
	if err := moveDraft(ctx, tx, draft.ID, live.Version); err != nil {
		return Draft{}, nil, err
	}
	draft, err = s.save(ctx, tx, draft)
	return draft, dropped, err
}

// fitsInto reports whether an answer to f is one to the other field. Choices
// that are offered no longer are found by validation.
func (f *Field) fitsInto(other *Field) bool {
	if other == nil || other.Type != f.Type || other.Calc != nil {
		return false
	}
	for i := range f.Fields {
		if !f.Fields[i].fitsInto(other.Inner(f.Fields[i].ID)) {
			return false
		}
	}
	return true
}
