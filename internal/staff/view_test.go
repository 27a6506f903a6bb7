package staff

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

func in(t *testing.T, lang i18n.Lang) context.Context {
	t.Helper()
	return i18n.With(t.Context(), texts(t).For(lang))
}

// rendered is a component as HTML.
func rendered(ctx context.Context, t *testing.T, c ui.Cell) string {
	t.Helper()
	if c.Content == nil {
		return c.Text
	}
	var out strings.Builder
	if err := c.Content.Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestMessages_areThereInThreeLanguages(t *testing.T) {
	t.Parallel()
	bundle := texts(t)
	if lacking := bundle.Missing(); len(lacking) > 0 {
		t.Errorf("missing: %v", lacking)
	}
	for _, key := range []string{"title", "text", "yes"} {
		for _, page := range []string{"department.end", "revoke", "substitute.end", "token.revoke"} {
			if !bundle.Has("staff." + page + "." + key) {
				t.Errorf("staff.%s.%s is not there", page, key)
			}
		}
	}
	for _, action := range []string{"department_created", "department_changed", "department_ended", "color_set"} {
		if key := audit.Describe("staff." + action); !bundle.Has(key) {
			t.Errorf("%s is not there", key)
		}
	}
	for _, info := range Rules().Permissions {
		if !bundle.Has(info.Describe) {
			t.Errorf("%s is not there", info.Describe)
		}
	}
	for _, role := range access.Granted() {
		if !bundle.Has("staff.role_hint." + string(role)) {
			t.Errorf("the role %s is not explained", role)
		}
	}
}

func TestRatio_isWrittenAsTheReaderWrites(t *testing.T) {
	t.Parallel()
	for lang, want := range map[i18n.Lang]string{i18n.NB: "4,5 : 1", i18n.NN: "4,5 : 1", i18n.EN: "4.5 : 1"} {
		if got := ratio(in(t, lang), 4.52); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestCellWords_tellInWhichSituations(t *testing.T) {
	t.Parallel()
	ctx := in(t, i18n.NB)
	all := map[access.Situation]bool{}
	for _, s := range access.Situations() {
		all[s] = true
	}
	for want, cell := range map[string]map[access.Situation]bool{
		"Nei":                           {},
		"Ja, alltid":                    all,
		"Eget eller barnets":            {access.Own: true, access.Elsewhere: false},
		"Tildelt en selv, I egen enhet": {access.InHouse: true, access.Assigned: true},
	} {
		if got := cellWords(ctx, access.MatrixCell{In: cell}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWho_isTheActorAsAtTheTime(t *testing.T) {
	t.Parallel()
	ctx := in(t, i18n.NB)
	page := LogPage{Departments: []tenant.Department{{ID: "d", Name: "Skole"}}}
	for name, tt := range map[string]struct {
		entry audit.LookEntry
		want  []string
	}{
		"a member of staff": {audit.LookEntry{ActorName: "Kari", Role: "case_worker", Department: "d"}, []string{"Kari", "Saksbehandler, Skole"}},
		"a substitute": {
			audit.LookEntry{ActorName: "Kari", Role: "auditor", SubstituteFor: "x"},
			[]string{"Kari", "Kontrollør, Hele kommunen", "Som stedfortreder"},
		},
		"one whose name is erased": {audit.LookEntry{Entry: audit.Entry{ActorKind: "resident"}}, []string{"Innbygger"}},
		"Torg itself":              {audit.LookEntry{Entry: audit.Entry{ActorKind: "system"}}, []string{"Torg selv"}},
		"one of a kind to come":    {audit.LookEntry{Entry: audit.Entry{ActorKind: "robot"}}, []string{"robot"}},
		"in a department gone":     {audit.LookEntry{ActorName: "Kari", Role: "king", Department: "x"}, []string{"Kari", "king, Ukjent enhet"}},
	} {
		if diff := cmp.Diff(tt.want, who(ctx, tt.entry, page)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhat_tellsWhichRole(t *testing.T) {
	t.Parallel()
	ctx := in(t, i18n.NN)
	page := LogPage{Departments: []tenant.Department{{ID: "d", Name: "Skule"}}}
	entry := func(action string, details map[string]string) audit.LookEntry {
		return audit.LookEntry{Entry: audit.Entry{Action: action}, Details: details}
	}
	for name, tt := range map[string]struct {
		entry audit.LookEntry
		want  []string
	}{
		"a role":       {entry("access.granted", map[string]string{"role": "auditor", "department": "d"}), []string{"Rolle gitt", "Kontrollør, Skule"}},
		"a look":       {entry("audit.looked", nil), []string{"Såg på opplysningar"}},
		"a refusal":    {entry("access.denied", map[string]string{"permission": "case.read"}), []string{"Fekk ikkje tilgang", "case.read"}},
		"of ours":      {entry("staff.color_set", map[string]string{"color": "#ffffff"}), []string{"Fargen til kommunen endra"}},
		"of a service": {entry("heating.lit", nil), []string{"heating.lit"}},
	} {
		if diff := cmp.Diff(tt.want, what(ctx, tt.entry, page)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestProblemTable_namesEachFault(t *testing.T) {
	t.Parallel()
	ctx := in(t, i18n.EN)
	report := audit.Report{Problems: []audit.Problem{{Seq: 7, EntryID: "e", Kind: audit.Changed}, {Seq: 9, Kind: audit.Removed}}}
	var got [][]string
	for _, row := range problemTable(ctx, report).Rows {
		got = append(got, []string{row.Cells[0].Text, row.Cells[1].Text, row.Cells[2].Text})
	}
	want := [][]string{{"7", i18n.T(ctx, audit.Changed.Describe()), "e"}, {"9", i18n.T(ctx, audit.Removed.Describe()), "–"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVerifyPage_saysWhatToDoAboutFaults(t *testing.T) {
	t.Parallel()
	ctx := in(t, i18n.NB)
	report := audit.Report{Entries: 3, More: true, Problems: []audit.Problem{{Seq: 1, Kind: audit.Added}, {Seq: 2, Kind: audit.BadSignature}}}
	text := rendered(ctx, t, ui.Cell{Content: verifyPage(ui.PageProps{Title: "Kontroll"}, report, problemTable(ctx, report))})
	for _, want := range []string{"2 feil", "ansvar for informasjonssikkerheten", "flere feil enn vi viser", `data-color="danger"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "Loggen er hel") {
		t.Error("a broken log is said to be whole")
	}
}

func TestTokenTable_tellsWhichAreLive(t *testing.T) {
	t.Parallel()
	ctx, now := in(t, i18n.NB), time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	later, earlier := store.At(now.Add(time.Hour)), store.At(now.Add(-time.Hour))
	list := []access.Token{
		{ID: "live", Role: access.Auditor, ExpiresAt: later},
		{ID: "expired", Role: access.Auditor, ExpiresAt: store.At(now), LastUsedAt: earlier},
		{ID: "revoked", Role: access.Auditor, ExpiresAt: later, RevokedAt: earlier},
	}
	table := tokenTable(ctx, list, nil, now, func(access.Token) bool { return true })
	for i, want := range []struct{ status, href, used string }{
		{"Gjelder", "/admin/tokens/live/revoke", "Aldri"}, {"Gått ut", "", "23. november 2026 kl. 08.00"}, {"Trukket tilbake", "", "Aldri"},
	} {
		cells := table.Rows[i].Cells
		if got := rendered(ctx, t, cells[5]); !strings.Contains(got, want.status) {
			t.Errorf("%s: status %q", list[i].ID, got)
		}
		if cells[6].Href != want.href || cells[4].Text != want.used {
			t.Errorf("%s: %q, used %q", list[i].ID, cells[6].Href, cells[4].Text)
		}
	}
	if table := tokenTable(ctx, list, nil, now, func(access.Token) bool { return false }); table.Rows[0].Cells[6].Href != "" {
		t.Error("one that she may not revoke has a link for it")
	}
}

func TestGrantTable_tellsUntilWhen(t *testing.T) {
	t.Parallel()
	ctx := in(t, i18n.EN)
	m := Member{Person: identity.Person{ID: "p"}, Grants: []access.Grant{
		{ID: "a", Role: access.Auditor, From: clock.NewDate(2026, 11, 23)},
		{ID: "b", Role: access.CaseWorker, Department: "d", From: clock.NewDate(2026, 11, 23), To: clock.NewDate(2026, 12, 24)},
	}}
	units := []Unit{{Department: tenant.Department{ID: "d", Name: "School"}, Path: "School"}}
	table := grantTable(ctx, m, units, func(g access.Grant) bool { return g.Department != "" })
	var got [][]string
	for _, row := range table.Rows {
		got = append(got, []string{row.Cells[0].Text, row.Cells[1].Text, row.Cells[3].Text, row.Cells[4].Href})
	}
	want := [][]string{
		{"Auditor", "The whole municipality", "Until further notice", ""},
		{"Case worker", "School", "24 December 2026", "/admin/staff/p/roles/b/revoke"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDepartmentTable_linksToWhatOneManages(t *testing.T) {
	t.Parallel()
	ctx := in(t, i18n.NB)
	units := tree([]tenant.Department{
		{ID: "a", Name: "Oppvekst"}, {ID: "b", Name: "Skole", ParentID: "a", Email: "s@k.no"}, {ID: "c", Name: "Gammel", Ended: true},
	})
	table := departmentTable(ctx, units, func(u Unit) bool { return u.ID != "a" })
	var got [][]string
	for _, row := range table.Rows {
		got = append(got, []string{row.Cells[0].Text, row.Cells[0].Href, row.Cells[1].Text, row.Cells[2].Text})
	}
	want := [][]string{{"Oppvekst", "", "–", "–"}, {"Skole", "/admin/departments/b", "Oppvekst", "s@k.no"}, {"Gammel", "", "–", "–"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMemberOptions_tellPeopleApart(t *testing.T) {
	t.Parallel()
	ctx := in(t, i18n.NB)
	got := memberOptions(ctx, []Member{
		{Person: identity.Person{ID: "1", Name: identity.Name{Given: "Kari", Family: "Vik"}}, Grants: []access.Grant{{Role: access.Auditor}}},
		{Person: identity.Person{ID: "2"}},
	})
	want := []ui.Option{{Value: "1", Label: "Kari Vik (Kontrollør)"}, {Value: "2", Label: "Navn ikke kjent"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPlace_tellsTheWholeMunicipalityFromNothingChosen(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]struct {
		place string
		wrong int
	}{"": {"", 1}, " ": {"", 1}, wholeTown: {"", 0}, "d1": {"d1", 0}} {
		var w wrong
		if got := place(posted(t, "department", value), "department", &w); got != want.place || len(w) != want.wrong {
			t.Errorf("%q: %q, %v", value, got, w)
		}
	}
}

func TestDate_mayBeLeftOpen(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]struct {
		date  clock.Date
		wrong int
	}{"": {clock.Date{}, 0}, "2026-12-24": {clock.NewDate(2026, 12, 24), 0}, "24.12.2026": {clock.Date{}, 1}, "2026-02-30": {clock.Date{}, 1}} {
		var w wrong
		if got := date(posted(t, "from", value), "from", &w); got != want.date || len(w) != want.wrong {
			t.Errorf("%q: %v, %v", value, got, w)
		}
	}
}

func TestNumber_isZeroWhenItIsNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"": 0, "x": 0, "7": 7, "7.5": 0, "99999999999999999999": 0} {
		if got := number(text); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func posted(t *testing.T, name, value string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(url.Values{name: {value}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// What somebody was refused is told in words, as far as there are any.
func TestLog_namesWhatWasRefused(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), texts(t).For(i18n.NB))
	entry := audit.LookEntry{Entry: audit.Entry{Action: "access.denied"}, Details: map[string]string{"permission": string(access.TenantTheme)}}
	page := LogPage{Permissions: map[string]string{string(access.TenantTheme): "access.permission.tenant_theme"}}
	told := strings.Join(what(ctx, entry, page), "\n")
	if !strings.Contains(told, "Bestemme fargen") || strings.Contains(told, "tenant.theme") {
		t.Errorf("the log says %q", told)
	}
	if told = strings.Join(what(ctx, entry, LogPage{}), "\n"); !strings.Contains(told, "tenant.theme") {
		t.Errorf("what nobody describes: %q", told)
	}
}
