package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPackageOf_findsTheOwner(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		"node_modules/@digdir/designsystemet-css/dist/src/index.css": "@digdir/designsystemet-css",
		"node_modules/u-details/index.js":                            "u-details",
		"../x/node_modules/a/node_modules/b/c.js":                    "a",
		"src/app.ts": "",
	} {
		got, ok := packageOf(input)
		if got != want || ok != (want != "") {
			t.Errorf("packageOf(%q) = %q, %v", input, got, ok)
		}
	}
}

func TestDescribe_namesEntriesOnly(t *testing.T) {
	t.Parallel()
	manifest, inputs := map[string]string{}, map[string]bool{}
	err := describe(`{"outputs": {
		"build/app-AAA.js": {"entryPoint": "src/app.ts", "inputs": {"src/app.ts": {}, "node_modules/x/a.js": {}}},
		"build/app-BBB.css": {"entryPoint": "src/css/app.css", "inputs": {}},
		"build/chunk-CCC.js": {"inputs": {}},
		"build/inter-DDD.woff2": {"inputs": {"node_modules/@f/inter/i.woff2": {}}}}}`, manifest, inputs)
	if err != nil {
		t.Fatal(err)
	}
	if len(manifest) != 2 || manifest["app.js"] != "app-AAA.js" || manifest["app.css"] != "app-BBB.css" {
		t.Errorf("manifest %v", manifest)
	}
	if len(inputs) != 2 || !inputs["x"] || !inputs["@f/inter"] {
		t.Errorf("inputs %v", inputs)
	}
	if err := describe("no json", manifest, inputs); err == nil {
		t.Error("no error for a broken metafile")
	}
}

func TestLicence_fallsBackOnPackageJSON(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if _, err := licence(folder); err == nil {
		t.Error("an empty package has a licence")
	}
	put(t, folder, "package.json", `{"license": "MIT", "author": "Somebody"}`)
	text, err := licence(folder)
	if err != nil || !strings.Contains(string(text), "MIT") || !strings.Contains(string(text), "Somebody") {
		t.Errorf("%s, %v", text, err)
	}
	put(t, folder, "LICENSE", "the whole text")
	if text, err = licence(folder); err != nil || string(text) != "the whole text" {
		t.Errorf("%s, %v", text, err)
	}
	bare := t.TempDir()
	put(t, bare, "package.json", `{}`)
	if _, err := licence(bare); err == nil {
		t.Error("a package that names no licence passed")
	}
}

func put(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPack_packsTextOnly(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat("body{}", 1000))
	packed, err := pack("app.css", text)
	if err != nil || len(packed) == 0 || len(packed) >= len(text) {
		t.Fatalf("%d bytes, %v", len(packed), err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
		t.Errorf("unpacked %d bytes, %v", len(got), err)
	}
	if packed, err := pack("font.woff2", text); packed != nil || err != nil {
		t.Errorf("a font was packed: %v", err)
	}
}

func TestBundle_needsThePackages(t *testing.T) {
	t.Parallel()
	if _, err := bundle(t.TempDir()); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("error %v", err)
	}
}

// TestBundle_isTheSameTwice builds into a folder of its own, over leftovers.
func TestBundle_isTheSameTwice(t *testing.T) {
	t.Parallel()
	root := withFrontend(t)
	target := filepath.Join(root, "internal", "platform", "ui", "dist")
	if err := os.MkdirAll(target, 0o750); err != nil {
		t.Fatal(err)
	}
	put(t, target, "old-HASH.js", "old")
	put(t, target, ".gitkeep", "")
	if _, err := bundle(root); err != nil {
		t.Fatal(err)
	}
	first := read(t, target)
	if _, err := bundle(root); err != nil {
		t.Fatal(err)
	}
	second := read(t, target)
	for name, text := range first {
		if second[name] != text {
			t.Errorf("%s differs from build to build", name)
		}
	}
	if first["old-HASH.js"] != "" || len(first) != len(second) {
		t.Error("leftovers remain")
	}
	checkContents(t, first)
}

func checkContents(t *testing.T, files map[string]string) {
	t.Helper()
	var manifest map[string]string
	if err := json.Unmarshal([]byte(files["manifest.json"]), &manifest); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.js", "app.css", "sw.js", "map.js", "map.css", "mapworker.js"} {
		if files[manifest[name]] == "" || files[manifest[name]+".gz"] == "" {
			t.Errorf("%s is %q, which is missing or not packed", name, manifest[name])
		}
	}
	if strings.Contains(files[manifest["app.js"]], "maplibre") || len(files[manifest["mapworker.js"]]) < 100_000 {
		t.Error("the map is not in files of its own")
	}
	if _, ok := files[".gitkeep"]; !ok {
		t.Error(".gitkeep is gone")
	}
	for name, text := range files {
		if strings.Contains(text, "sourceMappingURL") {
			t.Errorf("%s names a source map", name)
		}
	}
	for _, owner := range []string{"@digdir/designsystemet-css", "@fontsource-variable/inter", "SIL OPEN FONT LICENSE", "maplibre-gl"} {
		if !strings.Contains(files["licenses.txt"], owner) {
			t.Errorf("licenses.txt says nothing of %s", owner)
		}
	}
}

// withFrontend returns a root that shares the real frontend.
func withFrontend(t *testing.T) string {
	t.Helper()
	frontend, err := filepath.Abs("../../frontend")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(frontend, "node_modules")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("npm ci was not run in frontend: %v", err)
		}
		t.Skip("npm ci was not run in frontend")
	}
	root := t.TempDir()
	if err := os.Symlink(frontend, filepath.Join(root, "frontend")); err != nil {
		t.Fatal(err)
	}
	return root
}

func read(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}
