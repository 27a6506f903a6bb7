package sosi

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

func anyCRS(int) bool { return true }

func TestReader_readsRealFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		features, crs int
		warnings      string
	}{
		"buer.sos":      {21, 25832, "charset_wrong end_missing"},
		"fastmerke.sos": {1, 25832, "charset_wrong end_missing heights_dropped"},
		"flate_oy.sos":  {11, 25835, ""},
		"flatetest.sos": {5, 25835, "heights_dropped"},
		"kurvetest.sos": {1, 27395, ""},
		"punkttest.sos": {1, 27395, ""},
		"testfile1.sos": {5, 27395, "heights_dropped"},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, size := exchangetest.Open(t, "sosi/"+name)
			r, err := NewReader(file, size, exchange.Options{Accepts: anyCRS})
			if err != nil {
				t.Fatal(err)
			}
			features := exchangetest.All(t, r)
			for _, p := range r.Report().Problems {
				t.Errorf("%+v", p)
			}
			if len(features) != want.features || r.Info().CRS != want.crs || r.Info().Count != len(features) {
				t.Errorf("%d features in EPSG:%d, %d counted", len(features), r.Info().CRS, r.Info().Count)
			}
			if got := exchangetest.Keys(r.Report().Warnings); got != want.warnings {
				t.Errorf("warnings %q, want %q", got, want.warnings)
			}
		})
	}
}

func TestReader_agreesWithGDAL(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"buer.sos":      {"lines"},
		"fastmerke.sos": {"points"},
		"flate_oy.sos":  {"polygons", "lines"},
		"flatetest.sos": {"polygons", "lines"},
	}
	for name, layers := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, size := exchangetest.Open(t, "sosi/"+name)
			r, err := NewReader(file, size, exchange.Options{Accepts: anyCRS})
			if err != nil {
				t.Fatal(err)
			}
			ours := exchangetest.Geometries(exchangetest.All(t, r))
			theirs := exchangetest.GDAL(t, forGDAL(t, name), layers...)
			exchangetest.SameSet(t, ours, theirs, 0.011)
		})
	}
}

var tegnsett = regexp.MustCompile(`\.\.TEGNSETT[^\r\n]*`)

// forGDAL writes a file as GDAL's reader wants it: in Latin-1 that the head tells,
// with an end.
func forGDAL(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(geotest.Data(t, "sosi/"+name))
	if err != nil {
		t.Fatal(err)
	}
	return inLatin1(t, name, data)
}

func inLatin1(t *testing.T, name string, data []byte) string {
	t.Helper()
	text := strings.TrimPrefix(string(data), "\uFEFF")
	text = tegnsett.ReplaceAllString(text, "..TEGNSETT ISO8859-1")
	if !strings.Contains(text, ".SLUTT") {
		text += "\n.SLUTT"
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n") + "\r\n"
	latin, err := charmap.ISO8859_1.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(latin), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
