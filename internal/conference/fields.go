package conference

import (
	"context"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// hidden are what each form carries along.
func (v pageView) hidden(do string) []ui.HiddenValue {
	return []ui.HiddenValue{
		{Name: "version", Value: strconv.FormatInt(v.Case.Version, 10)}, {Name: cases.OnceField, Value: cases.NewKey()}, {Name: "do", Value: do},
	}
}

// without is what the form carries along that takes back an invitation.
func (v pageView) without(g Guest) []ui.HiddenValue {
	return append(v.hidden(doUninvite), ui.HiddenValue{Name: "guest", Value: g.ID})
}

// field is a question of the page, with what is wrong with its answer.
func (v pageView) field(ctx context.Context, name, value string, required bool) ui.Field {
	return ui.Field{
		Name: name, Label: i18n.T(ctx, "conference.field."+name), Value: value, Required: required, Error: v.wrong.For(name), Autocomplete: "off",
	}
}

// hinted is field with a hint.
func (v pageView) hinted(ctx context.Context, name, value string, required bool) ui.Field {
	f := v.field(ctx, name, value, required)
	f.Hint = i18n.T(ctx, "conference.hint."+name)
	return f
}

// long is hinted for a text of several lines.
func (v pageView) long(ctx context.Context, name, value string, required bool, most, rows int) ui.Field {
	f := v.hinted(ctx, name, value, required)
	f.MaxLength, f.Rows = most, rows
	return f
}

func (v pageView) timeField(ctx context.Context, name, value string) ui.Field {
	f := v.hinted(ctx, name, value, true)
	f.Width = ui.Short
	return f
}

func (v pageView) wayField(ctx context.Context) ui.Field {
	f := v.field(ctx, "way", string(v.call.Way), true)
	f.Autocomplete = ""
	for _, w := range ways() {
		f.Options = append(f.Options, ui.Option{Value: string(w), Label: i18n.T(ctx, "conference.way."+string(w))})
	}
	return f
}

// lateField is asked only when there is a day to be later than.
func (v pageView) lateField(ctx context.Context) ui.Field {
	f := v.field(ctx, "late", "", false)
	f.HideOptional, f.Autocomplete = true, ""
	if v.call.Late {
		f.Value = "true"
	}
	return f
}
