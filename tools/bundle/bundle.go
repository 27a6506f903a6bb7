package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

type size struct {
	name          string
	bytes, packed int
}

// bundle builds everything anew; what an earlier run left is removed.
func bundle(root string) ([]size, error) {
	source, target := filepath.Join(root, "frontend"), filepath.Join(root, "internal", "platform", "ui", "dist")
	absolute, err := filepath.Abs(source)
	if err != nil {
		return nil, fmt.Errorf("find frontend: %w", err)
	}
	if _, err := os.Stat(filepath.Join(absolute, "node_modules")); err != nil {
		return nil, fmt.Errorf("run npm ci in frontend first: %w", err)
	}
	files, packages, err := build(absolute)
	if err != nil {
		return nil, err
	}
	if files["licenses.txt"], err = licences(absolute, packages); err != nil {
		return nil, err
	}
	if err := empty(target); err != nil {
		return nil, err
	}
	return write(target, files)
}

// build returns the output files by name, with the manifest among them, and the
// npm packages they are made of. The service worker keeps its name: browsers know it
// by its address. The map and its worker are files of their own, which only the map
// page asks for.
func build(frontend string) (files map[string][]byte, packages []string, err error) {
	results := []api.BuildResult{
		api.Build(options(frontend, "[name]-[hash]", "src/app.ts", "src/css/app.css", "src/map.ts", "src/css/map.css")),
		api.Build(options(frontend, "[name]", "src/sw.ts")),
		api.Build(whole(options(frontend, "[name]-[hash]", "src/mapworker.ts"))),
	}
	files = map[string][]byte{}
	manifest, inputs := map[string]string{}, map[string]bool{}
	for _, result := range results {
		if len(result.Errors) > 0 {
			return nil, nil, problems(result.Errors)
		}
		for _, f := range result.OutputFiles {
			files[filepath.Base(f.Path)] = f.Contents
		}
		if err := describe(result.Metafile, manifest, inputs); err != nil {
			return nil, nil, err
		}
	}
	if files["manifest.json"], err = json.MarshalIndent(manifest, "", "  "); err != nil {
		return nil, nil, fmt.Errorf("write manifest: %w", err)
	}
	return files, sortedKeys(inputs), nil
}

func options(frontend, names string, entries ...string) api.BuildOptions {
	return api.BuildOptions{
		AbsWorkingDir: frontend, EntryPoints: entries, Outdir: filepath.Join(frontend, "build"),
		EntryNames: names, AssetNames: "[name]-[hash]", ChunkNames: "[name]-[hash]",
		Bundle: true, Metafile: true, Write: false, Format: api.FormatESModule, Splitting: len(entries) > 1,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		Target: api.ES2022, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
		Loader: map[string]api.Loader{".woff2": api.LoaderFile}, LogLevel: api.LogLevelWarning,
	}
}

// whole keeps what a package claims to have no effect by itself: the map's worker
// is imported for its effects only.
func whole(o api.BuildOptions) api.BuildOptions {
	o.IgnoreAnnotations = true
	return o
}

func problems(messages []api.Message) error {
	return errors.New(strings.Join(api.FormatMessages(messages, api.FormatMessagesOptions{Kind: api.ErrorMessage}), "\n"))
}

// describe reads esbuild's own account of what it made.
func describe(metafile string, manifest map[string]string, inputs map[string]bool) error {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string                     `json:"entryPoint"`
			Inputs     map[string]json.RawMessage `json:"inputs"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return fmt.Errorf("read esbuild's metafile: %w", err)
	}
	for output, about := range meta.Outputs {
		for input := range about.Inputs {
			if name, ok := packageOf(input); ok {
				inputs[name] = true
			}
		}
		if about.EntryPoint == "" || strings.Contains(about.EntryPoint, "node_modules") {
			continue
		}
		entry := path.Base(about.EntryPoint)
		if path.Ext(output) == path.Ext(strings.Replace(entry, ".ts", ".js", 1)) {
			manifest[strings.Replace(entry, ".ts", ".js", 1)] = path.Base(output)
		}
	}
	return nil
}

// packageOf returns the folder of the npm package that a file belongs to.
func packageOf(input string) (string, bool) {
	_, rest, ok := strings.Cut(input, "node_modules/")
	if !ok {
		return "", false
	}
	parts := strings.Split(rest, "/")
	if strings.HasPrefix(parts[0], "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1], true
	}
	return parts[0], true
}

// licences gathers the licence texts of what is bundled, which their licences
// ask to go along.
func licences(frontend string, packages []string) ([]byte, error) {
	var out bytes.Buffer
	for _, name := range packages {
		text, err := licence(filepath.Join(frontend, "node_modules", filepath.FromSlash(name)))
		if err != nil {
			return nil, fmt.Errorf("licence of %s: %w", name, err)
		}
		fmt.Fprintf(&out, "%s\n\n%s\n\n", name, bytes.TrimSpace(text))
	}
	return out.Bytes(), nil
}

// licence falls back on what package.json says for the few packages that carry
// no licence file; one that says nothing may not be bundled.
func licence(folder string) ([]byte, error) {
	found, err := filepath.Glob(filepath.Join(folder, "LICEN[SC]E*"))
	if err != nil {
		return nil, fmt.Errorf("look for the file: %w", err)
	}
	if len(found) > 0 {
		return os.ReadFile(found[0])
	}
	var about struct {
		License string          `json:"license"`
		Author  json.RawMessage `json:"author"`
	}
	text, err := os.ReadFile(filepath.Join(folder, "package.json")) //nolint:gosec // the folder is of an installed package
	if err != nil {
		return nil, fmt.Errorf("read package.json: %w", err)
	}
	if err := json.Unmarshal(text, &about); err != nil {
		return nil, fmt.Errorf("read package.json: %w", err)
	}
	if about.License == "" {
		return nil, errors.New("the package names no licence")
	}
	return fmt.Appendf(nil, "Licence: %s. Author: %s", about.License, about.Author), nil
}

func empty(target string) error {
	if err := os.MkdirAll(target, 0o750); err != nil {
		return fmt.Errorf("make dist: %w", err)
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return fmt.Errorf("list dist: %w", err)
	}
	for _, e := range entries {
		if e.Name() == ".gitkeep" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(target, e.Name())); err != nil {
			return fmt.Errorf("empty dist: %w", err)
		}
	}
	return nil
}

func write(target string, files map[string][]byte) ([]size, error) {
	var sizes []size
	for _, name := range sortedKeys(files) {
		content := files[name]
		if err := os.WriteFile(filepath.Join(target, name), content, 0o644); err != nil { //nolint:gosec // what every visitor gets, everybody may read
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		packed, err := pack(name, content)
		if err != nil {
			return nil, err
		}
		if packed != nil {
			if err := os.WriteFile(filepath.Join(target, name+".gz"), packed, 0o644); err != nil { //nolint:gosec // as above
				return nil, fmt.Errorf("write %s.gz: %w", name, err)
			}
		}
		sizes = append(sizes, size{name: name, bytes: len(content), packed: len(packed)})
	}
	return sizes, nil
}

// pack returns nil for what does not get smaller; fonts are packed already.
func pack(name string, content []byte) ([]byte, error) {
	if !slices.Contains([]string{".js", ".css", ".txt"}, path.Ext(name)) {
		return nil, nil
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("pack %s: %w", name, err)
	}
	if _, err := w.Write(content); err != nil {
		return nil, fmt.Errorf("pack %s: %w", name, err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack %s: %w", name, err)
	}
	return out.Bytes(), nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
