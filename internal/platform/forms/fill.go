package forms

import (
	"context"
	"maps"

	"github.com/torg-no/torg/internal/platform/store"
)

// Filling is what a service fills in for the person who writes, who can correct it.
type Filling struct {
	// Values are answers in canonical form, by field id; nil takes an answer away.
	Values map[string]any
	// Facts are what is known now; other facts of the draft stay.
	Facts map[string]any
}

// Fill puts answers and facts into a draft. What its version of the form does not
// know is left out, as are files and what is calculated. A page that another tab
// shows meets what was filled in as it meets another tab's answers.
func (s *Service) Fill(ctx context.Context, tx *store.Tx, id string, f Filling) (Draft, error) {
	draft, def, err := s.editable(ctx, tx, id)
	if err != nil {
		return draft, err
	}
	known, err := def.knowing(def.declared(f.Facts))
	if err != nil {
		return draft, err
	}
	facts := maps.Clone(draft.Facts)
	if facts == nil {
		facts = map[string]any{}
	}
	maps.Copy(facts, known)
	changed := draft.answer(def, f.Values)
	if !changed && equalObjects(facts, draft.Facts) {
		return draft, nil
	}
	draft.Facts = facts
	return s.save(ctx, tx, draft)
}

// declared leaves out facts that the definition does not have.
func (d *Definition) declared(facts map[string]any) map[string]any {
	out := map[string]any{}
	for _, fact := range d.Facts {
		if v, given := facts[fact.ID]; given {
			out[fact.ID] = v
		}
	}
	return out
}

// answer puts the answers to the definition's questions into the draft and reports
// whether any was another.
func (d *Draft) answer(def *Definition, values map[string]any) (changed bool) {
	for id, value := range values {
		f := def.Field(id)
		if f == nil || f.Type == File || f.Type == Info || f.Calc != nil {
			continue
		}
		given := Answers{Values: map[string]any{}}
		if value != nil {
			given.Values[id] = value
		}
		if given.sameField(id, d.Answers) {
			continue
		}
		d.Answers.take(id, given)
		d.touch(def.PageOf(id).ID)
		changed = true
	}
	return changed
}
