package ogc

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// BenchmarkItems gives pages of a thousand features through the whole edge, over and
// over the same one, and each time another.
func BenchmarkItems(b *testing.B) {
	w := one(b)
	plots := parcels(20_000)
	for i := range plots { // as large as a municipality is
		plots[i].Geometry = square(east+float64(i%140)*50, north+float64(i/140)*40, 30)
	}
	w.bring(layers.Layer{Name: "many", Public: true, Geometry: "polygon"}, plots...)
	ask := func(b *testing.B, path, encoding string) int {
		b.Helper()
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+host+path, nil)
		r.Header.Set("Accept-Encoding", encoding)
		rec := httptest.NewRecorder()
		w.site.ServeHTTP(rec, r)
		if rec.Code != http.StatusOK {
			b.Fatal(rec.Code, rec.Body.String())
		}
		return rec.Body.Len()
	}
	n := 0
	another := func(more string) string {
		n++
		return "/geo/collections/many/items?limit=1000&cursor=" + cursor{after: fmt.Sprintf("%x", n%19_000), generation: 1, matched: 20_000}.String() + more
	}
	for _, tt := range []struct {
		name string
		path func() string
	}{
		{"same", func() string { return "/geo/collections/many/items?limit=1000" }},
		{"another", func() string { return another("") }},
		{"own", func() string { return another("&crs=EPSG:25832") }},
		{"filter", func() string { return another("&filter=number%3E0") }},
		{"one", func() string { n++; return fmt.Sprintf("/geo/collections/many/items/p%04d", n%9999+1) }},
		{"box", func() string {
			n++
			return fmt.Sprintf("/geo/collections/many/items?bbox=9.01,58.65,%.6f,58.66", 9.02+float64(n%1000)*1e-6)
		}},
	} {
		for _, encoding := range []string{"identity", "gzip"} {
			b.Run(tt.name+"/"+encoding, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					b.SetBytes(int64(ask(b, tt.path(), encoding)))
				}
			})
		}
	}
}

// BenchmarkTile gives a tile that was made before.
func BenchmarkTile(b *testing.B) {
	w := one(b)
	path := tileUnder(w, 14)
	b.ReportAllocs()
	for b.Loop() {
		if p := w.get(path, "Accept-Encoding", "gzip"); p.Status != http.StatusOK {
			b.Fatal(p.Status)
		}
	}
}
