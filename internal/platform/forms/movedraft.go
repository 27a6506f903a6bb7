package forms

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// MoveDraft moves a draft to the live version of its form, which is an explicit
// act of the person: the questions may have changed. It returns the ids of the
// fields whose answers the new version has no place for, sorted, those of a group
// as "siblings.name"; those answers are dropped. A draft that is on the live
// version stays as it is.
func (s *Service) MoveDraft(ctx context.Context, tx *store.Tx, id string) (Draft, []string, error) {
	draft, old, err := s.editable(ctx, tx, id)
	if err != nil {
		return draft, nil, err
	}
	live, err := s.Live(ctx, tx, draft.Form)
	if err != nil || live.Version == old.Version {
		return draft, nil, err
	}
	var losses []Loss
	draft.Answers, losses = moved(old, live, draft.Answers)
	draft.FormVersion, draft.Outdated, draft.touched = live.Version, false, nil
	if live.Page(draft.Page) == nil {
		draft.Page = live.Pages[0].ID
	}
	if err := moveDraft(ctx, tx, draft.ID, live.Version); err != nil {
		return Draft{}, nil, err
	}
	draft, err = s.save(ctx, tx, draft)
	return draft, fieldsOf(losses), err
}

// LossKind says why a new version has no place for an answer.
type LossKind string

// Why an answer is lost.
const (
	LostField  LossKind = "field"  // the question is gone
	LostType   LossKind = "type"   // the question wants another kind of answer
	LostChoice LossKind = "choice" // what was chosen is not offered any more
)

// Loss is an answer that a new version of a form has no place for.
type Loss struct {
	Field string // "siblings.name" inside a group
	Kind  LossKind
}

// fieldsOf are the fields whose answers are dropped, sorted. A choice that is
// offered no longer stays, and validation finds it.
func fieldsOf(losses []Loss) []string {
	var fields []string
	for _, l := range losses {
		if l.Kind != LostChoice {
			fields = append(fields, l.Field)
		}
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// moved brings answers from one version of a form to another, and tells what is
// lost on the way. The answers given are not changed.
func moved(from, to *Definition, a Answers) (Answers, []Loss) {
	a = a.clone()
	var losses []Loss
	for _, f := range from.order {
		other := to.Field(f.ID)
		kind, fits := f.fitsInto(other)
		switch {
		case !fits:
			if a.answers(f.ID) {
				losses = append(losses, Loss{f.ID, kind})
			}
			a.take(f.ID, Answers{})
		case f.Type == Group:
			losses = append(losses, a.moveItems(f, other)...)
		case other.refuses(a.Values[f.ID]):
			losses = append(losses, Loss{f.ID, LostChoice})
		}
	}
	return a, losses
}

// answers reports whether something was answered to a field or typed into it.
func (a Answers) answers(id string) bool {
	if !isEmpty(a.Values[id]) {
		return true
	}
	for name := range a.Typed {
		if belongs(name, id) {
			return true
		}
	}
	return false
}

// moveItems takes out of a group's items what the other group has no field for.
func (a Answers) moveItems(group, other *Field) []Loss {
	var losses []Loss
	items := itemsOf(a.Values[group.ID])
	if len(items) == 0 {
		return nil
	}
	list := make([]any, len(items))
	for i, item := range items {
		kept := map[string]any{}
		for key, value := range item {
			inner := group.Inner(key)
			if inner == nil {
				continue
			}
			at := other.Inner(key)
			kind, fits := inner.fitsInto(at)
			switch {
			case !fits && !isEmpty(value):
				losses = append(losses, Loss{group.ID + "." + key, kind})
			case !fits:
			case at.refuses(value):
				losses = append(losses, Loss{group.ID + "." + key, LostChoice})
				kept[key] = value
			default:
				kept[key] = value
			}
		}
		list[i] = kept
	}
	a.Values[group.ID] = list
	return append(losses, a.moveTyped(group, other)...)
}

// moveTyped does the same with what was typed and could not be read.
func (a Answers) moveTyped(group, other *Field) []Loss {
	var losses []Loss
	for name := range a.Typed {
		_, key, _ := strings.Cut(name, "].")
		inner := group.Inner(key)
		if !belongs(name, group.ID) || inner == nil {
			continue
		}
		if kind, fits := inner.fitsInto(other.Inner(key)); !fits {
			losses = append(losses, Loss{group.ID + "." + key, kind})
			delete(a.Typed, name)
		}
	}
	return losses
}

// fitsInto reports whether an answer to f can be one to the other field, and why
// not.
func (f *Field) fitsInto(other *Field) (LossKind, bool) {
	switch {
	case f.Calc != nil || f.Type == Info:
		return "", true // nobody answers it
	case other == nil || other.Calc != nil || other.Type == Info:
		return LostField, false
	case other.Type != f.Type && !f.widens(other):
		return LostType, false
	}
	return "", true
}

// widens reports whether every answer to f is one to the other field, of another
// type: one line may become several, a list of buttons a menu.
func (f *Field) widens(other *Field) bool {
	switch f.Type {
	case Text:
		return other.Type == Textarea
	case Integer:
		return other.Type == Number
	case Select, Radio:
		return other.Type == Select || other.Type == Radio
	default:
		return false
	}
}

// refuses reports whether a value is chosen that the field does not offer. The
// choices of a source change by themselves and are not looked at.
func (f *Field) refuses(value any) bool {
	if f == nil || !f.choosing() || f.Source != "" || isEmpty(value) {
		return false
	}
	return !offered(f.Choices, value)
}
