package casework

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func good() Template {
	return Template{Part: cases.FieldReasons, Name: "Rett til plass", Texts: i18n.Text{i18n.NB: "{child} har rett til plass i {kindergarten}."}}
}

func TestTemplate_checkTellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	known := append(always(), "kindergarten")
	if wrong := good().check(known); wrong != nil {
		t.Fatalf("a good template is refused: %v", wrong)
	}
	for name, test := range map[string]struct {
		spoil func(*Template)
		field string
	}{
		"no name":            {func(m *Template) { m.Name = "" }, "name"},
		"an endless name":    {func(m *Template) { m.Name = strings.Repeat("å", maxName+1) }, "name"},
		"a field of our own": {func(m *Template) { m.Part = "title" }, "part"},
		"only English":       {func(m *Template) { m.Texts = i18n.Text{i18n.EN: "Yes."} }, "text_nb"},
		"unknown":            {func(m *Template) { m.Texts[i18n.NN] = "Hei {barn}" }, "text_nn"},
		"endless":            {func(m *Template) { m.Texts[i18n.NB] = strings.Repeat("å", maxText+1) }, "text_nb"},
	} {
		m := good()
		m.Texts = i18n.Text{i18n.NB: m.Texts[i18n.NB]}
		test.spoil(&m)
		if wrong := m.check(known); len(wrong) != 1 || wrong[0].Name != test.field {
			t.Errorf("%s: %v", name, wrong)
		}
	}
}

func TestTemplate_tidyKeepsWhatWasMeant(t *testing.T) {
	t.Parallel()
	m := Template{Name: " Rett \x00 til  plass ", Texts: i18n.Text{i18n.NB: " a\r\nb ", i18n.EN: "  "}}.tidy()
	if m.Name != "Rett til plass" {
		t.Errorf("name %q", m.Name)
	}
	if diff := cmp.Diff(i18n.Text{i18n.NB: "a\nb"}, m.Texts); diff != "" {
		t.Error(diff)
	}
}

func TestFill_leavesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	values := map[string]string{"child": "Ánte", "kindergarten": ""}
	for text, want := range map[string]string{
		"{child} får plass i {kindergarten}.": "Ánte får plass i {kindergarten}.",
		"{{child}}":                           "{Ánte}",
		"{ child } og {":                      "{ child } og {",
		"":                                    "",
	} {
		if got := fill(text, values); got != want {
			t.Errorf("%q gives %q", text, got)
		}
	}
	if got := fill("{child}", map[string]string{"child": "{number}", "number": "1"}); got != "{number}" {
		t.Errorf("what was filled in is filled in again: %q", got)
	}
}

func TestLinesOf_isAnItemOnEachLineOnce(t *testing.T) {
	t.Parallel()
	want := []string{"Sjekk alder", "Ring  hjem"}
	want[1] = "Ring hjem"
	if diff := cmp.Diff(want, linesOf("\r\n Sjekk alder \n\nRing  hjem\r\nSjekk alder")); diff != "" {
		t.Error(diff)
	}
	if err := checkLines(linesOf(strings.Repeat("x", maxItemName+1))); err == nil {
		t.Error("an endless item is taken")
	}
	var many strings.Builder
	for i := range maxItems + 1 {
		many.WriteString(strings.Repeat("x", i+1) + "\n")
	}
	if err := checkLines(linesOf(many.String())); err == nil {
		t.Error("an endless list is taken")
	}
}

func TestQueryOf_keepsOnlyWhatFilters(t *testing.T) {
	t.Parallel()
	got := queryOf(url.Values{"q": {" Ødegård "}, "status": {"waiting"}, "page": {"4"}, "name": {"x"}, "assignee": {strings.Repeat("x", 200)}})
	if got != "q=%C3%98deg%C3%A5rd&status=waiting" {
		t.Errorf("got %q", got)
	}
	if queryOf(url.Values{"page": {"2"}}) != "" {
		t.Error("a page is taken for a filter")
	}
}

func TestWriteCSV_isReadBySpreadsheets(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	if err := bundle.Load("casework", Messages()); err != nil {
		t.Fatal(err)
	}
	l := cases.Load{
		Workers: []cases.WorkerLoad{{ID: "1", Name: "=Kari; Ødegård", Open: 4, Waiting: 1, Old: 2}, {Open: 3}},
		Ages:    [4]int64{1, 2, 3, 4}, Weeks: []cases.WeekLoad{{Monday: clock.NewDate(2026, time.November, 16), Received: 5, Decided: 6}},
	}
	var out bytes.Buffer
	if err := writeCSV(&out, bundle.For(i18n.NB), l); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(out.String(), byteOrderMark)), "\n")
	want := []string{
		"Gruppe;Navn;Åpne;Venter;Over 12 uker;Mottatt;Avgjort",
		`Saksbehandler;"'=Kari; Ødegård";4;1;2;;`,
		"Saksbehandler;Ingen har tatt dem;3;0;0;;",
		"Alder;Inntil 1 uke;1;;;;", "Alder;1–4 uker;2;;;;", "Alder;4–12 uker;3;;;;", "Alder;Over 12 uker;4;;;;",
		"Uke;2026-11-16;;;;5;6",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if weekName(bundle.For(i18n.NN), l.Weeks[0]) != "Veke 47" {
		t.Errorf("the week is called %q", weekName(bundle.For(i18n.NN), l.Weeks[0]))
	}
}

func TestUndone_countsWhatIsLeft(t *testing.T) {
	t.Parallel()
	items := []Item{{ID: "a"}, {ID: "b", DoneBy: "Kari", DoneAt: time.Unix(1, 0)}}
	if undone(items) != 1 || len(ticked(items)) != 1 || was(items)[0].Value != "b" {
		t.Errorf("%d left, ticked %v", undone(items), ticked(items))
	}
}
