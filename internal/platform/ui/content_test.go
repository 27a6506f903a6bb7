package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/ui"
)

func TestAlert_hasColorHeadingAndText(t *testing.T) {
	t.Parallel()
	html := within(t, ui.Alert(ui.AlertProps{Kind: ui.Warning, Title: "Obs", Level: 3, Text: "Vi mangler noe"}), templ.Raw("<b>mer</b>"))
	wants(t, html, `class="ds-alert t-alert" data-color="warning"`, "<h3", "Obs", "Vi mangler noe", "<b>mer</b>")
	wants(t, render(t, ui.Alert(ui.AlertProps{Text: "x"})), `data-color="info"`)
}

func TestTag_showsStatusByColorPictureAndText(t *testing.T) {
	t.Parallel()
	for status, want := range map[ui.Status][2]string{
		ui.StatusDraft:    {"neutral", "Ikke sendt"},
		ui.StatusReceived: {"info", "Mottatt"},
		ui.StatusWorking:  {"accent", "Under behandling"},
		ui.StatusWaiting:  {"warning", "Venter på svar"},
		ui.StatusDone:     {"success", "Ferdig"},
		ui.StatusRefused:  {"danger", "Avslått"},
		ui.StatusClosed:   {"neutral", "Avsluttet"},
	} {
		wants(t, render(t, ui.Tag(ui.TagProps{Status: status})), `data-color="`+want[0]+`"`, want[1], "<path")
	}
	wants(t, render(t, ui.Tag(ui.TagProps{Status: ui.StatusDone, Label: "Innvilget"})), "Innvilget", `data-color="success"`)
	lacks(t, render(t, ui.Tag(ui.TagProps{Label: "Kommunal", Color: ui.TagInfo})), "<svg")
}

func TestHeading_keepsLevelApartFromSize(t *testing.T) {
	t.Parallel()
	for level, tag := range map[int]string{1: "<h1", 2: "<h2", 3: "<h3", 4: "<h4", 5: "<h5", 9: "<h5"} {
		wants(t, render(t, ui.Heading(level, "sm", "T")), tag, `data-size="sm"`)
	}
}

func TestLinkCard_isOneLink(t *testing.T) {
	t.Parallel()
	html := render(t, ui.LinkCard(ui.LinkCardProps{Title: "Søk plass", Href: "/kindergarten", Text: "Søk hele året", Meta: "Frist 1. mars", Icon: "kindergarten", Status: ui.TagProps{Label: "Ny"}}))
	if n := strings.Count(html, "<a "); n != 1 {
		t.Errorf("%d links", n)
	}
	wants(t, html, `href="/kindergarten"`, "<h3", "Søk hele året", "Frist 1. mars", "Ny")
	wants(t, render(t, ui.LinkCard(ui.LinkCardProps{Title: "T", Level: 2})), "<h2")
}

func TestCard_hasVariants(t *testing.T) {
	t.Parallel()
	wants(t, within(t, ui.Card(ui.CardProps{Title: "T", Tinted: true, Accent: true}), templ.Raw("inni")), `data-variant="tinted"`, "data-accent", "inni", "<h2")
}

func TestTable_keepsItsMeaningOnSmallScreens(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Table(ui.TableProps{
		Caption: "Saker", HideCaption: true, RowHeader: true,
		Columns: []ui.Column{{Label: "Sak", SortHref: "?sort=case", Sorted: "ascending"}, {Label: "Dager", Numeric: true}, {Label: "Valg", Hide: true, Prose: true}},
		Rows:    []ui.Row{{ID: "r1", Cells: []ui.Cell{{Text: "114", Href: "/114"}, {Text: "7"}, {Content: templ.Raw("<i>x</i>")}, {Text: "over"}}}},
	}))
	wants(t, html, `role="table"`, `role="row"`, `role="columnheader" scope="col" aria-sort="ascending"`, `role="rowheader" scope="row" data-label="Sak"`,
		`role="cell" data-label="Dager" data-numeric`, `role="cell" data-label="Valg" data-prose`, `id="r1"`, `href="?sort=case"`, `href="/114"`, "<i>x</i>", `<span class="ds-sr-only">Valg</span>`)
}

func TestTable_saysWhenItIsEmpty(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Table(ui.TableProps{Caption: "Saker", Empty: "Du har ingen saker"}))
	wants(t, html, "Du har ingen saker")
	lacks(t, html, "<table")
}

func TestDescriptionList_pairsTerms(t *testing.T) {
	t.Parallel()
	wants(t, render(t, ui.DescriptionList([]ui.Term{{Label: "Søker", Value: "Ola"}, {Label: "Status", Content: templ.Raw("<b>ny</b>")}})),
		"<dl", "<dt>Søker</dt>", "Ola", "<b>ny</b>")
}

func TestTimeline_tellsWhenAndWho(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 12, 13, 5, 0, 0, time.UTC)
	html := render(t, ui.Timeline([]ui.TimelineEntry{{At: at, Title: "Vedtak", By: "Kari", Text: "Innvilget", Kind: ui.Success, Content: templ.Raw("<b>brev</b>")}}))
	wants(t, html, "<ol", `datetime="2026-03-12T13:05:00Z"`, "12. mars 2026 kl. 14.05", "Kari", "Innvilget", `data-color="success"`, "<b>brev</b>")
}

func TestDocumentList_tellsSizeAndNote(t *testing.T) {
	t.Parallel()
	html := render(t, ui.DocumentList([]ui.Document{{Name: "a.pdf", Href: "/a", Bytes: 1_240_000, Date: "1. mars 2026", Note: "Unntatt", Status: ui.TagProps{Label: "Ny"}}, {Name: "b.pdf"}}))
	wants(t, html, "<ul", `href="/a"`, "1. mars 2026 · 1,2\u00a0MB · Unntatt", "Ny", "<span>b.pdf</span>")
}

func TestSteps_tellWhereOneIs(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Steps([]ui.Step{{Label: "Barnet", Href: "/1", State: ui.StepDone}, {Label: "Familien", State: ui.StepWrong}, {Label: "Ønsker", State: ui.StepCurrent}, {Label: "Send"}}))
	wants(t, html, "Steg 3 av 4", `aria-current="step"`, `href="/1"`, "(ferdig)", "(må rettes)", `max="4" value="3"`, `aria-label="Stegene i skjemaet"`)
	if n := strings.Count(html, "aria-current"); n != 1 {
		t.Errorf("%d current steps", n)
	}
}

func TestPagination_showsTheEndsAndTheNeighbours(t *testing.T) {
	t.Parallel()
	href := func(page int) string { return "?page=" + strings.Repeat("i", page) }
	for _, tc := range []struct {
		current, total int
		gaps, links    int
	}{
		{1, 1, 0, 0},
		{1, 3, 0, 4},
		{6, 12, 2, 7},
		{12, 12, 1, 4},
	} {
		html := render(t, ui.Pagination(ui.PaginationProps{Current: tc.current, Total: tc.total, Href: href}))
		if gaps, links := strings.Count(html, "…"), strings.Count(html, "<a "); gaps != tc.gaps || links != tc.links {
			t.Errorf("page %d of %d: %d gaps and %d links, want %d and %d", tc.current, tc.total, gaps, links, tc.gaps, tc.links)
		}
	}
	wants(t, render(t, ui.Pagination(ui.PaginationProps{Current: 2, Total: 3, Href: href})), `aria-label="Side 2" aria-current="page"`, `rel="prev"`, `rel="next"`)
}

func TestTabs_areLinks(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Tabs("Saker", []ui.Tab{{Label: "Mine", Href: "/m", Current: true, Count: 1240}, {Label: "Alle", Href: "/a"}}))
	wants(t, html, `<nav class="t-tabs" aria-label="Saker"`, `href="/m" aria-current="page"`, "1\u00a0240")
	lacks(t, html, "role=\"tab")
}

func TestBarChart_saysTheSameInNumbers(t *testing.T) {
	t.Parallel()
	html := render(t, ui.BarChart(ui.ChartProps{Title: "Søkere", Bars: []ui.Bar{{Label: "A", Value: 1}, {Label: "B", Value: 1000}, {Label: "C", Value: 0}}}))
	wants(t, html, `aria-hidden="true"`, "<table", "Søkere", `viewBox="0 0 320 144"`, `width="2"`, `width="268"`, `width="0"`, "1\u00a0000")
	lacks(t, html, "style=")
	wants(t, render(t, ui.BarChart(ui.ChartProps{Title: "Tom", Bars: []ui.Bar{{Label: "A"}}})), `width="0"`)
}

func TestIcon_isSilentAndForgiving(t *testing.T) {
	t.Parallel()
	wants(t, render(t, ui.Icon("check")), `aria-hidden="true"`, "<path")
	lacks(t, render(t, ui.Icon("no-such-icon")), "<path")
}

func TestToastAndLive_areSpoken(t *testing.T) {
	t.Parallel()
	wants(t, render(t, ui.Toast(ui.Danger, "Feil")), `role="alert"`, `aria-label="Lukk"`, "Feil")
	wants(t, render(t, ui.Toast(ui.Success, "Sendt")), `role="status"`)
	wants(t, within(t, ui.LiveRegion("x"), templ.Raw("nå")), `id="x"`, `aria-live="polite"`, "nå")
}

func TestDialog_isNamedByItsHeading(t *testing.T) {
	t.Parallel()
	wants(t, within(t, ui.Dialog(ui.DialogProps{ID: "d", Title: "Sikker?"}), templ.Raw("inni")), `<dialog class="ds-dialog" id="d" aria-labelledby="d-title"`, `id="d-title"`, "inni")
	wants(t, render(t, ui.DialogButton("d", "Åpne", "")), `command="show-modal" commandfor="d"`, `type="button"`)
}

func TestEmpty_saysWhatToDo(t *testing.T) {
	t.Parallel()
	wants(t, render(t, ui.Empty(ui.EmptyProps{Title: "Ingenting", Text: "Ennå", Level: 3, Action: templ.Raw("<b>gjør</b>")})), "<h3", "Ingenting", "Ennå", "<b>gjør</b>")
}
