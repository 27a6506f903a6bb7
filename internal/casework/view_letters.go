package casework

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

// letterTable is where there may be letter templates, and what stands there.
func letterTable(ctx context.Context, v letterList) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("casework.letters.title"), HideCaption: true, RowHeader: true, Columns: []ui.Column{
		{Label: words.T("casework.letter.name")}, {Label: words.T("casework.letter.state")}, {Label: words.T("casework.template.saved")},
	}}
	for _, p := range v.places {
		l, place := p.Letter, v.department.Name
		if l.Department == "" {
			place = words.T("casework.letter.whole")
		}
		name := ui.Cell{Text: words.T("casework.letter.row", "kind", words.T(p.Kind.Title), "place", place), Href: letterPath(l.Kind, l.Department)}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{name, {Content: stateTag(ctx, p)}, {Text: savedBy(words, l)}}})
	}
	return t
}

func stateTag(ctx context.Context, p LetterPlace) templ.Component {
	switch {
	case p.Letter.serves():
		return ui.Tag(ui.TagProps{Label: i18n.T(ctx, "casework.letter.own"), Color: ui.TagAccent})
	case p.Follows:
		return ui.Tag(ui.TagProps{Label: i18n.T(ctx, "casework.letter.follows"), Color: ui.TagNeutral})
	}
	return ui.Tag(ui.TagProps{Label: i18n.T(ctx, "casework.letter.standard"), Color: ui.TagNeutral})
}

func savedBy(words *i18n.Localizer, l Letter) string {
	if l.Version == 0 {
		return "–"
	}
	return words.T("casework.template.saved_by", "name", l.SavedName, "date", words.Date(clock.DateIn(l.SavedAt)), "version", l.Version)
}

// blockName is what a block is called: its heading in the reader's language.
func blockName(ctx context.Context, b Block) string {
	if b.Locked != "" {
		return i18n.T(ctx, "casework.letter.block."+b.Locked)
	}
	if name := strings.TrimSpace(b.Heading.In(i18n.From(ctx).Lang())); name != "" {
		return name
	}
	return i18n.T(ctx, "casework.letter.new_block")
}

// blockKey is what the form calls a block.
func blockKey(b Block) string {
	if b.Locked == "" {
		return ownBlock
	}
	return b.Locked
}

// anchor is where a block stands on the page.
func anchor(i int) string { return "block-" + strconv.Itoa(i+1) }

// open reports whether a block's texts are unfolded: when there is something to write
// or to mend.
func (f letterForm) open(i int) bool {
	for _, e := range f.wrong {
		if strings.HasPrefix(e.Name, blockField(i, "")) {
			return true
		}
	}
	b := f.letter.Blocks[i]
	return i == f.touched || b.Heading.In(i18n.NB) == "" || b.Text.In(i18n.NB) == ""
}

// move is a button that moves a block or takes it away. The browser then shows where
// the block stands.
func (f letterForm) move(ctx context.Context, do string, i, to int) ui.ButtonProps {
	label, name := i18n.T(ctx, "casework.letter."+do), blockName(ctx, f.letter.Blocks[i])
	b := ui.ButtonProps{
		Label: label, Name: "do", Value: do + ":" + strconv.Itoa(i), Variant: ui.Tertiary, Small: true,
		FormAction: letterPath(f.letter.Kind, f.letter.Department) + "#" + anchor(to), Attrs: templ.Attributes{"aria-label": label + ": " + name},
	}
	if do == doRemove {
		b.Danger, b.Icon = true, "trash"
	}
	return b
}

func (f letterForm) heading(ctx context.Context, i int, lang i18n.Lang) ui.Field {
	name := blockField(i, "heading."+string(lang))
	return ui.Field{
		Name: name, Label: i18n.T(ctx, "casework.letter.heading", "language", i18n.T(ctx, "i18n.lang."+string(lang))), Value: f.letter.Blocks[i].Heading[lang],
		Error: f.wrong.For(name), MaxLength: maxHeading, Required: true, Attrs: templ.Attributes{"lang": lang.Tag()},
	}
}

func (f letterForm) text(ctx context.Context, i int, lang i18n.Lang) ui.Field {
	name := blockField(i, "text."+string(lang))
	return ui.Field{
		Name: name, Label: i18n.T(ctx, "casework.template.text", "language", i18n.T(ctx, "i18n.lang."+string(lang))), Value: f.letter.Blocks[i].Text[lang],
		Error: f.wrong.For(name), Rows: 4, MaxLength: maxBlock, Required: true, Attrs: templ.Attributes{"lang": lang.Tag()},
	}
}

func (f letterForm) when(ctx context.Context, i int) ui.Field {
	name := blockField(i, "when")
	return ui.Field{
		Name: name, Label: i18n.T(ctx, "casework.letter.when"), Value: f.letter.Blocks[i].When, Error: f.wrong.For(name), Required: true, Options: whenOptions(ctx),
	}
}

func whenOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "", Label: i18n.T(ctx, "casework.letter.when_all")},
		{Value: cases.OutcomeGranted, Label: i18n.T(ctx, "casework.letter.when_granted")},
		{Value: cases.OutcomeRefused, Label: i18n.T(ctx, "casework.letter.when_refused")},
	}
}

// whenName is for which decisions a block stands in the letter, as an older version
// tells it.
func whenName(ctx context.Context, b Block) string {
	for _, o := range whenOptions(ctx) {
		if o.Value == b.When {
			return o.Label
		}
	}
	return b.When
}

func (f letterForm) previewLang(ctx context.Context) ui.Field {
	field := ui.Field{Name: "preview_lang", Label: i18n.T(ctx, "casework.letter.preview_lang"), Value: f.lang, HideOptional: true, Width: ui.Medium}
	if field.Value == "" {
		field.Value = string(tenant.From(ctx).Lang())
	}
	for _, lang := range languages() {
		field.Options = append(field.Options, ui.Option{Value: string(lang), Label: i18n.T(ctx, "i18n.lang."+string(lang))})
	}
	return field
}

func (f letterForm) previewOutcome(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "preview_outcome", Label: i18n.T(ctx, "casework.letter.preview_outcome"), Value: f.outcome, HideOptional: true, Width: ui.Medium,
		Options: []ui.Option{{Value: cases.OutcomeGranted, Label: i18n.T(ctx, "cases.status.granted")}, {Value: cases.OutcomeRefused, Label: i18n.T(ctx, "cases.status.refused")}},
	}
}

// help tells which words may stand in braces.
func (f letterForm) help(ctx context.Context) string {
	if len(f.granted) == 0 {
		return i18n.T(ctx, "casework.letter.placeholders", "always", placeholders(f.always))
	}
	return i18n.T(ctx, "casework.letter.placeholders_granted", "always", placeholders(f.always), "granted", placeholders(f.granted))
}

func (f letterForm) intro(ctx context.Context) string {
	if f.letter.Department == "" {
		return i18n.T(ctx, "casework.letter.intro_whole")
	}
	return i18n.T(ctx, "casework.letter.intro_department", "department", f.place)
}

// standing tells whether the template lays out any letter.
func (f letterForm) standing(ctx context.Context) string {
	switch {
	case f.serves:
		return i18n.T(ctx, "casework.letter.in_use")
	case len(f.versions) == 0 && f.letter.Department == "":
		return i18n.T(ctx, "casework.letter.none_whole")
	case len(f.versions) == 0:
		return i18n.T(ctx, "casework.letter.none_department")
	}
	return i18n.T(ctx, "casework.letter.is_retired")
}

func saveButton(label string) ui.ButtonProps {
	return ui.ButtonProps{Label: label, Name: "do", Value: doSave}
}

// next is where a new block would stand.
func (f letterForm) next() int { return f.add() }
