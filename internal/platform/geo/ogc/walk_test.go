package ogc

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// slow answers as the layers do when they have looked through much and found nothing:
// with no features and a next page.
type slow struct {
	Source

	asked, empty int
	moves        bool  // the layer moves on after the first page
	fails        error // after so many pages
	after        int
}

func (s *slow) Find(ctx context.Context, q layers.Query) (layers.Page, error) {
	s.asked++
	p, err := s.Source.Find(ctx, q)
	if s.asked <= s.empty {
		return layers.Page{Layer: p.Layer, Next: "0", Matched: -1}, err
	}
	if s.asked > 1 && s.moves {
		p.Layer.Generation++
	}
	if s.asked > s.after && s.fails != nil {
		return p, s.fails
	}
	return p, err
}

func TestWalk_cutsThePageWhereTheLayerMovesOn(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.bring(layers.Layer{Name: "many", Public: true, Geometry: "polygon"}, parcels(2500)...)
	w.service.layers = &slow{Source: w.layers, moves: true}
	l := w.list("/geo/collections/many/items?limit=2200")
	if len(l.Features) != atOnce || link(l.Links, "next") == "" {
		t.Errorf("%d features of two generations", len(l.Features))
	}
	w.service.layers = w.layers
	rest := w.list(link(l.Links, "next"))
	if rest.Features[0].ID != "p1001" {
		t.Errorf("the next page begins with %s", rest.Features[0].ID)
	}
}

func TestWalk_givesUpAtLast(t *testing.T) {
	t.Parallel()
	w := one(t)
	lazy := &slow{Source: w.layers, empty: 1000}
	w.service.layers = lazy
	l := w.list(parcelItems + "?limit=3")
	if len(l.Features) != 0 || lazy.asked > 2*maxTries || link(l.Links, "next") == "" {
		t.Errorf("%d questions, next %q", lazy.asked, link(l.Links, "next"))
	}
	if l.NumberMatched != nil && *l.NumberMatched == 0 {
		t.Error("nothing is claimed to fit, and nobody knows")
	}
}

// A fault after half an answer must not look like a whole one.
func TestWalk_breaksOffWhenItFails(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.bring(layers.Layer{Name: "many", Public: true, Geometry: "polygon"}, parcels(5000)...)
	w.service.layers = &slow{Source: w.layers, fails: errors.New("the disk is gone"), after: 1}
	w.refused("/geo/collections/many/items?limit=1100", http.StatusInternalServerError, "errs.internal") // nothing was sent yet
	w.service.layers = &slow{Source: w.layers, fails: errors.New("the disk is gone"), after: 4}
	defer func() {
		if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // the value itself is the signal
			t.Errorf("the answer ends with %v, as if it were whole", got)
		}
	}()
	w.get("/geo/collections/many/items?limit=5000")
}
