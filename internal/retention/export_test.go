package retention

import (
	"context"
	"reflect"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/store"
)

// Over asks whether a rule's time is over for a case.
func (s *Service) Over(ctx context.Context, tx *store.Tx, r Rule, c cases.Case, now time.Time) (bool, error) {
	return s.over(ctx, tx, r, c, now)
}

// FieldNames are the names of all fields that a copy can have.
func FieldNames() []string {
	var names []string
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return
		}
		for f := range t.NumField() {
			name := t.Field(f).Tag.Get("json")
			for i, r := range name {
				if r == ',' {
					name = name[:i]
					break
				}
			}
			names = append(names, name)
			if e := t.Field(f).Type; e != reflect.TypeOf([]answerData{}) {
				walk(e)
			}
		}
	}
	for _, v := range []any{personData{}, caseData{}, formData{}, answerData{}, messageData{}, sessionData{}, logData{}} {
		walk(reflect.TypeOf(v))
	}
	return names
}
