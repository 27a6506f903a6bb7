package ui

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

// AssetPrefix is the path that Assets is mounted under, with both slashes.
const AssetPrefix = "/assets/"

//go:embed all:dist
var dist embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Messages returns the texts of the components (prefix "ui.").
func Messages() fs.FS { return messages }

// manifest maps the names pages use to the hashed files of the bundle. On a
// clone where the bundle was not built it is empty and pages stand unstyled.
var manifest = sync.OnceValue(func() map[string]string { return readManifest(distFiles()) })

func distFiles() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("ui: embedded dist: " + err.Error())
	}
	return sub
}

func readManifest(files fs.FS) map[string]string {
	entries := map[string]string{}
	text, err := fs.ReadFile(files, "manifest.json")
	if err != nil {
		return entries
	}
	if err := json.Unmarshal(text, &entries); err != nil {
		return map[string]string{}
	}
	return entries
}

// AssetURL returns the address of a bundled file ("app.css", "app.js"), or ""
// when the bundle was not built.
func AssetURL(name string) string {
	file := manifest()[name]
	if file == "" {
		return ""
	}
	return AssetPrefix + file
}

// Assets serves the bundled files under AssetPrefix. Their names carry a hash
// of their content, so browsers keep them for ever.
func Assets() http.Handler { return assetHandler{files: distFiles()} }

type assetHandler struct{ files fs.FS }

// ServeHTTP implements http.Handler.
func (a assetHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), AssetPrefix)
	if !isPublicAsset(name) {
		http.NotFound(w, r)
		return
	}
	a.serve(w, r, name, "public, max-age=31536000, immutable")
}

func (a assetHandler) serve(w http.ResponseWriter, r *http.Request, name, caching string) {
	file := name
	if _, err := fs.Stat(a.files, name+".gz"); err == nil {
		w.Header().Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			w.Header().Set("Content-Encoding", "gzip")
			file = name + ".gz"
		}
	}
	content, err := fs.ReadFile(a.files, file)
	if err != nil {
		w.Header().Del("Content-Encoding")
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", assetType(name))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", caching)
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(content) //nolint:gosec // our own embedded files; and if the visitor has gone away there is nobody to tell
}

// ServiceWorker serves the worker that shows the offline page. It must lie at
// the root ("/sw.js") to see every page, and must not be kept for long.
func ServiceWorker() http.Handler {
	files := distFiles()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assetHandler{files: files}.serve(w, r, "sw.js", "no-cache")
	})
}

// isPublicAsset keeps the manifest, the packed copies and the worker out of
// the hashed space.
func isPublicAsset(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.HasPrefix(name, ".") &&
		name != "manifest.json" && name != "sw.js" && !strings.HasSuffix(name, ".gz")
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding == "gzip" || coding == "*" {
			return strings.ReplaceAll(weight, " ", "") != "q=0"
		}
	}
	return false
}

// assetType does not ask the machine's tables, which differ.
func assetType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		return "application/octet-stream"
	}
}
