package apptest_test

import (
	"net/http"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
)

func TestStart_servesBothMunicipalitiesOnBothDatabases(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			for _, town := range demo.Towns() {
				request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL(town.Slug, "/"), http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				response, err := demo.LocalClient().Do(request)
				if err != nil {
					t.Fatal(err)
				}
				_ = response.Body.Close()
				if response.StatusCode != http.StatusOK {
					t.Errorf("%s answers %d", town.Slug, response.StatusCode)
				}
			}
		})
	}
}
