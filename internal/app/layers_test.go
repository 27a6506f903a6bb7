package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/torg-no/torg/internal/"

// edges lists, for each service, the services it may import. Platform is open to
// all services; a service that is not a key here does not exist. A new edge is
// a new line here, for somebody to review.
var edges = map[string][]string{
	"appeals":      {"cases", "deadlines"},
	"applications": {"cases"},
	"around":       {"cases", "property"},
	"bench":        {},
	"cases":        {},
	"casework":     {"cases"},
	"conference":   {"building", "cases", "property"},
	"deadlines":    {"cases"},
	"forecast":     {"cases"},
	"kindergarten": {"applications", "cases", "units"},
	"maps":         {"property"},
	"mypage":       {"applications", "cases"},
	"neighbours":   {"applications", "cases", "property"},
	"staff":        {},
	"school":       {"cases", "units"},
	"nursing":      {"cases", "units"},
	"building":     {"applications", "cases", "property"},
	"printout":     {"cases"},
	"property":     {},
	"retention":    {"cases"},
	"units":        {"cases"},
	"demo":         {"appeals", "applications", "building", "cases", "casework", "conference", "kindergarten", "mypage", "neighbours", "nursing", "property", "school", "staff", "units"},
}

// floors are the packages of platform, the lowest first. A package imports its
// own floor and those below, never one above. A folder below a package may lie on a
// floor of its own.
var floors = [][]string{
	{"clock", "deadline", "errs", "geo", "i18n", "ids", "pdf"},
	{"store"},
	{"keys", "tenant"},
	{"identity"},
	{"access"},
	{"audit"},
	{"jobs"},
	{"arkivmelding", "blob", "contact", "forms", "geo/layers", "scan", "staging"},
	{"module", "ui", "web"},
	{"geo/ogc", "notify"}, // have pages of their own: the open map data; the print room, the proof of what was sent
}

// aside are imports that the floors allow and that we do not want: components
// are drawn from what they are given and know nothing of requests.
var aside = map[string][]string{"ui": {"web", "module"}}

// free are packages that may import everything: app wires the product, apptest
// starts it for tests.
var free = []string{"app", "apptest"}

type source struct {
	path string // from internal: platform/store/db.go
	file *ast.File
	set  *token.FileSet
}

// sources parses all Go files of internal, generated ones too.
func sources(t *testing.T, mode parser.Mode) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, mode)
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(path)[len("../"):], file, set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("found only %d files: this test must run in internal/app", len(all))
	}
	return all
}

// imports lists what a file imports of ours, from internal: platform/store.
func (s source) imports() []string {
	var ours []string
	for _, spec := range s.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if to, ok := strings.CutPrefix(path, module); ok && err == nil {
			ours = append(ours, to)
		}
	}
	return ours
}

// top is the first folder of a path: platform/store/db.go → platform.
func top(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}

// platformPackage is the package of platform that a path lies in, or "".
func platformPackage(path string) string {
	rest, ok := strings.CutPrefix(path, "platform/")
	if !ok {
		return ""
	}
	if parts := strings.SplitN(rest, "/", 3); len(parts) > 1 && floor(parts[0]+"/"+parts[1]) >= 0 {
		return parts[0] + "/" + parts[1] // on a floor of its own
	}
	return top(rest)
}

// forTests reports whether code exists for tests only; such code may reach up,
// since the product never imports it.
func forTests(path string) bool {
	if strings.HasSuffix(path, "_test.go") {
		return true
	}
	return slices.ContainsFunc(strings.Split(path, "/"), func(folder string) bool {
		return folder != "apptest" && strings.HasSuffix(folder, "test")
	})
}

// floor is how high a package of platform lies, -1 when it is not listed.
func floor(name string) int {
	return slices.IndexFunc(floors, func(names []string) bool { return slices.Contains(names, name) })
}

// refuse says why one file may not import another package of ours, or "".
func refuse(from, to string) string {
	switch home, target := top(from), top(to); {
	case slices.Contains(free, home):
		return ""
	case slices.Contains(free, target):
		return "nobody but app and apptest imports them"
	case home == "platform":
		return refusePlatform(platformPackage(from), platformPackage(to))
	case edges[home] == nil:
		return home + " is not in the table of services"
	case target == "platform", target == home, slices.Contains(edges[home], target):
		return ""
	default:
		return home + " may import platform, itself and " + strings.Join(edges[home], ", ")
	}
}

func refusePlatform(from, to string) string {
	switch {
	case to == "":
		return "platform knows no service"
	case from == to:
		return ""
	case floor(from) < 0:
		return from + " is not in the table of floors"
	case floor(to) < 0:
		return to + " is not in the table of floors"
	case floor(to) > floor(from):
		return to + " lies on a higher floor than " + from
	case slices.Contains(aside[from], to):
		return from + " must not know " + to
	default:
		return ""
	}
}

func TestLayers(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t, parser.ImportsOnly) {
		if forTests(s.path) {
			continue
		}
		for _, to := range s.imports() {
			if why := refuse(s.path, to); why != "" {
				t.Errorf("internal/%s imports %s: %s", s.path, to, why)
			}
			if forTests(to+"/x.go") && top(s.path) != "apptest" {
				t.Errorf("internal/%s imports %s, which is for tests", s.path, to)
			}
		}
	}
}

func TestLayers_refusesTheForbidden(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to string
		allowed  bool
	}{
		{"app/wire.go", "kindergarten", true},
		{"apptest/start.go", "app", true},
		{"kindergarten/service.go", "cases", true},
		{"kindergarten/service.go", "platform/store", true},
		{"kindergarten/rules/age.go", "kindergarten", true},
		{"platform/web/routes.go", "platform/ui", true},
		{"platform/store/storetest/each.go", "platform/store", true},
		{"cases/service.go", "kindergarten", false},
		{"staff/http.go", "cases", false},
		{"cases/service.go", "app", false},
		{"platform/store/db.go", "cases", false},
		{"platform/store/db.go", "platform/tenant", false},
		{"platform/forms/draft.go", "platform/web", false},
		{"platform/ui/page.go", "platform/web", false},
		{"platform/unheard/of.go", "platform/store", false},
		{"unheard/of.go", "platform/store", false},
	}
	for _, tt := range tests {
		if why := refuse(tt.from, tt.to); (why == "") != tt.allowed {
			t.Errorf("%s → %s: allowed %t, want %t (%s)", tt.from, tt.to, why == "", tt.allowed, why)
		}
	}
}

// Every listed service and package is there: the tables tell no tales. Services
// that are still to come are not listed.
func TestLayers_tablesAreTrue(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	for _, s := range sources(t, parser.PackageClauseOnly) {
		have[top(s.path)] = true
		have["platform/"+platformPackage(s.path)] = true
	}
	for service := range edges {
		if !have[service] {
			t.Errorf("the service %s is in the table and not in internal", service)
		}
	}
	for _, names := range floors {
		for _, name := range names {
			if !have["platform/"+name] {
				t.Errorf("the package %s is in the table and not in internal/platform", name)
			}
		}
	}
}
