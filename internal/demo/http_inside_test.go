package demo

import (
	"net/http"
	"testing"
)

func TestInside_answersBeforeTheServerListens(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	for address, want := range map[string]int{
		s.demo.site(registerHost) + "/.well-known/oauth-authorization-server": http.StatusOK,
		s.demo.site(registerHost) + "/nothing":                                http.StatusNotFound,
	} {
		r := ok[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		answered, err := s.demo.inside().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answered.Body.Close()
		if answered.StatusCode != want {
			t.Errorf("%s: %d", address, answered.StatusCode)
		}
	}
}

func TestDrawing_isAFileOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := drawing("Snitt", 1), drawing("Snitt", 2)
	if string(first) == string(second) || string(first[:5]) != "%PDF-" {
		t.Errorf("%.8q and %.8q", first, second)
	}
}
