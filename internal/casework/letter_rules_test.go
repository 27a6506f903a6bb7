package casework

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func offers() cases.Kind { return cases.Kind{Key: "kindergarten", Offer: true} }

// written is a text of the municipality's own in every language.
func written(text string) i18n.Text {
	return i18n.Text{i18n.NB: text, i18n.NN: text + " (nn)", i18n.EN: text + " (en)"}
}

func ownText() Block {
	return Block{Heading: written("Åpningstider"), Text: written("Vi har åpent.")}
}

func goodLetter() Letter {
	return Letter{Kind: "kindergarten", Blocks: append(standard(offers()), ownText())}
}

func wrongWith(l Letter, k cases.Kind) []errs.Field {
	c := letterCheck{always: always(), granted: append(always(), "kindergarten")}
	return c.check(l, k)
}

func TestLetter_checkTellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	if wrong := wrongWith(goodLetter(), offers()); wrong != nil {
		t.Fatalf("a good letter template is refused: %v", wrong)
	}
	own := func(l *Letter) *Block { return &l.Blocks[len(l.Blocks)-1] }
	for name, test := range map[string]struct {
		spoil      func(*Letter)
		field, key string
	}{
		"no decision":        {func(l *Letter) { l.Blocks = l.Blocks[1:] }, "blocks", "casework.letter.missing.decision"},
		"no appeal":          {func(l *Letter) { l.Blocks = append(l.Blocks[:4], l.Blocks[5]) }, "blocks", "casework.letter.missing.appeal"},
		"no answer":          {func(l *Letter) { l.Blocks = append(l.Blocks[:3], l.Blocks[4:]...) }, "blocks", "casework.letter.missing.answer"},
		"reasons twice":      {func(l *Letter) { *own(l) = Block{Locked: cases.BlockReasons} }, "blocks[5].locked", "errs.invalid_input"},
		"a lock of our own":  {func(l *Letter) { *own(l) = Block{Locked: "fees"} }, "blocks[5].locked", "errs.invalid_input"},
		"no Nynorsk":         {func(l *Letter) { delete(own(l).Text, i18n.NN) }, "blocks[5].text.nn", "casework.letter.need_text"},
		"no English title":   {func(l *Letter) { delete(own(l).Heading, i18n.EN) }, "blocks[5].heading.en", "casework.letter.need_heading"},
		"an endless title":   {func(l *Letter) { own(l).Heading[i18n.NB] = strings.Repeat("å", maxHeading+1) }, "blocks[5].heading.nb", "casework.too_long"},
		"an endless text":    {func(l *Letter) { own(l).Text[i18n.EN] = strings.Repeat("å", maxBlock+1) }, "blocks[5].text.en", "casework.too_long"},
		"another outcome":    {func(l *Letter) { own(l).When = "perhaps" }, "blocks[5].when", "errs.invalid_input"},
		"unknown":            {func(l *Letter) { own(l).Text[i18n.NN] = "Hei {barn}" }, "blocks[5].text.nn", "casework.template.unknown"},
		"unknown in a title": {func(l *Letter) { own(l).Heading[i18n.NN] = "{barn}" }, "blocks[5].heading.nn", "casework.template.unknown"},
		"of what is granted": {func(l *Letter) { own(l).Text[i18n.NB] = "Plass i {kindergarten}." }, "blocks[5].text.nb", "casework.letter.only_granted"},
		"of what is granted, in refusals": {func(l *Letter) {
			own(l).When, own(l).Text[i18n.NB] = cases.OutcomeRefused, "Plass i {kindergarten}."
		}, "blocks[5].text.nb", "casework.letter.only_granted"},
		"too many": {func(l *Letter) {
			for range maxOwnBlocks {
				l.Blocks = append(l.Blocks, ownText())
			}
		}, "blocks", "casework.letter.too_many"},
	} {
		l := goodLetter()
		test.spoil(&l)
		if wrong := wrongWith(l, offers()); len(wrong) != 1 || wrong[0].Name != test.field || wrong[0].Key != test.key {
			t.Errorf("%s: %v", name, wrong)
		}
	}
	l := goodLetter()
	own(&l).When, own(&l).Text = cases.OutcomeGranted, written("{child} får plass i {kindergarten}.")
	if wrong := wrongWith(l, offers()); wrong != nil {
		t.Errorf("a value of what is granted is refused in a text for that: %v", wrong)
	}
	if wrong := wrongWith(goodLetter(), cases.Kind{Key: "building"}); len(wrong) != 1 || wrong[0].Name != "blocks[3].locked" {
		t.Errorf("the answer to an offer in a kind without offers: %v", wrong)
	}
}

func TestLetter_checkLetsBlocksStandInAnyOrder(t *testing.T) {
	t.Parallel()
	l := Letter{Blocks: []Block{ownText(), {Locked: cases.BlockAppeal}, {Locked: cases.BlockReasons}, {Locked: cases.BlockDecision}, ownText(), {Locked: cases.BlockBasis}}}
	if wrong := wrongWith(l, cases.Kind{}); wrong != nil {
		t.Errorf("refused: %v", wrong)
	}
}

func TestLetter_tidyKeepsWhatWasMeant(t *testing.T) {
	t.Parallel()
	l := Letter{Blocks: []Block{
		{Locked: cases.BlockAppeal, When: "granted", Heading: written("x"), Text: written("x")},
		{Heading: i18n.Text{i18n.NB: " Åpent \x00 i  jula "}, Text: i18n.Text{i18n.NB: " a\r\n\r\nb ", i18n.EN: "  "}},
	}}.tidy()
	want := []Block{{Locked: cases.BlockAppeal}, {Heading: i18n.Text{i18n.NB: "Åpent i jula", i18n.NN: "", i18n.EN: ""}, Text: i18n.Text{i18n.NB: "a\n\nb", i18n.NN: "", i18n.EN: ""}}}
	if diff := cmp.Diff(want, l.Blocks); diff != "" {
		t.Error(diff)
	}
}

func TestLetter_blocksAreMovedAndRemoved(t *testing.T) {
	t.Parallel()
	keys := func(l Letter) string {
		var list []string
		for _, b := range l.Blocks {
			list = append(list, blockKey(b))
		}
		return strings.Join(list, " ")
	}
	l := Letter{Blocks: append(standard(cases.Kind{}), ownText())}
	before := l
	if at := l.move(4, -1); at != 3 || keys(l) != "decision legal_basis reasons text appeal" {
		t.Errorf("moved to %d: %s", at, keys(l))
	}
	if keys(before) != "decision legal_basis reasons appeal text" {
		t.Errorf("what was read has changed: %s", keys(before))
	}
	for _, out := range [][2]int{{0, -1}, {4, 1}, {-1, 1}, {9, -1}} {
		if at := l.move(out[0], out[1]); at != out[0] {
			t.Errorf("%v moved to %d", out, at)
		}
	}
	for _, locked := range []int{0, 4, -1, 9} {
		if l.remove(locked) {
			t.Errorf("block %d was removed", locked)
		}
	}
	if !l.remove(3) || keys(l) != "decision legal_basis reasons appeal" {
		t.Errorf("left: %s", keys(l))
	}
	f := letterForm{letter: l}
	if at := f.add(); at != 3 || keys(f.letter) != "decision legal_basis reasons text appeal" {
		t.Errorf("added at %d: %s", at, keys(f.letter))
	}
	for range 2 * maxOwnBlocks {
		f.add()
	}
	if f.letter.own() != maxOwnBlocks {
		t.Errorf("%d texts", f.letter.own())
	}
}

func TestLetter_wholeFollowsTheKind(t *testing.T) {
	t.Parallel()
	old := Letter{Blocks: []Block{{Locked: cases.BlockAppeal}, {Locked: "fees"}, ownText(), {Locked: cases.BlockDecision}}}
	var got []string
	for _, b := range old.whole(offers()).Blocks {
		got = append(got, blockKey(b))
	}
	if diff := cmp.Diff([]string{"appeal", "text", "decision", "legal_basis", "reasons", "answer"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLetter_sameTellsTemplatesApart(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Letter){
		"the order": func(l *Letter) { l.move(0, 1) }, "a text": func(l *Letter) { l.Blocks[5].Text = written("Annet") },
		"a heading": func(l *Letter) { l.Blocks[5].Heading = written("Annet") }, "an outcome": func(l *Letter) { l.Blocks[5].When = cases.OutcomeRefused },
		"a block less": func(l *Letter) { l.remove(5) }, "use": func(l *Letter) { l.Retired = true },
	} {
		l := goodLetter()
		if !l.same(goodLetter()) {
			t.Fatal("a template is not the same as itself")
		}
		if change(&l); l.same(goodLetter()) {
			t.Errorf("%s is overlooked", name)
		}
	}
}
