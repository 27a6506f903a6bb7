package maps

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

const elsewhere = "https://kart.example.no"

func simply(t *testing.T, scheme Scheme) Style {
	t.Helper()
	photo := layers.Layer{Name: "photo", Kind: layers.Tiles, Geometry: "jpeg", MinZoom: 3, MaxZoom: 17}
	drawn := layers.Layer{Name: "drawn", Kind: layers.Tiles, MaxZoom: 14}
	return Simple(Request{Name: "Torgøy", Scheme: scheme, Color: "#005276", Layers: append(standardLayers(), photo, drawn)}, elsewhere)
}

// Every layer of the map is drawn from one source, whose address is whole, and no id
// stands twice.
func TestSimple_isAStyle(t *testing.T) {
	t.Parallel()
	for _, scheme := range []Scheme{Light, Dark} {
		s := simply(t, scheme)
		ids, drawn := map[string]bool{}, map[string]bool{}
		for _, l := range s.Layers {
			if ids[l.ID] {
				t.Errorf("%s stands twice", l.ID)
			}
			ids[l.ID], drawn[l.SourceLayer] = true, true
			if l.Type != "background" && s.Sources[l.Source].Type == "" {
				t.Errorf("%s has no source %s", l.ID, l.Source)
			}
			if l.Layout["visibility"] != nil {
				t.Errorf("%s is hidden, and nothing can show it", l.ID)
			}
		}
		for _, name := range layers.StandardNames() {
			if !drawn[name] {
				t.Errorf("%s is not drawn", name)
			}
		}
		for name, source := range s.Sources {
			if len(source.Tiles) != 1 || !strings.HasPrefix(source.Tiles[0], elsewhere+"/geo/tiles/") {
				t.Errorf("%s: %v", name, source.Tiles)
			}
		}
		if s.index("ready-photo") < s.index("land") || s.index("ready-photo") > s.index("roads-edge") {
			t.Error("the photo does not lie between the ground and what stands on it")
		}
	}
}

// The style holds nothing that only MapLibre knows.
func TestSimple_isSimple(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(simply(t, Light))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{`"case"`, `"slice"`, `"get"`, `"to-string"`, `"coalesce"`, `"match"`, "fill-pattern", `"geojson"`} {
		if strings.Contains(string(text), word) {
			t.Errorf("%s is there", word)
		}
	}
}

// The rules of a look part its features as they do on the living map.
func TestSimple_filters(t *testing.T) {
	t.Parallel()
	s := simply(t, Light)
	for id, want := range map[string]string{
		"land":                 `null`,
		"roads":                `["any",["==","class","main"]]`,
		"roads-1":              `["any",["==","class","centre"],["==","class","collector"]]`,
		"roads-2":              `["none",["any",["==","class","main"]],["any",["==","class","centre"],["==","class","collector"]]]`,
		"buildings":            `["any",["all",["\u003e=","type",600],["\u003c=","type",699]],["all",["\u003e=","type",700],["\u003c=","type",799]]]`,
		"plan_zones-1":         `["all",["none",["==","proposal",true]],["any",["all",["\u003e=","purpose","1110"],["\u003c=","purpose","1119"]]]]`,
		"plans-edge":           `["==","proposal",true]`,
		"plans-edge-1":         `["none",["==","proposal",true]]`,
		"plan_cautions-edge-1": "",
	} {
		got, err := json.Marshal(s.layer(t, id).Filter)
		if err != nil || want != "" && string(got) != want {
			t.Errorf("%s is for %s, want %s", id, got, want)
		}
	}
	if rule := s.layer(t, "plan_zones-edge"); rule.Paint["line-dasharray"] == nil || slices.ContainsFunc(s.Layers, func(p Paint) bool { return p.ID == "plan_zones" }) {
		t.Error("what is proposed is filled, or drawn as what goes")
	}
}

// QGIS reads all of it. It is not installed on the build server.
func TestSimple_isReadByQGIS(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	if err := os.Chmod(home, 0o700); err != nil { // #nosec G302 -- a folder
		t.Fatal(err)
	}
	file := filepath.Join(home, "style.json")
	text, err := json.Marshal(simply(t, Light))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	const script = `
import json, sys
from qgis.core import QgsApplication, QgsMapBoxGlStyleConversionContext, QgsMapBoxGlStyleConverter
app = QgsApplication([], False); app.initQgis()
converter, context = QgsMapBoxGlStyleConverter(), QgsMapBoxGlStyleConversionContext()
done = converter.convert(open(sys.argv[1]).read(), context)
print(json.dumps({"Failed": int(done), "Error": converter.errorMessage(), "Warnings": converter.warnings(),
	"Styles": len(converter.renderer().styles()), "Labels": len(converter.labeling().styles())}))
sys.stdout.flush()
app.exitQgis()
`
	run := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", args...)
		cmd.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "HOME="+home, "XDG_RUNTIME_DIR="+home)
		return cmd.Output()
	}
	if _, err := run("-c", "import qgis.core"); err != nil {
		t.Skip("QGIS is missing: install Debian's python3-qgis and qgis-providers")
	}
	out, err := run("-c", script, file)
	var got struct {
		Failed, Styles, Labels int
		Error                  string
		Warnings               []string
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if e := json.Unmarshal([]byte(lines[len(lines)-1]), &got); e != nil {
		t.Fatalf("%v, %v: %s", err, e, out)
	}
	got.Warnings = slices.DeleteFunc(got.Warnings, func(w string) bool {
		// Pictures are a layer of their own there, and fonts are those of the machine.
		return strings.HasSuffix(w, "unknown layer type raster") || strings.HasSuffix(w, "is not available on system")
	})
	if got.Failed != 0 || got.Error != "" || len(got.Warnings) > 0 || got.Styles < 40 || got.Labels < 8 {
		t.Errorf("%+v", got)
	}
}
