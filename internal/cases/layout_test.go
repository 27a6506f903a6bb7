package cases

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
)

// layoutWords speaks the module's own texts.
func layoutWords(t *testing.T, lang i18n.Lang) *i18n.Localizer {
	t.Helper()
	bundle := i18n.New()
	if err := bundle.Load("cases", Messages()); err != nil {
		t.Fatal(err)
	}
	return bundle.For(lang)
}

func laidOut(t *testing.T, lang i18n.Lang, d Decision) letter {
	t.Helper()
	d.LegalBasis, d.Reasons, d.Appeal = "§ 16", "Fordi.", "Klag."
	return letter{kind: Kind{Title: "cases.letter.decision", Offer: true}, d: d, words: layoutWords(t, lang)}
}

// headings are those of a letter below its title, and what kind of block ends it.
func headings(l letter) (list []string, signed bool) {
	blocks := l.body()
	for _, b := range blocks {
		if h, ok := b.(pdf.Heading); ok && h.Level == 2 {
			list = append(list, h.Text)
		}
	}
	_, signed = blocks[len(blocks)-1].(pdf.Signature)
	return list, signed
}

func ownBlock(heading string) LetterBlock {
	return LetterBlock{Heading: i18n.Text{i18n.NB: heading, i18n.NN: heading + " (nn)", i18n.EN: heading + " (en)"}, Text: i18n.Text{i18n.NB: "Tekst.", i18n.NN: "Tekst.", i18n.EN: "Text."}}
}

func TestLayout_ordersTheLetter(t *testing.T) {
	t.Parallel()
	moved := Layout{{Locked: BlockReasons}, ownBlock("Åpningstider"), {Locked: BlockDecision}, {Locked: BlockAppeal}, {Locked: BlockAnswer}, {Locked: BlockBasis}, ownBlock("Kontakt")}
	const decided, basis, reasons, answer, appeal = "Vedtaket", "Hjemmel", "Begrunnelse", "Du må svare på tilbudet", "Du kan klage på vedtaket"
	for name, test := range map[string]struct {
		lang i18n.Lang
		d    Decision
		want []string
	}{
		"the standard":          {i18n.NB, Decision{Outcome: OutcomeGranted}, []string{decided, basis, reasons, answer, appeal}},
		"a refusal":             {i18n.NB, Decision{Outcome: OutcomeRefused}, []string{decided, basis, reasons, appeal}},
		"moved, with two texts": {i18n.NB, Decision{Outcome: OutcomeGranted, Layout: moved}, []string{reasons, "Åpningstider", decided, appeal, answer, basis, "Kontakt"}},
		"moved, and a refusal":  {i18n.NB, Decision{Outcome: OutcomeRefused, Layout: moved}, []string{reasons, "Åpningstider", decided, appeal, basis, "Kontakt"}},
		"by law":                {i18n.NB, Decision{Outcome: OutcomeGranted, Final: true}, []string{decided, basis, reasons, answer, appeal}},
		"nothing locked in it":  {i18n.NB, Decision{Outcome: OutcomeRefused, Layout: Layout{ownBlock("Kontakt")}}, []string{"Kontakt", decided, basis, reasons, appeal}},
		"without the appeal":    {i18n.NB, Decision{Outcome: OutcomeRefused, Layout: Layout{{Locked: BlockReasons}, {Locked: BlockDecision}}}, []string{reasons, decided, basis, appeal}},
		"without any words":     {i18n.NB, Decision{Outcome: OutcomeRefused, Layout: Layout{{}}}, []string{decided, basis, reasons, appeal}},
		"in English":            {i18n.EN, Decision{Outcome: OutcomeRefused, Layout: Layout{ownBlock("Kontakt"), {Locked: BlockDecision}}}, []string{"Kontakt (en)", "The decision", "Legal basis", "Reasons", "You can appeal the decision"}},
	} {
		got, signed := headings(laidOut(t, test.lang, test.d))
		if diff := cmp.Diff(test.want, got); diff != "" || !signed {
			t.Errorf("%s: signed last: %v, (-want +got)\n%s", name, signed, diff)
		}
	}
}

func TestLayout_leavesOutTheAnswerWhereNothingIsOffered(t *testing.T) {
	t.Parallel()
	l := laidOut(t, i18n.NN, Decision{Outcome: OutcomeGranted, Layout: Layout{{Locked: BlockAnswer}}})
	l.kind.Offer = false
	got, _ := headings(l)
	if diff := cmp.Diff([]string{"Vedtaket", "Heimel", "Grunngiving", "Du kan klage på vedtaket"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{BlockDecision, BlockBasis, BlockReasons, BlockAppeal}, l.kind.LockedBlocks()); diff != "" {
		t.Error(diff)
	}
}

func TestLayout_findsWhatIsNotFilledIn(t *testing.T) {
	t.Parallel()
	if in, name := (Layout{{Locked: BlockDecision}, ownBlock("Kontakt")}).unfilled(); name != "" {
		t.Errorf("%q in %v", name, in)
	}
	for _, lang := range i18n.Offered() {
		for _, heading := range []bool{true, false} {
			b := ownBlock("Kontakt")
			text := b.Text
			if heading {
				text = b.Heading
			}
			text[lang] = "Velkommen til {kindergarten}."
			if in, name := (Layout{ownBlock("Annet"), b}).unfilled(); name != "{kindergarten}" || in.Text[i18n.NB] != b.Text[i18n.NB] {
				t.Errorf("%s, heading %v: %q", lang, heading, name)
			}
		}
	}
}

// TestLayout_isPinnedByTheFirstWhoAnswers, and refused where something is not filled in,
// at the field of the decision that would fill it.
func TestLayout_isPinnedByTheFirstWhoAnswers(t *testing.T) {
	t.Parallel()
	answering := func(l Layout, err error) Companion {
		return Companion{Name: "test", Layout: func(context.Context, *store.Tx, Case, Decision) (Layout, error) { return l, err }}
	}
	unsure := ownBlock("Kontakt")
	unsure.Text[i18n.EN] = "See {start}."
	broken := errors.New("broken")
	fields := []DecisionField{{Name: "kindergarten"}, {Name: "start"}}
	for name, test := range map[string]struct {
		companions []Companion
		fields     []DecisionField
		want       Layout
		field      string
		err        error
	}{
		"nobody":              {[]Companion{{Name: "silent"}}, fields, nil, "", nil},
		"the second":          {[]Companion{answering(nil, nil), answering(Layout{ownBlock("a")}, nil), answering(Layout{ownBlock("b")}, nil)}, fields, Layout{ownBlock("a")}, "", nil},
		"with a placeholder":  {[]Companion{answering(Layout{unsure}, nil)}, fields, nil, "start", nil},
		"that nothing fills":  {[]Companion{answering(Layout{unsure}, nil)}, nil, nil, "outcome", nil},
		"one that has failed": {[]Companion{answering(nil, broken)}, fields, nil, "", broken},
	} {
		s := &Service{kinds: NewKinds()}
		for _, c := range test.companions {
			s.kinds.Accompany(c)
		}
		var d Decision
		err := s.pin(t.Context(), nil, Case{}, &d, test.fields)
		switch e := errs.Of(err); {
		case test.field != "":
			if !errs.Is(err, errs.KindInvalid) || len(e.Fields) != 1 || e.Fields[0].Name != test.field {
				t.Errorf("%s: %v", name, err)
			}
		case !errors.Is(err, test.err):
			t.Errorf("%s: %v", name, err)
		case err == nil:
			if diff := cmp.Diff(test.want, d.Layout); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

// TestLayout_isReadAsItWasKept: a decision from before there were layouts has none, and
// one with none is kept as it was before.
func TestLayout_isReadAsItWasKept(t *testing.T) {
	t.Parallel()
	var old content
	if err := json.Unmarshal([]byte(`{"values":{},"legal_basis":"§ 16","reasons":"Fordi.","appeal":"Klag."}`), &old); err != nil || old.Layout != nil {
		t.Errorf("%v, %v", old.Layout, err)
	}
	plain, err := json.Marshal(content{})
	if err != nil || string(plain) != `{"values":null,"legal_basis":"","reasons":"","appeal":""}` {
		t.Errorf("%s, %v", plain, err)
	}
	want := Layout{{Locked: BlockAppeal}, ownBlock("Kontakt")}
	if plain, err = json.Marshal(content{Layout: want}); err != nil {
		t.Fatal(err)
	}
	var got content
	if err := json.Unmarshal(plain, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Layout); diff != "" {
		t.Error(diff)
	}
}
