package access

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
)

// letters writes a cell as the first letters of the situations it holds in.
func letters(c MatrixCell) string {
	var out strings.Builder
	for _, s := range Situations() {
		if c.In[s] {
			out.WriteByte(s[0])
		}
	}
	return out.String()
}

func TestMatrix_tellsWhoMayWhat(t *testing.T) {
	t.Parallel()
	m, err := newAccess(t).Matrix(t.Context(), ResidentRole, Administrator, DepartmentHead, CaseWorker, Auditor, SystemRole)
	if err != nil {
		t.Fatal(err)
	}
	got := map[Permission]string{}
	for _, row := range m.Rows {
		cells := make([]string, 0, len(row.Cells))
		for _, c := range row.Cells {
			cells = append(cells, letters(c))
		}
		got[row.Permission.Name] = strings.Join(cells, "|")
	}
	// Own, Assigned, In house, Elsewhere, Protected: resident|administrator|head|case worker|auditor|system
	for name, want := range map[Permission]string{
		"case.read":     "o|o|oaip|oai|o|oaiep",
		"case.decide":   "||aip|ai||",
		"case.log":      "o|o|oaip|o|oai|",
		"role.manage":   "|aip||||oaiep",
		"self.read":     "oaiep|oaiep|oaiep|oaiep|oaiep|oaiep",
		"audit.read":    "||||aip|",
		"draft.write":   "o|o|o|o|o|",
		"document.read": "o|o|oaip|oai|o|oaiep",
	} {
		if got[name] != want {
			t.Errorf("%s: got %s, want %s", name, got[name], want)
		}
	}
}

func TestMatrix_takesAllRolesWhenNoneIsNamed(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	m, err := a.Matrix(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []Role{ResidentRole, Administrator, DepartmentHead, CaseWorker, Auditor, SystemRole}
	if diff := cmp.Diff(want, m.Roles); diff != "" {
		t.Error(diff)
	}
	if len(m.Rows) != len(a.Permissions()) {
		t.Errorf("%d rows", len(m.Rows))
	}
	for _, row := range m.Rows {
		used := false
		for _, c := range row.Cells {
			used = used || !c.Never()
		}
		if !used {
			t.Errorf("nobody ever has %s", row.Permission.Name)
		}
	}
}

func TestMessages_areCompleteInThreeLanguages(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, info := range Base().Permissions {
		keys = append(keys, info.Describe)
	}
	for _, r := range append(Granted(), ResidentRole, SystemRole) {
		keys = append(keys, r.Describe())
	}
	for _, s := range Situations() {
		keys = append(keys, s.Describe())
	}
	first := map[string]string{}
	for _, lang := range []string{"nb", "nn", "en"} {
		texts := map[string]string{}
		text, err := fs.ReadFile(Messages(), "messages/"+lang+".toml")
		if err != nil {
			t.Fatal(err)
		}
		if err := toml.Unmarshal(text, &texts); err != nil {
			t.Fatal(err)
		}
		if lang == "nb" {
			first = texts
		}
		if len(texts) != len(first) {
			t.Errorf("%s has %d texts, nb has %d", lang, len(texts), len(first))
		}
		for key := range first {
			if texts[key] == "" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for _, key := range keys {
			if texts[key] == "" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
}
