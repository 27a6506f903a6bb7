package tenant_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// shared is where the official lists lie, outside the repository; seen from its root.
const shared = "../shared/data/kommuner/"

func official(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../..", shared, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("not there: " + shared + name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestNational_isTheListOf2024(t *testing.T) {
	t.Parallel()
	list := tenant.National()
	if len(list) != 357 {
		t.Errorf("%d municipalities, want 357", len(list))
	}
	forms := map[tenant.Form]int{}
	counties := map[string]int{}
	for i, m := range list {
		forms[m.Form]++
		counties[m.County]++
		if len(m.Number) != 4 || m.Name == "" || m.County == "" {
			t.Errorf("row %d: %+v", i, m)
		}
		if i > 0 && list[i-1].Number >= m.Number {
			t.Errorf("%s comes after %s", m.Number, list[i-1].Number)
		}
	}
	if len(counties) != 15 || counties["Oslo"] != 1 {
		t.Errorf("counties: %v", counties)
	}
	want := map[tenant.Form]int{tenant.Bokmaal: 119, tenant.Nynorsk: 88, tenant.Neutral: 150}
	if diff := cmp.Diff(want, forms); diff != "" {
		t.Errorf("language forms (-want +got)\n%s", diff)
	}
}

func TestNational_hasTheOfficialFormsAndNames(t *testing.T) {
	t.Parallel()
	var rows []struct {
		Number    string `json:"id"`
		Name      string `json:"name"`
		Norwegian string `json:"name_no"`
		Form      string `json:"language"`
	}
	if err := json.Unmarshal(official(t, "municipalities.json"), &rows); err != nil {
		t.Fatal(err)
	}
	form := map[string]tenant.Form{"Bokmål": tenant.Bokmaal, "Nynorsk": tenant.Nynorsk, "Nøytral": tenant.Neutral}
	for _, row := range rows {
		m, err := tenant.Find(row.Number)
		if err != nil {
			t.Error(err)
			continue
		}
		local := ""
		if row.Name != row.Norwegian {
			local = row.Name
		}
		if m.Name != row.Norwegian || m.Local != local || m.Form != form[row.Form] {
			t.Errorf("%+v, want %+v", m, row)
		}
	}
	if len(rows) != 357 {
		t.Errorf("the official list has %d rows", len(rows))
	}
}

func TestNational_hasTheOfficialNumbersAndCounties(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(string(official(t, "kommuner-2024.csv"))), "\n")[1:]
	if len(lines) != 357 {
		t.Errorf("the official list has %d rows", len(lines))
	}
	for _, line := range lines {
		f := strings.Split(strings.TrimSpace(line), ";")
		m, err := tenant.Find(f[0])
		if err != nil {
			t.Error(err)
			continue
		}
		// Parallel names stand after a dash, a county in brackets: "Herøy (Nordland)".
		first, _, _ := strings.Cut(f[1], " - ")
		county, _, _ := strings.Cut(f[3], " - ")
		first = strings.TrimSuffix(first, " ("+county+")")
		if m.County != county || m.Name != first && m.Local != first {
			t.Errorf("%+v, want %q in %q", m, first, county)
		}
	}
}

func TestNational_slugsAreUniqueAndPlain(t *testing.T) {
	t.Parallel()
	plain := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]string{}
	for _, m := range tenant.National() {
		slug := m.Slug()
		if !plain.MatchString(slug) || len(slug) > 63 { // RFC 1035 section 2.3.4
			t.Errorf("%s %s: %q", m.Number, m.Name, slug)
		}
		if other, ok := seen[slug]; ok {
			t.Errorf("%s and %s are both %q", other, m.Number, slug)
		}
		seen[slug] = m.Number
	}
	for slug, number := range map[string]string{
		"oslo": "0301", "kristiansand": "4204",
		"heroy-more-og-romsdal": "1515", "heroy-nordland": "1818",
		"valer-ostfold": "3114", "valer-innlandet": "3419",
	} {
		if seen[slug] != number {
			t.Errorf("%q is %q, want %q", slug, seen[slug], number)
		}
	}
}

func TestFind_byNumber(t *testing.T) {
	t.Parallel()
	m, err := tenant.Find("4204")
	if err != nil || m.Name != "Kristiansand" || m.County != "Agder" {
		t.Errorf("%+v, %v", m, err)
	}
	for _, number := range []string{"", "9999", "1001", "420", "Kristiansand"} {
		if _, err := tenant.Find(number); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("%q: %v", number, err)
		}
	}
}

func TestSlug_table(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Kristiansand":            "kristiansand",
		"Ærøskøbing":              "aeroskobing",
		"Våler":                   "valer",
		"Møre og Romsdal":         "more-og-romsdal",
		"Kárášjohka":              "karasjohka",
		"Guovdageaidnu":           "guovdageaidnu",
		"Unjárga – Nesseby":       "unjarga-nesseby",
		"Gáivuotna":               "gaivuotna",
		"Porsáŋgu":                "porsangu",
		"Deatnu, Ŧuođđar & Čužžu": "deatnu-tuoddar-cuzzu",
		"Aarborte / Hattfjelldal": "aarborte-hattfjelldal",
		"Raarvihke  Røyrvik":      "raarvihke-royrvik",
		"Snåase":                  "snaase",
		"Porsanki-ÄÖÜ é":          "porsanki-aou-e",
		"--x--":                   "x",
		"7 sør":                   "7-sor",
		"":                        "",
		"北京":                      "",
	} {
		got := tenant.Slug(name)
		if got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
		if tenant.Slug(got) != got {
			t.Errorf("the slug %q is no slug", got)
		}
	}
}

func FuzzSlug(f *testing.F) {
	for _, s := range []string{"Våler", "Kárášjohka", "--", "a\x00b", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		slug := tenant.Slug(name)
		if strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") || strings.Contains(slug, "--") {
			t.Errorf("%q gave %q", name, slug)
		}
	})
}
