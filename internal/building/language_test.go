package building_test

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
)

// The page takes back what it has written itself, in every language: coordinates have six
// and seven digits, between which the English write commas.
func TestSite_readsWhatItWroteInEveryLanguage(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			ref := home(t, h)
			for _, lang := range []string{"en", "nn", "nb"} {
				draft, err := h.App.Applications.Start(h.As(0, demo.Apart), building.FormKey, "")
				if err != nil {
					t.Fatal(err)
				}
				f := &flow{t: t, h: h, v: h.Visitor("torgoy").As(demo.Apart), ref: ref, base: "/drafts/" + draft.ID}
				f.v.Speak(lang)
				for _, fill := range []apptest.Fill{apptest.Set().Press("do=draw"), apptest.Set("mode", "point").Press("do=north"), apptest.Set("turn", "12.25").Press("do=suggest")} {
					f.site(fill).Must(200)
				}
				saved := f.site(apptest.Set("mode", "point").Press("do=save")).Must(200)
				if strings.HasSuffix(saved.Path(), "/site") {
					t.Errorf("%s: it is not saved: %s", lang, saved)
				}
				f.v.Submit(f.v.Get(f.base+"/site").Must(200), f.base+"/site", apptest.Set().Press("do=south")).Must(200)
			}
		})
	}
}
