package app_test

import (
	"go/ast"
	"go/parser"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// Where the house style stops. Lint warns well before.
const (
	longestFile     = 600
	longestFunction = 100
)

func TestStyle_filesAndFunctionsStopSomewhere(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t, parser.SkipObjectResolution) {
		if strings.HasSuffix(s.path, "_templ.go") {
			continue // generated; its source is a .templ file
		}
		if lines := s.set.File(s.file.Pos()).LineCount(); lines > longestFile {
			t.Errorf("internal/%s has %d lines, at most %d", s.path, lines, longestFile)
		}
		for _, declaration := range s.file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
			if lines > longestFunction {
				t.Errorf("internal/%s: %s has %d lines, at most %d", s.path, f.Name.Name, lines, longestFunction)
			}
		}
	}
}

func TestStyle_everyPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, s := range sources(t, parser.ParseComments) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		folder := path.Dir(s.path)
		documented[folder] = documented[folder] || s.file.Doc != nil
	}
	for _, folder := range slices.Sorted(maps.Keys(documented)) {
		if !documented[folder] {
			t.Errorf("the package internal/%s has no doc comment", folder)
		}
	}
}

// texts reads one language of a messages folder: errs_nb.toml and nb.toml are
// both bokmål. Keys are flattened to dotted ones.
func texts(t *testing.T, folder, lang string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"+lang+".toml"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range files {
		var tree map[string]any
		if _, err := toml.DecodeFile(file, &tree); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		flatten(all, "", tree)
	}
	return all
}

// plural are the forms of one message: languages need not have the same ones.
var plural = []string{"zero", "one", "two", "few", "many", "other", "description"}

func flatten(into map[string]string, prefix string, tree map[string]any) {
	for key, value := range tree {
		name := key
		if prefix != "" {
			name = prefix + "." + key
		}
		switch value := value.(type) {
		case map[string]any:
			flatten(into, name, value)
		case string:
			if prefix != "" && slices.Contains(plural, key) {
				name = prefix
			}
			into[name] = value
		}
	}
}

func TestStyle_everyMessageIsThereInThreeLanguages(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir("..", func(folder string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || d.Name() != "messages" {
			return err
		}
		bokmål := texts(t, folder, "nb")
		if len(bokmål) == 0 {
			t.Errorf("%s has no bokmål", folder)
		}
		for _, lang := range []string{"nn", "en"} {
			compareTexts(t, folder, lang, bokmål, texts(t, folder, lang))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func compareTexts(t *testing.T, folder, lang string, want, have map[string]string) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if strings.TrimSpace(have[key]) == "" {
			t.Errorf("%s: %q is missing in %s", folder, key, lang)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(have)) {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: %q is in %s and not in nb", folder, key, lang)
		}
	}
}

// private finds what names one machine or a place to fetch packages from. The
// pattern is put together from pieces, or it would find itself.
var private = regexp.MustCompile("(?i)(^|[\\s\"'`=:(])/(wo" + "rk/(main|shared|notes|[.])|ro" + "ot/|ho" + "me/[a-z]+/|Us" + "ers/[a-z]+/)" +
	`|\b(registry\.np` + `mjs|proxy\.gol` + `ang|artif` + `actory|npm\.pkg\.git` + `hub)\b`)

// committed lists the files that git knows or would take.
func committed(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestStyle_noFileNamesAMachine(t *testing.T) {
	t.Parallel()
	for _, name := range committed(t) {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			continue // removed, and not yet in the index
		}
		if strings.ContainsRune(string(text[:min(len(text), 8000)]), 0) {
			continue // not a text
		}
		for i, line := range strings.Split(string(text), "\n") {
			if found := private.FindString(line); found != "" && len(line) < 2000 {
				t.Errorf("%s:%d names a machine or a registry: %q", name, i+1, found)
			}
		}
	}
}

func TestStyle_findsWhatIsPrivate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`open("/wo` + `rk/main/go.mod")`:              true,
		`r.Page("GET /work/{id}", access.CaseRead)`:   false,
		"see /ro" + "ot/.cache":                       true,
		`"https://registry.np` + `mjs.org/x/-/x.tgz"`: true,
		"GOPROXY=https://proxy.gol" + "ang.org":       true,
		"r.Page(\"GET /staff/work/{id}\"":             false,
		"the home/away pages and /workplace":          false,
		"/usr/lib/postgresql/15/bin, /tmp, /etc":      false,
	} {
		if got := private.MatchString(text); got != want {
			t.Errorf("%q: private %t, want %t", text, got, want)
		}
	}
}
